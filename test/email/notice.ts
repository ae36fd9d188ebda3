// Delivery status notifications (RFC 3464) as mail servers write them.

interface Notice {
  readonly to: string;
  readonly recipients: readonly (readonly [fields: string, ...more: string[]])[];
}

export function notice({ to, recipients }: Notice): Buffer {
  return Buffer.from(
    [
      'From: Mail Delivery System <MAILER-DAEMON@mx.example>',
      `To: <${to}>`,
      'Subject: Undelivered Mail Returned to Sender',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
      '',
      '--b',
      'Content-Type: text/plain',
      '',
      'I could not deliver it.',
      '',
      '--b',
      'Content-Type: message/delivery-status',
      '',
      'Reporting-MTA: dns; mx.example',
      '',
      ...recipients.flatMap((fields) => [...fields, '']),
      '--b',
      'Content-Type: message/rfc822',
      '',
      `Subject: Tea`,
      '',
      'At four',
      '--b--',
      '',
    ].join('\r\n'),
  );
}

export const failed = (address: string, status = '5.1.1', diagnosis = `550 ${status} no such user`) =>
  [
    `Final-Recipient: rfc822; ${address}`,
    'Action: failed',
    `Status: ${status}`,
    `Diagnostic-Code: smtp;`,
    `  ${diagnosis}`,
  ] as const;
