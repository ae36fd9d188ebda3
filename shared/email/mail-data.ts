// What is kept of mails that are sent, for the data map: what is not handed over yet, and what became of the rest.
import { byPartition, dataStore, explainKept, type PersonalIdentifier } from '../data-map/index.js';
import { outboxStores } from '../deliveries/index.js';
import { toSeconds } from '../time/instant.js';
import { mailOutboxName } from './mail-outbox.js';
import { dropSentMailKind, type SentMails } from './sent-mails.js';

export const mailStores = outboxStores({
  name: mailOutboxName,
  area: 'email',
  holds: 'Mails that are not handed over yet',
  personalData: [
    'subject, text, attachments, and the addresses and names in the headers of a mail',
    'addresses of the recipients whose outcome is open, or not told yet',
    'the address of the sender',
  ],
  triedFor: '24 hours',
  untoldFor: '24 hours',
  identifiedBy: ['email'],
  unsearched: {
    what: 'The number, address or name, wherever a mail that still waits has it beside its sender and those who are still to get it: in its text, or among the others in its headers',
    why: 'A mail goes out to others as its sender wrote it. It is gone with its hand-over, or when it is given up.',
  },
  explainedAs: 'mail',
});

export const sentMails = dataStore<SentMails>({
  name: 'sentmails',
  area: 'email',
  rank: 'index',
  medium: 'table',
  holds: 'What became of mails that were sent: status, a state a recipient; nothing of what they say',
  belongsTo: byPartition,
  personalData: [
    'keyed hashes of the addresses of recipients',
    'the address of the sender',
    'of a tracked mail a random key, without which its links name nobody',
  ],
  foundBy: 'a keyed hash of the address',
  keptFor: 'four days after the mail was accepted',
  locate: async (identifier, { opened, resourceId }) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const mail of opened.addressed(resourceId, addressIn(identifier))) {
      items += 1;
      since = Math.min(since, mail.createdOn);
      keptUntil = Math.max(keptUntil, mail.keptUntil);
    }
    return items === 0 ? { items } : { items, since, keptUntil };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    const address = addressIn(identifier);
    const hash = opened.hashOf(address);
    for await (const mail of opened.addressed(resourceId, address)) {
      const own = mail.states[mail.who.indexOf(hash)];
      const isSender = mail.sender.toLowerCase() === address;
      yield {
        record: {
          operation: mail.id,
          acceptedOn: toSeconds(mail.createdOn),
          ...(isSender && { sender: mail.sender }),
          ...(own !== undefined && { state: own.state, stateSince: toSeconds(own.at) }),
        },
        keptUntil: mail.keptUntil,
      };
    }
  },
  exportedFields: {
    operation: 'Id of a mail to you, or from your address',
    acceptedOn: 'When it was accepted',
    sender: 'Your address, when you are the sender',
    state: 'What became of it, when it was to you',
    stateSince: 'Since when',
  },
  erase: (identifier, { opened, resourceId }) => opened.forget(resourceId, addressIn(identifier)),
  lateWrites: 'A mail is noted in one transaction of one request; what is noted later are states, which name nobody',
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: { due: { [dropSentMailKind]: (id, { opened, now }) => opened.drop(id, now) } },
  explain: {
    kind: 'sentmail',
    explain: async (id, { opened, resourceId }) => {
      const mail = await opened.find(resourceId, id);
      return (
        mail &&
        explainKept(
          'What became of a mail is known for four days after it was accepted; what it said is gone with its hand-over.',
          mail.createdOn,
          mail.keptUntil,
        )
      );
    },
  },
});

/** Nobody else than an address gets or sends mail. */
function addressIn(identifier: PersonalIdentifier): string {
  return identifier.kind === 'email' ? identifier.address.toLowerCase() : '';
}
