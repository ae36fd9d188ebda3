// What the phones of the emulator keep, for the data map of an emulator.
import { byPartition, dataStore, type PersonalIdentifier } from '../../data-map/index.js';
import { toSeconds } from '../../time/instant.js';
import { dropPhoneTextKind, type Phone, type PhoneText } from './phone.js';

export const phoneTexts = dataStore<Phone>({
  name: 'phonetexts',
  area: 'SMS',
  rank: 'content',
  medium: 'table',
  holds: 'In the emulator alone: texts that were sent, in place of leaving the machine',
  belongsTo: byPartition,
  personalData: ['numbers of recipients', 'text'],
  keptFor: 'seven days, or until somebody clears the phone',
  locate: async (identifier, { opened, resourceId }) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    let keptUntil = 0;
    for await (const text of textsOf(identifier, opened, resourceId)) {
      items += 1;
      since = Math.min(since, text.receivedOn);
      keptUntil = Math.max(keptUntil, text.keptUntil);
    }
    return items === 0 ? { items } : { items, since, keptUntil };
  },
  async *exportItems(identifier, { opened, resourceId }) {
    for await (const { id, from, text, receivedOn, keptUntil } of textsOf(identifier, opened, resourceId)) {
      yield { record: { id, from, text, receivedOn: toSeconds(receivedOn) }, keptUntil };
    }
  },
  exportedFields: {
    id: 'Id of a text to you, on the phone of an emulator',
    from: 'From where it was sent',
    text: 'What it says',
    receivedOn: 'When it came in',
  },
  erase: async (identifier, { opened, resourceId }) => {
    let erased = 0;
    for await (const { id } of textsOf(identifier, opened, resourceId)) {
      await opened.remove(resourceId, id);
      erased += 1;
    }
    return { erased };
  },
  lateWrites: { settled: ['a hand-over, before which the outbox asks whether somebody was deleted'] },
  eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
  expired: { due: { [dropPhoneTextKind]: (id, { opened }) => opened.drop(id) } },
});

async function* textsOf(identifier: PersonalIdentifier, opened: Phone, resourceId: string): AsyncGenerator<PhoneText> {
  if (identifier.kind === 'phoneNumber') {
    yield* opened.all(resourceId, { number: identifier.e164 });
  }
}
