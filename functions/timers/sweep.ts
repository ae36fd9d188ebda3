// The sweep: removes what has expired, store by store, as the data map says.
import { app } from '@azure/functions';
import type { ComposedApp } from '../compose.js';

export function registerSweep(composed: ComposedApp): void {
  app.timer('sweep-expired', {
    schedule: '0 */5 * * * *',
    handler: () => composed.sweep(),
  });
}
