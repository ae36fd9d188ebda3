// Sweeps a store whose rows lie in the order of their time: the oldest first, until none is due.
import type { BoundStore, Moment } from '../data-map/index.js';
import type { SweepTally } from './sweep-tally.js';

/** Rows that one step may remove. */
const stepRows = 1_000;

/** A failure is noted and does not keep other stores from being swept. */
export async function sweepOldest(
  { store, removeOldest }: BoundStore,
  moment: Moment,
  hasTime: () => boolean,
  tally: SweepTally,
): Promise<void> {
  if (removeOldest === undefined) {
    return;
  }
  try {
    for (;;) {
      const { removed, oldestOverdueMs } = await removeOldest(moment, stepRows);
      if (removed === 0) {
        return;
      }
      const counts = tally.of(store.name);
      counts.due += removed;
      counts.done += removed;
      counts.oldestOverdueMs = Math.max(counts.oldestOverdueMs, oldestOverdueMs);
      if (!hasTime()) {
        tally.hasMore = true;
        return;
      }
    }
  } catch (error) {
    tally.addFailure(store.name, error, 1);
  }
}
