// The port for figures. Names and numbers only: no destination, resource or person stands in them.
import type { FinalOutcome } from './model.js';

export interface DeliveryMetrics {
  /** `withdrawn`: erased before it was handed over. `deferred`: an attempt that is to be repeated. */
  countOutcome(outbox: string, outcome: FinalOutcome['outcome'] | 'deferred' | 'withdrawn'): void;
  /** How many deliveries wait, and for how long the oldest has, product ms; with each count. */
  recordWaiting(outbox: string, waiting: number, oldestAgeMs: number): void;
}
