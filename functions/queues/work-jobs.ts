// The workers of jobs. Errors are never swallowed: the platform repeats a message and finally parks it, and a parked job
// is told of in the log and in the app's health.
import { app } from '@azure/functions';
import { recordParkedJobs } from '../../shared/diagnostics/index.js';
import type { ComposedApp } from '../compose.js';

const connection = 'AzureWebJobsStorage';

export function registerJobWorkers(composed: ComposedApp): void {
  app.storageQueue('work-job', {
    queueName: 'jobqueue',
    connection,
    handler: (id) => composed.jobs.work(String(id)),
  });
  app.storageQueue('park-job', {
    queueName: 'jobqueue-poison',
    connection,
    handler: async (id, context) => {
      await composed.jobs.park(String(id));
      recordParkedJobs((await composed.jobs.parked()).count);
      context.error('A job failed again and again and is parked. It is tried again later; GET /health shows it.');
    },
  });
}
