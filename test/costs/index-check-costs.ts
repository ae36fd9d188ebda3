// What it costs that new rows of the user index are looked at once.
import type { TestProcess } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

/** @param make makes a thread with two participants, in two buckets */
export async function measureIndexChecks(
  table: CostTable,
  process: TestProcess,
  make: () => Promise<unknown>,
  sweep: () => Promise<void>,
): Promise<void> {
  await make();
  process.app.clock.setOffset(process.app.clock.offsetMs + 7 * 60_000);
  await table.measure(
    process,
    {
      operation: 'sweep',
      condition: 'new rows of the user index, of one thread with 2 participants',
      exactly: { query: 16 + 1 + 16, 'blob-list': 1, get: 1 + 1, insert: 1, transaction: 1 + 2, delete: 1 },
      formula: 'in all 17, and 4 in a bucket in which something is due; 16, and one a thread and one a bucket of those',
    },
    sweep,
  );
}
