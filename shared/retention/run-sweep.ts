// One run of the sweep, by the declarations of the data map and nothing else: what is due by the due index, then what
// lies in the order of its time; told in one line and in one metric, so that somebody sees when promises are not kept.
import type { BoundStore, Moment } from '../data-map/index.js';
import type { DueIndex } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { dueWorkOf } from './due-work.js';
import { describeSweep, SweepTally } from './sweep-tally.js';
import { sweepDue } from './sweep-due.js';
import { sweepOldest } from './sweep-oldest.js';

export interface RunSweepParts {
  readonly due: DueIndex;
  readonly clock: Clock;
  readonly ids: Ids;
  /** The data map, opened. */
  readonly stores: readonly BoundStore[];
  /** Where the summary goes: counts and kinds only. */
  report(line: string): void;
  /** How long the oldest thing was overdue when this run found it, ms. */
  recordLag(lagMs: number): void;
}

/** One sweep works this long at most, monotonic ms; then a new one carries on. */
const sliceMs = 30_000;

/**
 * @returns whether there is more to do
 * @throws {AggregateError} when some of the work failed, with the first errors; it has been put off, and the platform
 *   shall see it
 */
export async function runSweep(parts: RunSweepParts): Promise<boolean> {
  const { clock, stores } = parts;
  const tally = new SweepTally();
  const until = clock.monotonic() + sliceMs;
  await sweepDue({ ...parts, work: dueWorkOf(stores), until }, tally);
  for (const store of stores) {
    const moment: Moment = { now: clock.now(), realNow: clock.realNow() };
    await sweepOldest(store, moment, () => clock.monotonic() < until, tally);
  }
  parts.recordLag(tally.oldestOverdueMs);
  parts.report(describeSweep(tally));
  if (tally.failed > 0) {
    throw new AggregateError(tally.failures, `${tally.failed} pieces of due work failed and are put off.`);
  }
  return tally.hasMore;
}
