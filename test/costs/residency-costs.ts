// What the nightly record of what lies where costs in storage.
import { jobQueue } from '../../shared/jobs/index.js';
import { startGeography } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

/** In a geography of its own, in which every table and container fits into one page. */
export async function measureResidencyRecord(table: CostTable): Promise<void> {
  const geography = await startGeography();
  try {
    const process = await geography.start();
    const { recordResidency, jobs, storage } = process.app;
    // A process looks once whose storage it is.
    await process.app.defaultResource();
    await table.measure(
      process,
      {
        operation: 'the nightly residency record',
        condition: 'no table or container of more than 1,000 items',
        exactly: {
          query: 147,
          get: 1,
          insert: 1,
          update: 82,
          delete: 2,
          'blob-list': 10,
          'queue-send': 1,
          'queue-read': 13,
        },
        formula:
          'one a page of 1,000 items of each table and container, two a queue, one a thread with images on a page, one a store, four a step of five pages, ten for job and record',
      },
      async () => {
        await recordResidency();
        for (const { text } of await storage.queue(jobQueue).receive(32, 60)) {
          await jobs.work(text);
        }
      },
    );
  } finally {
    await geography.stop();
  }
}
