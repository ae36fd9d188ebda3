// The sweep: every five minutes, and on from there while there is more to do. What it does stands in the data map.
import { app } from '@azure/functions';
import { recordParkedJobs } from '../../shared/diagnostics/index.js';
import type { ComposedApp } from '../compose.js';

export function registerSweep(composed: ComposedApp): void {
  app.timer('sweep', {
    schedule: '0 */5 * * * *',
    handler: async (_timer, context) => {
      recordParkedJobs((await composed.jobs.parked()).count);
      await composed.sweep((line) => context.log(line));
    },
  });
  app.storageQueue('continue-sweep', {
    queueName: 'sweepqueue',
    connection: 'AzureWebJobsStorage',
    handler: (_message, context) => composed.sweep((line) => context.log(line)),
  });
}
