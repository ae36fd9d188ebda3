// The job behind the residency record: counts store after store, page by page, and writes down what lies where. It reads
// keys only, and may be stopped anywhere.
import { advanceWalk, joinWalk, nextInWalk, type WalkedStores, walkNotBegun } from '../data-map/index.js';
import type { JobKind, JobStep } from '../jobs/index.js';
import type { Storage } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import { toSeconds } from '../time/instant.js';
import { type CountCursor, readCountCursor } from './count-cursor.js';
import { countPage, newStoreCursor } from './count-page.js';
import { foreignIn, type ResidencyRecord } from './model.js';
import type { ResidencyRecords } from './records.js';

export const countStoresKind = 'count-stores';

/** The count is the geography's own, and of no resource. */
export const noResource = '';

/** Pages of at most a thousand items in one step. */
const pagesPerStep = 5;

export interface CountStoresParts extends WalkedStores {
  readonly storage: Storage;
  readonly records: ResidencyRecords;
  readonly clock: Clock;
  /** Immutable ids of the resources of this geography, and how many records are of another. */
  residents(): Promise<{ readonly ids: ReadonlySet<string>; readonly foreign: number }>;
  /** Told of every finished record. */
  onRecord(record: ResidencyRecord, foreign: number): void;
}

function dayOf(productMs: number): string {
  return toSeconds(productMs).slice(0, 10);
}

export function countStores(parts: CountStoresParts): JobKind {
  const { storage, stores, records, clock, onRecord } = parts;
  return {
    async step({ cursor, createdOn }): Promise<JobStep> {
      const begun = readCountCursor(cursor) ?? { startedOn: clock.now(), counted: walkNotBegun };
      const { startedOn } = begun;
      let { at } = begun;
      let counted = joinWalk(parts, 1, begun.counted);
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
        const underWay = at?.count.store;
        const bound = stores.find(({ store }) => store.name === underWay) ?? nextInWalk(parts, 1, counted)?.bound;
        if (bound === undefined) {
          const record = await records.complete(day, startedOn);
          onRecord(record, foreignIn(record));
          return { state: 'done' };
        }
        const { name } = bound.store;
        const from = at?.count.store === name ? at : newStoreCursor(name);
        const step = await countPage(storage, bound, from, isOurs);
        if ('next' in step) {
          at = step.next;
          continue;
        }
        const { count } = step;
        // The directory says itself of which geography each of its records is.
        const checked = name === 'resources' ? { foreign: residents.foreign, unchecked: 0 } : {};
        await records.saveStore(day, { ...count, ...checked });
        counted = advanceWalk(counted, name);
        at = undefined;
      }
      const reached: CountCursor = { startedOn, counted, ...(at !== undefined && { at }) };
      return { state: 'more', cursor: reached };
    },
  };
}
