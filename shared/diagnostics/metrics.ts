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
