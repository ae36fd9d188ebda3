// What is kept of texts, for the data map: what is not handed over yet, what became of the rest, and who wants no more.
import { byPartition, byResourceColumn, dataStore, type PersonalIdentifier } from '../data-map/index.js';
import { outboxStores } from '../deliveries/index.js';
import { toSeconds } from '../time/instant.js';
import type { OptOuts } from './opt-outs.js';
import type { SentTexts } from './sent-texts.js';
import { textOutboxName } from './text-outbox.js';
import { dropTextKind, timeOutTextKind } from './text-rows.js';

export const textStores = outboxStores({
  name: textOutboxName,
  area: 'SMS',
  holds: 'Texts that are not handed over yet',
  personalData: ['text', 'numbers of the recipients whose outcome is open'],
  triedFor: 'an hour',
  identifiedBy: ['phoneNumber'],
  unsearched: {
    what: 'The number, address or name, wherever a text to somebody else that still waits says it',
    why: 'A text goes out as its sender wrote it. It is gone with its hand-over, or an hour after it was accepted.',
  },
  explainedAs: 'text',
});

export interface OpenedTexts {
  readonly texts: SentTexts;
  /** Tells the owner that nothing was heard of a text. @returns whether that is dealt with */
  timeOut(hash: string): Promise<boolean>;
}

export const sentTexts = dataStore<OpenedTexts>({
  name: 'senttexts',
  area: 'SMS',
  rank: 'index',
  medium: 'table',
  holds:
    'How texts that were sent stand, and until the report of one is final whom it is to, encrypted under its id, which is not stored; nothing of what they say',
  belongsTo: byResourceColumn({ resourceOf: () => undefined }),
  personalData: [
    'keyed hashes of the numbers of recipients',
    'numbers of recipients and the tags of their texts, encrypted so that only the id of the text opens them',
  ],
  foundBy: 'a keyed hash of the number',
  keptFor:
    'until the report is final, a day after the text was accepted at most; that it was sent, to nobody, for that day',
  locate: async (identifier, { opened, resourceId }) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const text of opened.texts.to(resourceId, numberIn(identifier))) {
      items += 1;
      since = Math.min(since, text.createdOn);
      keptUntil = Math.max(keptUntil, text.keptUntil);
    }
    return items === 0 ? { items } : { items, since, keptUntil };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    for await (const { createdOn, keptUntil } of opened.texts.to(resourceId, numberIn(identifier))) {
      yield { record: { acceptedOn: toSeconds(createdOn) }, keptUntil };
    }
  },
  exportedFields: { acceptedOn: 'When a text to you was accepted, of which it is not known yet what became of it' },
  erase: (identifier, { opened, resourceId }) => opened.texts.forget(resourceId, numberIn(identifier)),
  lateWrites: 'A text is noted in one transaction of one request; what is noted later names nobody',
  eraseResource: ({ opened, resourceId }, cursor) => opened.texts.removeAllOf(resourceId, cursor),
  expired: {
    due: {
      [dropTextKind]: (id, { opened }) => opened.texts.drop(id),
      [timeOutTextKind]: (hash, { opened }) => opened.timeOut(hash),
    },
  },
});

export const smsOptOuts = dataStore<OptOuts>({
  name: 'smsoptouts',
  area: 'SMS',
  rank: 'directory',
  medium: 'table',
  holds: 'Who gets no texts of a sender: keyed hashes alone',
  belongsTo: byPartition,
  personalData: ['keyed hashes of the numbers of those who want no texts'],
  foundBy: 'a keyed hash of the number',
  keptFor:
    'until the person, or the owner in their name, takes it back (START, `optouts:remove`), or the resource is deleted; giving the number back or an erasure of the person leaves it',
  locate: async (identifier, { opened, resourceId }) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    for await (const optOut of opened.of(resourceId, numberIn(identifier))) {
      items += 1;
      since = Math.min(since, optOut.since);
    }
    return items === 0 ? { items } : { items, notErased: items, since };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    for await (const { since } of opened.of(resourceId, numberIn(identifier))) {
      yield { record: { optedOutOn: toSeconds(since) } };
    }
  },
  exportedFields: { optedOutOn: 'Since when you get no texts of one of the senders of the resource' },
  erase: async () => ({ erased: 0 }),
  lateWrites: 'An opt-out is one write of one request, and an erasure leaves it',
  remains: async (identifier, { opened, resourceId }) => {
    for await (const _ of opened.of(resourceId, numberIn(identifier))) {
      return {
        what: 'A keyed hash of the number, by which no texts of a sender go to it',
        why: 'Whoever has opted out must not get texts because they were forgotten. The person lifts it by answering START, the owner with optouts:remove.',
      };
    }
    return undefined;
  },
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: 'Nothing; an opt-out has no time',
});

/** Nobody else than a number gets texts. */
function numberIn(identifier: PersonalIdentifier): string {
  return identifier.kind === 'phoneNumber' ? identifier.e164 : '';
}
