// Counts that earlier builds have made: they wrote 0 where nobody had looked. What they cannot have known is not counted.
import { type Figure, notCounted, type StoreCount } from './model.js';

/** Nobody counted these: what waits in a queue. */
const queues: ReadonlySet<string> = new Set(['jobqueue', 'sweepqueue']);
/** Their items stay when a resource is deleted, and none of them was checked. */
const outliving: ReadonlySet<string> = new Set(['receipts', 'audit']);
/** The directory says itself of which geography each of its records is. */
const directory = 'resources';

export type FormerCount = Omit<StoreCount, 'items' | 'foreign' | 'unchecked'> & {
  readonly items: number;
  readonly foreign: number;
};

export function readFormerCount({ store, items, resources, foreign }: FormerCount): StoreCount {
  if (queues.has(store)) {
    return { store, items: notCounted, resources, foreign: notCounted, unchecked: 0 };
  }
  const told = Object.values(resources).reduce((sum, each) => sum + each, 0);
  const unchecked = store === directory ? 0 : outliving.has(store) ? items : Math.max(0, items - told);
  const isUnknown = unchecked > 0 && unchecked === items && foreign === 0;
  const known: Figure = isUnknown ? notCounted : foreign;
  return { store, items, resources, foreign: known, unchecked };
}
