// Keeping things as long as promised: the sweep, every five minutes and on from there while there is more to do, and what
// an operator is told of one thing. What a sweep does stands in the data map.
import { bind, type BoundStore } from '../../shared/data-map/index.js';
import { recordParkedJobs, recordRetentionLag } from '../../shared/diagnostics/index.js';
import { runSweep, sweepQueue } from '../../shared/retention/index.js';
import type { Capability, Report } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { retentionOperations } from './explanations.js';

/** Sweeps run every five minutes; an hour means that they do not. */
const maxOverdueMs = 60 * 60_000;

export interface RetentionCapability extends Capability {
  /** Removes what has expired; tells in one line what it did. */
  sweep(report?: (line: string) => void): Promise<void>;
  /** How long the oldest thing that is due has been due, ms. */
  overdueMs(): Promise<number>;
}

/** What the sweep itself keeps. */
export const retentionStores: readonly BoundStore[] = [bind(sweepQueue, undefined)];

/** @param stores the data map, bound, in the order of erasure */
export function retentionCapability(foundation: Foundation, stores: readonly BoundStore[]): RetentionCapability {
  const { storage, clock, ids, due, directory, jobs } = foundation;
  const sweep = async (report: (line: string) => void = () => undefined) => {
    await directory.requireOwnStorage();
    const hasMore = await runSweep({ due, clock, ids, stores, report, recordLag: recordRetentionLag });
    if (hasMore) {
      await storage.queue(sweepQueue).send('more');
    }
  };
  const overdueMs = async () => {
    const oldest = await due.oldestDue(clock.now());
    return oldest === undefined ? 0 : clock.now() - oldest;
  };
  const sweepAndTell = (report: Report) => sweep((line) => report.info(line));
  return {
    name: 'retention',
    stores: [],
    operations: retentionOperations({ stores, clock }),
    triggers: [
      {
        name: 'sweep',
        schedule: '0 */5 * * * *',
        run: async (report: Report) => {
          recordParkedJobs((await jobs.parked()).count);
          await sweepAndTell(report);
        },
      },
      { name: 'continue-sweep', queue: sweepQueue, run: (_message, report) => sweepAndTell(report) },
    ],
    health: async () => {
      const overdue = await overdueMs();
      return {
        facts: { overdueSeconds: Math.round(overdue / 1000) },
        troubles: overdue <= maxOverdueMs ? [] : ['Something that was due over an hour ago has not been dealt with.'],
      };
    },
    sweep,
    overdueMs,
  };
}
