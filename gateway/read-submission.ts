// Reads a message that was handed in, into what is sent by HTTP. The envelope says who gets it; the message says who is
// shown. What is refused of it is refused by the app, which has the rules.
import type { Email, Mailbox } from 'postal-mime';
import { isReservedHeader } from '../shared/email/mail-form.js';
import { SmtpRefusal } from './smtp-refusal.js';

interface NamedAddress {
  readonly address: string;
  readonly displayName?: string;
}

export interface Submission {
  /** As the operation `email-send` takes it. */
  readonly message: object;
  /** Who is shown and gets nothing. */
  readonly shown: { readonly to: readonly NamedAddress[]; readonly cc: readonly NamedAddress[] };
  readonly senderName: string | undefined;
  readonly messageId: string | undefined;
}

/** Deeper than anything that a program writes; what is deeper is refused. */
const maxNesting = 32;
const maxHeaderBytes = 256 * 1024;
/** What the app does not take longer; of the mails of a long thread the newest are named. */
const maxHeaderCharacters = 4_000;

/**
 * @param recipients of the envelope, each once
 * @throws {SmtpRefusal} 554 when it is none, or says nothing clear of its sender
 */
export async function readSubmission(raw: Buffer, recipients: readonly string[]): Promise<Submission> {
  const email = await parse(raw);
  const sender = await senderOf(email);
  const wanted = new Map(recipients.map((address) => [address.toLowerCase(), address]));
  const to = split(mailboxes(email.to), wanted);
  const cc = split(mailboxes(email.cc), wanted);
  // Whoever is left was named by the envelope alone, and nobody is to see that.
  const bcc = [...wanted.values()].map((address) => ({ address }));
  return {
    message: {
      senderAddress: sender.address,
      content: {
        subject: inOneLine(email.subject ?? ''),
        ...((email.text !== undefined || email.html === undefined) && { plainText: email.text ?? '' }),
        ...(email.html !== undefined && { html: email.html }),
      },
      recipients: { to: to.got, cc: cc.got, bcc },
      replyTo: mailboxes(email.replyTo).map(named),
      attachments: email.attachments.map(toAttachment),
      headers: headersOf(email),
    },
    shown: { to: to.shown, cc: cc.shown },
    senderName: sender.name === '' ? undefined : inOneLine(sender.name),
    messageId: email.messageId,
  };
}

async function parse(raw: Buffer): Promise<Email> {
  const { default: PostalMime } = await import('postal-mime');
  try {
    return await PostalMime.parse(raw, {
      attachmentEncoding: 'base64',
      forceRfc822Attachments: true,
      maxNestingDepth: maxNesting,
      maxHeadersSize: maxHeaderBytes,
    });
  } catch {
    throw new SmtpRefusal(
      554,
      '5.6.0',
      'The message cannot be read: its parts lie too deep, or its headers are too long.',
    );
  }
}

/** Two senders would be two things to say; receivers show one of them, and not all the same one. */
async function senderOf({ headers }: Email): Promise<Mailbox> {
  const { addressParser } = await import('postal-mime');
  const lines = headers.filter(({ key }) => key === 'from');
  const [sender, another] = lines.flatMap(({ value }) => addressParser(value));
  if (lines.length !== 1 || sender?.address === undefined || sender.address === '' || another !== undefined) {
    throw new SmtpRefusal(554, '5.6.0', 'The message has to have one From header with one address.');
  }
  return sender;
}

function mailboxes(addresses: Email['to'] = []): Mailbox[] {
  return addresses.flatMap((each) => (each.group === undefined ? [each] : each.group)).filter(isMailbox);
}

function isMailbox({ address }: Mailbox): boolean {
  return address !== '';
}

/** Takes out of those that are wanted whoever is named here. */
function split(addresses: readonly Mailbox[], wanted: Map<string, string>) {
  const got: NamedAddress[] = [];
  const shown: NamedAddress[] = [];
  for (const each of addresses) {
    (wanted.delete(each.address.toLowerCase()) ? got : shown).push(named(each));
  }
  return { got, shown };
}

function named({ address, name }: Mailbox): NamedAddress {
  return { address, ...(name !== '' && { displayName: inOneLine(name) }) };
}

function toAttachment(
  { filename, mimeType, contentId, related, method, content }: Email['attachments'][number],
  index: number,
) {
  const id = contentId?.replace(/^<|>$/g, '') ?? '';
  return {
    name: inOneLine(filename ?? `part-${index + 1}`),
    contentType: method === undefined ? mimeType : `${mimeType}; method=${method}`,
    contentInBase64: content as string,
    ...(related === true && id !== '' && { contentId: id }),
  };
}

/** Those that the service does not write itself; of a name that stands there twice the first. */
function headersOf({ headers }: Email): Record<string, string> {
  const kept = new Map<string, readonly [name: string, value: string]>();
  for (const { key, originalKey, value } of headers) {
    if (!isReservedHeader(key) && !kept.has(key)) {
      const line = inOneLine(value);
      kept.set(key, [originalKey, key === 'references' ? newest(line) : line]);
    }
  }
  return Object.fromEntries(kept.values());
}

/** What was folded keeps the tabs that the lines began with (RFC 5322, 2.2.3), and no header is written with one. */
function inOneLine(text: string): string {
  return text.replace(/[ \t]+/g, ' ');
}

function newest(references: string): string {
  return references.slice(-maxHeaderCharacters).replace(/^[^<]*(?=<)/, '');
}
