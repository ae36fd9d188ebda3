// What an SMTP server says, as codes: a reply in three digits with its enhanced code (RFC 3463). Its words are left out,
// because they often repeat the address.

export interface SmtpCode {
  /** `550` */
  readonly reply: number;
  /** `5.1.1`; undefined when the server does not give any. */
  readonly enhanced?: string;
}

const form = /^(?:\d{3}[ -])?(\d\.\d{1,3}\.\d{1,3})\b/;

/** @param response as the server wrote it: `550 5.1.1 <anna@example.com>: unknown` */
export function smtpCode(reply: number | undefined, response = ''): SmtpCode | undefined {
  const said = reply ?? Number(/^\d{3}/.exec(response)?.[0]);
  if (!(said >= 200 && said < 600)) {
    return undefined;
  }
  const [, enhanced] = form.exec(response) ?? [];
  return { reply: said, ...(enhanced !== undefined && { enhanced }) };
}

/** `550 5.1.1` */
export function formatCode({ reply, enhanced }: SmtpCode): string {
  return enhanced === undefined ? String(reply) : `${reply} ${enhanced}`;
}

// ACS, "Managed suppression list", names 550 5.1.1, 550 5.1.10, 521 5.2.1 and 525 5.7.13; the others of RFC 3463 that say
// the same: a mailbox, a system or a mail host that does not exist, has moved or takes no mail at all.
const hardEnhanced = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10', '5.2.1', '5.7.13']);
/** Without an enhanced code: 550 and 551 of RFC 5321, 521 and 556 of RFC 7504. */
const hardReplies = new Set([521, 550, 551, 556]);

/** Whether an address will never take mail, as far as anybody can say. */
export function isHardBounce({ reply, enhanced }: SmtpCode): boolean {
  return enhanced === undefined ? hardReplies.has(reply) : hardEnhanced.has(enhanced);
}
