// What finding a job costs, where version 0.1.0 kept it and where it lies now.
import { jobs } from '../../shared/jobs/index.js';
import type { TestGeography } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

const condition = 'in the partition of version 0.1.0';
const formula =
  '1 to find and 2 to end it; 6 more, once, for one of version 0.1.0; 1 more for a gone one until a process has seen the former partition empty';

export async function measureJobs(table: CostTable, geography: TestGeography): Promise<void> {
  const process = await geography.start();
  // A process looks once whose storage it is.
  await process.app.defaultResource();
  const missing = '00000000-0000-4000-8000-000000000000';
  const former = '00000000-0000-4000-8000-000000000001';
  const cursor = { beginAt: 0, buryAgainAt: 1e15, phase: 1, identifier: 0, store: 0, counts: {} };
  const row = { kind: 'erase-identifiers', resourceId: 'r', createdOn: 1, dueMs: 1, cursor: JSON.stringify(cursor) };
  const payload = JSON.stringify({ identifiers: [] });
  await process.app.storage.table(jobs).upsert({ ...row, payload, partitionKey: 'job', rowKey: former }, 'replace');
  await table.measure(
    process,
    {
      operation: 'find a job, and end it',
      condition,
      exactly: { get: 3, query: 1, insert: 1, update: 1, delete: 3 },
      formula,
    },
    () => process.app.jobs.work(former),
  );
  const gone = 'gone, a process for the first time';
  await table.measure(
    process,
    { operation: 'find a job', condition: gone, exactly: { get: 1, query: 1 }, formula },
    () => process.app.jobs.work(missing),
  );
  const again = 'gone, from then on';
  await table.measure(process, { operation: 'find a job', condition: again, exactly: { get: 1 }, formula }, () =>
    process.app.jobs.work(missing),
  );
}
