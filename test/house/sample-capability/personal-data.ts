// What the sample capability keeps, for the data map.
import { byPartition, type DataStore, dataStore, type PersonalIdentifier } from '../../../shared/data-map/index.js';
import { outboxStores } from '../../../shared/deliveries/index.js';
import { toSeconds } from '../../../shared/time/instant.js';
import { dropNoteKind, keptUntil } from './model.js';
import type { NoteStore } from './store.js';

/** What a test may make a declaration say that is not so. */
export interface Lies {
  /** It says that it erased, and does not. */
  readonly keepsWhatItErases?: boolean;
  /** It says that it settles what it writes late, and does not. */
  readonly forgetsToSettle?: boolean;
}

export function sampleNotes({ keepsWhatItErases = false }: Lies = {}): DataStore<NoteStore> {
  return dataStore<NoteStore>({
    name: 'samplenotes',
    area: 'work in progress',
    rank: 'content',
    medium: 'table',
    holds: 'Notes of the sample capability',
    belongsTo: byPartition,
    personalData: ['identity id', 'text'],
    keptFor: '30 days',
    locate: async (identifier, { opened, resourceId }) => {
      let items = 0;
      let since = Number.POSITIVE_INFINITY;
      let until = 0;
      for await (const note of opened.of(resourceId, authorOf(identifier))) {
        items += 1;
        since = Math.min(since, note.writtenOn);
        until = Math.max(until, keptUntil(note));
      }
      return items === 0 ? { items } : { items, since, keptUntil: until };
    },
    async *exportItems(identifier, { opened, resourceId }) {
      for await (const { id, text, writtenOn } of opened.of(resourceId, authorOf(identifier))) {
        yield { record: { id, text, writtenOn: toSeconds(writtenOn) } };
      }
    },
    exportedFields: { id: 'Id of a note that you wrote', text: 'What it says', writtenOn: 'When you wrote it' },
    erase: async (identifier, { opened, resourceId }) => {
      let erased = 0;
      for await (const { id } of opened.of(resourceId, authorOf(identifier))) {
        if (!keepsWhatItErases) {
          await opened.remove(resourceId, id);
        }
        erased += 1;
      }
      return { erased };
    },
    lateWrites: { settled: ['writing a note, which may come from outside'] },
    eraseResource: ({ opened, resourceId }) => opened.removeAllOf(resourceId),
    expired: {
      due: {
        [dropNoteKind]: async (dueId, { opened }) => {
          const [resourceId = '', id = ''] = dueId.split('~');
          // A note never gets another time.
          await opened.remove(resourceId, id);
          return true;
        },
      },
    },
  });
}

export const samplePosts = outboxStores({
  name: 'sampleposts',
  area: 'work in progress',
  holds: 'Notes that are to be posted to an address outside',
  personalData: ['text', 'addresses of recipients', 'identity id of who wrote it'],
  triedFor: 'an hour',
  explainedAs: 'samplepost',
});

/** Nobody else than an identity writes notes. */
function authorOf(identifier: PersonalIdentifier): string {
  return identifier.kind === 'identity' ? identifier.rawId : '';
}
