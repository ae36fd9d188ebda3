// One run of the sweep: what is due by the due index, then what lies in the order of its time; told in one line and in
// one metric, so that somebody sees when promises are not being kept.
import type { BoundStore, Walk } from '../data-map/index.js';
import { sweepDue, type SweepParts, type SweepSummary } from './sweep-due.js';

export interface RunSweepParts extends SweepParts {
  readonly stores: readonly BoundStore[];
  /** Where the summary goes: counts and kinds only. */
  report(line: string): void;
  /** How long the oldest thing was overdue when this run found it, ms. */
  recordLag(lagMs: number): void;
}

/** Items that one store may remove in one call. */
const batch = 1_000;
const maxBatches = 100;

/**
 * @returns whether there is more to do
 * @throws {AggregateError} when some of the work failed; it has been put off, and the platform shall see it
 */
export async function runSweep(parts: RunSweepParts): Promise<boolean> {
  const { clock } = parts;
  const summary = await sweepDue(parts);
  const walk: Walk = { resourceId: '', now: clock.now(), realNow: clock.realNow() };
  for (const store of parts.stores) {
    for (let n = 0; n < maxBatches && (await store.expired(walk, batch)) >= batch; n++);
  }
  parts.recordLag(summary.oldestOverdueMs);
  parts.report(describe(summary));
  if (summary.failures.length > 0) {
    throw new AggregateError(summary.failures, `${summary.failures.length} pieces of due work failed and are put off.`);
  }
  return summary.hasMore;
}

function describe({ kinds, oldestOverdueMs, hasMore }: SweepSummary): string {
  const parts = Object.entries(kinds).map(
    ([kind, { due, done, failed }]) => `${kind}: ${due} due, ${done} done, ${failed} failed`,
  );
  const found = parts.length === 0 ? 'nothing was due' : parts.join('; ');
  return `Sweep: ${found}; oldest overdue ${Math.round(oldestOverdueMs / 1000)} s${hasMore ? '; more to do' : ''}.`;
}
