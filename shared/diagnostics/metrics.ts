// Figures about the app itself, through the OpenTelemetry API: nothing happens unless an exporter is configured. Names and
// values only; never anything about a person.
import { metrics } from '@opentelemetry/api';

const meter = metrics.getMeter('domicile');

const retentionLag = meter.createGauge('domicile.retention.lag', {
  unit: 's',
  description: 'How long the oldest thing that a sweep found had been overdue.',
});
const parkedJobs = meter.createGauge('domicile.jobs.parked', {
  description: 'Jobs, such as erasures, that failed again and again.',
});

export function recordRetentionLag(lagMs: number): void {
  retentionLag.record(lagMs / 1000);
}

export function recordParkedJobs(count: number): void {
  parkedJobs.record(count);
}

const failedJobs = meter.createCounter('domicile.jobs.failed', {
  description: 'Jobs that have failed for good, by kind and code of the error.',
});

export function recordFailedJob(kind: string, code: string): void {
  failedJobs.add(1, { kind, code });
}

const foreignItems = meter.createGauge('domicile.residency.foreign', {
  description: 'Items of no resource of this geography that the last count of its stores has found.',
});

export function recordForeignItems(count: number): void {
  foreignItems.record(count);
}

const deliveries = meter.createCounter('domicile.deliveries.outcomes', {
  description: 'What became of deliveries to the outside, by outbox and outcome.',
});
const waitingDeliveries = meter.createGauge('domicile.deliveries.waiting', {
  description: 'Deliveries that wait to be handed over, by outbox.',
});
const oldestDelivery = meter.createGauge('domicile.deliveries.oldest', {
  unit: 's',
  description: 'How long the oldest delivery has been waiting, by outbox.',
});

/** @param outcome one word, such as `taken` */
export function countDeliveryOutcome(outbox: string, outcome: string): void {
  deliveries.add(1, { outbox, outcome });
}

export function recordWaitingDeliveries(outbox: string, waiting: number, oldestAgeMs: number): void {
  waitingDeliveries.record(waiting, { outbox });
  oldestDelivery.record(oldestAgeMs / 1000, { outbox });
}
