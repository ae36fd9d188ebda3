// The job behind the residency record: counts store after store, page by page, and writes down what lies where. It reads
// keys only, and may be stopped anywhere.
import type { BoundStore } from '../data-map/index.js';
import type { JobKind, JobStep } from '../jobs/index.js';
import type { Storage } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import { toSeconds } from '../time/instant.js';
import { countPage, newStoreCursor, type StoreCursor } from './count-page.js';
import { foreignIn, type ResidencyRecord } from './model.js';
import type { ResidencyRecords } from './records.js';

export const countStoresKind = 'count-stores';

/** The count is the geography's own, and of no resource. */
export const noResource = '';

/** Pages of at most a thousand items in one step. */
const pagesPerStep = 5;

export interface CountStoresParts {
  readonly storage: Storage;
  /** The data map, opened. */
  readonly stores: readonly BoundStore[];
  readonly records: ResidencyRecords;
  readonly clock: Clock;
  /** Immutable ids of the resources of this geography, and how many records are of another. */
  residents(): Promise<{ readonly ids: ReadonlySet<string>; readonly foreign: number }>;
  /** Told of every finished record. */
  onRecord(record: ResidencyRecord, foreign: number): void;
}

interface Cursor {
  readonly startedOn: number;
  /** Index into the data map. */
  readonly store: number;
  readonly at?: StoreCursor;
}

function dayOf(productMs: number): string {
  return toSeconds(productMs).slice(0, 10);
}

export function countStores(parts: CountStoresParts): JobKind {
  const { storage, stores, records, clock, onRecord } = parts;
  return {
    async step({ cursor, createdOn }): Promise<JobStep> {
      let { startedOn, store, at } = (cursor as Cursor | null) ?? ({ startedOn: clock.now(), store: 0 } as Cursor);
      const day = dayOf(createdOn);
      let residents = await parts.residents();
      let isFresh = false;
      const isOurs = async (id: string): Promise<boolean> => {
        if (residents.ids.has(id) || isFresh) {
          return residents.ids.has(id);
        }
        // It may have been made since; looked up once a step, lest what is foreign cost a query each.
        isFresh = true;
        residents = await parts.residents();
        return residents.ids.has(id);
      };
      for (let page = 0; page < pagesPerStep; page++) {
        const bound = stores[store];
        if (bound === undefined) {
          const record = await records.complete(day, startedOn);
          onRecord(record, foreignIn(record));
          return { state: 'done' };
        }
        const step = await countPage(storage, bound.store, at ?? newStoreCursor(bound.store.name), isOurs);
        if ('next' in step) {
          at = step.next;
          continue;
        }
        const { count } = step;
        // The directory says itself of which geography each of its records is.
        const foreign = bound.store.name === 'resources' ? residents.foreign : count.foreign;
        await records.saveStore(day, { ...count, foreign });
        store += 1;
        at = undefined;
      }
      return { state: 'more', cursor: { startedOn, store, ...(at !== undefined && { at }) } };
    },
  };
}
