// Makes the message that is sent (RFC 5322, MIME) of a mail. Who gets a blind copy stands nowhere in it.
import type { Readable } from 'node:stream';
import { toDate } from '../time/instant.js';
import type { Mail, MailAddress } from './mail.js';

export interface MimeFacts {
  readonly messageId: string;
  /** Product ms. */
  readonly sentOn: number;
  readonly senderName: string | undefined;
}

/** Headers with which a caller steers the service; they are for it alone. */
const steering = /^x-ms-acsemail-/i;

/** The library is loaded with the first mail. */
export async function composeMime(mail: Mail, { messageId, sentOn, senderName }: MimeFacts): Promise<Readable> {
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const named = ({ address, displayName }: MailAddress) => ({ address, name: displayName ?? '' });
  const own = mail.headers.filter(([name]) => !steering.test(name));
  const written = new Map(own.map(([name]) => [name.toLowerCase(), name]));
  const node = new MailComposer({
    from: { address: mail.senderAddress, name: senderName ?? '' },
    to: [...mail.to, ...(mail.shown?.to ?? [])].map(named),
    cc: [...mail.cc, ...(mail.shown?.cc ?? [])].map(named),
    replyTo: mail.replyTo.map(named),
    subject: mail.subject,
    messageId,
    date: toDate(sentOn),
    headers: own.map(([key, value]) => ({ key, value })),
    ...(mail.plainText !== undefined && { text: mail.plainText }),
    ...(mail.html !== undefined && { html: mail.html }),
    attachments: mail.attachments.map(({ name, contentType, contentInBase64, contentId }) => ({
      filename: name,
      contentType,
      content: contentInBase64,
      encoding: 'base64',
      ...(contentId !== undefined && { cid: contentId, contentDisposition: 'inline' }),
    })),
    // Nothing that a caller says makes this machine read a file, or ask another one.
    disableFileAccess: true,
    disableUrlAccess: true,
    // Names of the caller's headers stay as they were written.
    normalizeHeaderKey: (name) => written.get(name.toLowerCase()) ?? name,
    newline: 'windows',
  }).compile();
  return node.createReadStream();
}
