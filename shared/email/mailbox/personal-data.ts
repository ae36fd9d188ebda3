// What the mailbox of the emulator keeps, for the data map of an emulator.
import {
  byPartition,
  dataStore,
  type Located,
  type PersonalIdentifier,
  type StoreAccess,
} from '../../data-map/index.js';
import { toSeconds } from '../../time/instant.js';
import { dropMailboxKind, type Mailbox, type MailboxMail } from './mailbox.js';

export const mailboxMails = dataStore<Mailbox>({
  name: 'mailbox',
  area: 'email',
  rank: 'content',
  medium: 'table',
  holds: 'In the emulator alone: mails that were sent, in place of leaving the machine',
  belongsTo: byPartition,
  personalData: ['addresses of sender and recipients', 'subject'],
  keptFor: 'seven days, or until somebody clears the mailbox',
  locate,
  async *exportItems(identifier, { opened, resourceId }) {
    for await (const mail of mailsOf(identifier, opened, resourceId)) {
      const others = [mail.from, ...mail.to].filter((address) => address.toLowerCase() !== addressIn(identifier));
      yield {
        record: { id: mail.id, receivedOn: toSeconds(mail.receivedOn), subject: mail.subject },
        others: others.map((address): PersonalIdentifier => ({ kind: 'email', address: address.toLowerCase() })),
        keptUntil: mail.keptUntil,
      };
    }
  },
  exportedFields: {
    id: 'Id of a mail to you, or from your address, in the mailbox of an emulator',
    receivedOn: 'When it came in',
    subject: 'Its subject',
  },
  erase: async (identifier, { opened, resourceId }) => {
    let erased = 0;
    for await (const { id } of mailsOf(identifier, opened, resourceId)) {
      await opened.removeRow(resourceId, id);
      erased += 1;
    }
    return { erased };
  },
  lateWrites: { settled: ['a hand-over, before which the outbox asks whether somebody was deleted'] },
  eraseResource: ({ opened, resourceId }) => opened.removeRowsOf(resourceId),
  expired: { due: { [dropMailboxKind]: (id, { opened }) => opened.drop(id) } },
});

/** Erased before the rows by which it is found: it stands before them in the data map. */
export const mailboxMessages = dataStore<Mailbox>({
  name: 'mailboxmessages',
  area: 'email',
  rank: 'content',
  medium: 'blob',
  holds: 'In the emulator alone: the messages of the mailbox, as they would have been sent',
  belongsTo: byPartition,
  personalData: ['subject, text, attachments, and the addresses and names in the headers of a mail'],
  foundBy: 'its row in the mailbox',
  keptFor: 'as long as its row in the mailbox',
  locate,
  async *exportItems(identifier, { opened, resourceId }) {
    for await (const { id, keptUntil } of mailsOf(identifier, opened, resourceId)) {
      yield {
        record: { id },
        file: { name: `${id}.eml`, open: () => opened.open(resourceId, id) },
        keptUntil,
      };
    }
  },
  exportedFields: { id: 'Id of the mail, whose message lies beside it' },
  erase: async (identifier, { opened, resourceId }) => {
    let erased = 0;
    for await (const { id } of mailsOf(identifier, opened, resourceId)) {
      await opened.removeMessage(resourceId, id);
      erased += 1;
    }
    return { erased };
  },
  lateWrites: { settled: ['a hand-over, before which the outbox asks whether somebody was deleted'] },
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: 'It goes with its row in the mailbox',
});

async function locate(identifier: PersonalIdentifier, { opened, resourceId }: StoreAccess<Mailbox>): Promise<Located> {
  let items = 0;
  let since = Number.POSITIVE_INFINITY;
  let keptUntil = 0;
  for await (const mail of mailsOf(identifier, opened, resourceId)) {
    items += 1;
    since = Math.min(since, mail.receivedOn);
    keptUntil = Math.max(keptUntil, mail.keptUntil);
  }
  return items === 0 ? { items } : { items, since, keptUntil };
}

async function* mailsOf(
  identifier: PersonalIdentifier,
  opened: Mailbox,
  resourceId: string,
): AsyncGenerator<MailboxMail> {
  const address = addressIn(identifier);
  if (address === undefined) {
    return;
  }
  for await (const mail of opened.all(resourceId, true)) {
    if ([mail.from, ...mail.to].some((each) => each.toLowerCase() === address)) {
      yield mail;
    }
  }
}

function addressIn(identifier: PersonalIdentifier): string | undefined {
  return identifier.kind === 'email' ? identifier.address.toLowerCase() : undefined;
}
