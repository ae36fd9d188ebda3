// Finding mails in the mailbox of the emulator, newest first.
import type { Mailbox, MailboxMail } from './mailbox.js';
import { readMessage, type ReadMessage } from './read-message.js';

export interface MailFilter {
  /** Of a recipient, whole; case does not count. */
  readonly to?: string | undefined;
  readonly from?: string | undefined;
  /** A part of it. */
  readonly subject?: string | undefined;
  /** A part of what it says, as text or html. */
  readonly text?: string | undefined;
}

export interface FoundMail extends MailboxMail {
  readonly message: ReadMessage;
}

/** Without messages, unless what they say is asked for. */
export async function* searchMails(
  mailbox: Mailbox,
  resourceId: string,
  filter: MailFilter,
): AsyncGenerator<MailboxMail> {
  for await (const mail of mailbox.all(resourceId)) {
    if (fits(mail, filter) && (await says(mailbox, resourceId, mail, filter.text))) {
      yield mail;
    }
  }
}

/** @returns undefined when there is none (any more) */
export async function readMail(mailbox: Mailbox, resourceId: string, id: string): Promise<FoundMail | undefined> {
  const mail = await mailbox.find(resourceId, id);
  const message = mail && (await mailbox.message(resourceId, id));
  return mail && message && { ...mail, message: await readMessage(message) };
}

export async function newestMail(
  mailbox: Mailbox,
  resourceId: string,
  filter: MailFilter,
): Promise<FoundMail | undefined> {
  for await (const { id } of searchMails(mailbox, resourceId, filter)) {
    return readMail(mailbox, resourceId, id);
  }
  return undefined;
}

function fits(mail: MailboxMail, { to, from, subject }: MailFilter): boolean {
  const is = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();
  return (
    (to === undefined || mail.to.some((address) => is(address, to))) &&
    (from === undefined || is(mail.from, from)) &&
    (subject === undefined || mail.subject.toLowerCase().includes(subject.toLowerCase()))
  );
}

async function says(mailbox: Mailbox, resourceId: string, { id }: MailboxMail, text?: string): Promise<boolean> {
  if (text === undefined) {
    return true;
  }
  const message = await mailbox.message(resourceId, id);
  const read = message && (await readMessage(message));
  const words = `${read?.text ?? ''}\n${read?.html ?? ''}`.toLowerCase();
  return words.includes(text.toLowerCase());
}
