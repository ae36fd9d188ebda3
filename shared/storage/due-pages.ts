// A pass over a due index. Several workers share its buckets by leases, so that nothing is worked on twice while all are
// well; the bucket of a worker that dies is free again when its lease ends.
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { dueBuckets, type DueIndex, type StoredDueEntry } from './due-index.js';

export interface DuePass {
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
  /** Entries read at once, 1-1,000. */
  readonly pageEntries: number;
  /** Product ms; renewed with each page. */
  readonly leaseMs: number;
  /** What is due by then is worked on; product ms. */
  now(): number;
  /** Whether nothing more is to be begun. */
  isOver(): boolean;
}

/**
 * Hands over what is due, oldest first, bucket by bucket, a page at a time.
 *
 * @param work removes or postpones each entry, or is given it again
 * @returns false when it was over before everything was seen
 */
export async function eachDuePage(
  { due, clock, ids, pageEntries, leaseMs, now, isOver }: DuePass,
  work: (bucket: number, entries: readonly StoredDueEntry[]) => Promise<void>,
): Promise<boolean> {
  const worker = ids.uuid();
  // From a random bucket on, so that workers that start together do not meet in each.
  const first = Math.floor(ids.fraction() * dueBuckets);
  for (let n = 0; n < dueBuckets; n++) {
    const bucket = (first + n) % dueBuckets;
    if (isOver()) {
      return false;
    }
    // Looking costs less than claiming, and nearly always nothing is due.
    if ((await due.due(bucket, now(), 1)).length === 0) {
      continue;
    }
    let lease = await due.claim(bucket, worker, clock.now(), leaseMs);
    while (lease !== undefined) {
      const entries = await due.due(bucket, now(), pageEntries);
      if (entries.length > 0) {
        await work(bucket, entries);
      }
      const isCutShort = isOver();
      if (isCutShort || entries.length < pageEntries) {
        await due.release(bucket, lease);
        if (isCutShort) {
          return false;
        }
        break;
      }
      lease = await due.claim(bucket, worker, clock.now(), leaseMs);
    }
  }
  return true;
}
