// Works off what is due, oldest first, bucket by bucket. Several sweepers share the buckets by leases, so nothing is done
// twice while all are well; a sweeper that dies gives its bucket up after a minute.
import { dueBuckets, type DueIndex, maxPostponeMs, type StoredDueEntry } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';

/**
 * Does one kind of due work for the thing with this id. The due index is a superset: the work asks the thing itself first.
 *
 * @returns true when it is done, or there is nothing to do (any more); false when it is to be asked again a little later
 */
export type DueWork = (id: string) => Promise<boolean>;

export interface SweepParts {
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly work: Readonly<Record<string, DueWork>>;
}

export interface SweepSummary {
  /** By kind of work. */
  readonly kinds: Readonly<Record<string, { readonly due: number; readonly done: number; readonly failed: number }>>;
  /** How long the oldest entry that was found had been due, ms. */
  readonly oldestOverdueMs: number;
  /** True when time ran out before all that is due was looked at. */
  readonly hasMore: boolean;
  readonly failures: readonly unknown[];
}

const maxRounds = 10;
const pageEntries = 100;
const inParallel = 8;
/** Product time, ms. */
const leaseMs = 60_000;
/** One sweep works this long at most, monotonic ms; then a new one carries on. */
const sliceMs = 30_000;
/**
 * When an entry that is not ready, or whose work failed, is looked at again, product ms: before the timer's next run, so
 * that each run knows what is late.
 */
const notReadyMs = 60_000;
const failedMs = maxPostponeMs;

interface Tally {
  readonly kinds: Record<string, { due: number; done: number; failed: number }>;
  oldestOverdueMs: number;
  hasMore: boolean;
  readonly failures: unknown[];
}

export async function sweepDue(parts: SweepParts): Promise<SweepSummary> {
  const { due, clock, ids } = parts;
  const worker = ids.uuid();
  const until = clock.monotonic() + sliceMs;
  const tally: Tally = { kinds: {}, oldestOverdueMs: 0, hasMore: false, failures: [] };
  for (let round = 0; round < maxRounds; round++) {
    due.takeEarliestAdded();
    // From a random bucket on, so that sweepers that start together do not meet in each.
    const first = Math.floor(ids.fraction() * dueBuckets);
    for (let n = 0; n < dueBuckets; n++) {
      const bucket = (first + n) % dueBuckets;
      if (clock.monotonic() >= until) return { ...tally, hasMore: true };
      // Looking costs less than claiming, and nearly always nothing is due.
      if ((await due.due(bucket, clock.now(), 1)).length === 0) continue;
      const lease = await due.claim(bucket, worker, clock.now(), leaseMs);
      if (lease !== undefined) await sweepBucket(parts, bucket, { worker, lease }, until, tally);
    }
    // Work may make more that is due already, when the clock has jumped far.
    if (due.takeEarliestAdded() > clock.now()) break;
  }
  return tally;
}

async function sweepBucket(
  parts: SweepParts,
  bucket: number,
  { worker, lease: firstLease }: { readonly worker: string; readonly lease: string },
  until: number,
  tally: Tally,
): Promise<void> {
  const { due, clock } = parts;
  let lease: string | undefined = firstLease;
  while (lease !== undefined) {
    const now = clock.now();
    const entries = await due.due(bucket, now, pageEntries);
    const waiting = entries.values();
    const done: StoredDueEntry[] = [];
    const workOff = async () => {
      for (const entry of waiting) {
        if (await workOn(parts, bucket, entry, now, tally)) done.push(entry);
        // Half of what the lease lasts: who begins nothing later is through before anybody else takes the bucket.
        if (clock.monotonic() >= until) return;
      }
    };
    await Promise.all(Array.from({ length: inParallel }, workOff));
    await due.remove(bucket, done);
    const isOver = clock.monotonic() >= until;
    if (isOver || entries.length < pageEntries) {
      tally.hasMore ||= isOver;
      await due.release(bucket, lease);
      return;
    }
    lease = await due.claim(bucket, worker, clock.now(), leaseMs);
  }
}

/** @returns whether the entry is worked off and can go; otherwise it is moved to a later time */
async function workOn(parts: SweepParts, bucket: number, entry: StoredDueEntry, now: number, tally: Tally) {
  const counts = (tally.kinds[entry.kind] ??= { due: 0, done: 0, failed: 0 });
  counts.due += 1;
  tally.oldestOverdueMs = Math.max(tally.oldestOverdueMs, now - entry.since);
  let delayMs = notReadyMs;
  try {
    // A kind that nobody works on stays: a newer version may know it.
    if (await parts.work[entry.kind]?.(entry.id)) {
      counts.done += 1;
      return true;
    }
  } catch (error) {
    counts.failed += 1;
    tally.failures.push(error);
    delayMs = failedMs;
  }
  await parts.due.postpone(bucket, entry, now, delayMs);
  return false;
}
