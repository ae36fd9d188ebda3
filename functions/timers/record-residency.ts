// Every night of product time the geography writes down what lies in its stores, and that all of it belongs there.
import { app } from '@azure/functions';
import type { ComposedApp } from '../compose.js';

export function registerResidencyRecord(composed: ComposedApp): void {
  app.timer('record-residency', {
    schedule: '0 20 2 * * *',
    handler: () => composed.recordResidency(),
  });
}
