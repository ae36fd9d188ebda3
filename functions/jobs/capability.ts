// Work that outlives a request: its board, its queue, and the records of long-running operations.
import { bind } from '../../shared/data-map/index.js';
import { recordParkedJobs } from '../../shared/diagnostics/index.js';
import { jobQueue, jobs as jobsStore, operationRecords } from '../../shared/jobs/index.js';
import { dueIndexStore } from '../../shared/storage/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';

export function jobsCapability({ board, jobs, longRunning }: Foundation): Capability {
  const countParked = async () => {
    const parked = await jobs.parked();
    recordParkedJobs(parked.count);
    return parked;
  };
  return {
    name: 'jobs',
    stores: [
      bind(jobsStore, board),
      bind(jobQueue, undefined),
      bind(operationRecords, longRunning),
      bind(dueIndexStore, undefined),
    ],
    operations: [],
    triggers: [
      { name: 'work-job', queue: jobQueue, run: (id: string) => jobs.work(id) },
      {
        name: 'park-job',
        queue: jobQueue,
        isPoison: true,
        run: async (id, report) => {
          if (!(await jobs.park(id))) {
            return;
          }
          await countParked();
          report.error('A job failed again and again and is parked. It is tried again later; GET /health shows it.');
        },
      },
    ],
    health: async () => {
      const { count, since } = await countParked();
      return {
        facts: { parkedJobs: count, ...(since !== undefined && { parkedSince: toSeconds(since) }) },
        troubles: count === 0 ? [] : [`${count} jobs failed again and again and are parked.`],
      };
    },
  };
}
