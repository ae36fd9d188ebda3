// Figures about the app itself, through the OpenTelemetry API: nothing happens unless somebody collects them. Names and
// values only; never anything about a person. What is shown of them, and what wakes somebody, is in infra/plan/telemetry.ts.
import { instrument } from './instrument.js';

/** Every metric there is, by its name: a test holds what is deployed against it. */
export const metricNames = [
  'domicile.requests.duration',
  'domicile.storage.transactions',
  'domicile.log.commit.size',
  'domicile.retention.lag',
  'domicile.jobs.parked',
  'domicile.jobs.failed',
  'domicile.erasures.age',
  'domicile.residency.foreign',
  'domicile.deliveries.outcomes',
  'domicile.deliveries.waiting',
  'domicile.deliveries.oldest',
  'domicile.logs.dropped',
  'domicile.logs.purges.waiting',
  'domicile.live.notices',
  'domicile.live.connections',
] as const;
export type MetricName = (typeof metricNames)[number];

interface MetricText {
  readonly unit?: string;
  readonly description: string;
}

const gauge = (name: MetricName, text: MetricText) => instrument((meter) => meter.createGauge(name, text));
const counter = (name: MetricName, text: MetricText) => instrument((meter) => meter.createCounter(name, text));
const histogram = (name: MetricName, text: MetricText) => instrument((meter) => meter.createHistogram(name, text));

const requests = histogram('domicile.requests.duration', {
  unit: 'ms',
  description: 'How long requests took, by service, and class of the status.',
});

export function recordRequest(service: string, status: number, durationMs: number): void {
  requests().record(durationMs, { service, status: `${Math.floor(status / 100)}xx` });
}

const transactions = counter('domicile.storage.transactions', {
  description: 'Calls of storage, by store and kind: what Azure bills.',
});

export function countStorageCall(store: string, kind: string): void {
  transactions().add(1, { store, kind });
}

const commits = histogram('domicile.log.commit.size', {
  description: 'Changes of threads that were written in one transaction.',
});

export function recordCommit(changes: number): void {
  commits().record(changes);
}

const retentionLag = gauge('domicile.retention.lag', {
  unit: 's',
  description: 'How long the oldest thing that a sweep found had been overdue.',
});
const parkedJobs = gauge('domicile.jobs.parked', {
  description: 'Jobs, such as erasures, that failed again and again.',
});

export function recordRetentionLag(lagMs: number): void {
  retentionLag().record(lagMs / 1000);
}

export function recordParkedJobs(count: number): void {
  parkedJobs().record(count);
}

const failedJobs = counter('domicile.jobs.failed', {
  description: 'Jobs that have failed for good, by kind and code of the error.',
});

export function recordFailedJob(kind: string, code: string): void {
  failedJobs().add(1, { kind, code });
}

const erasures = histogram('domicile.erasures.age', {
  unit: 's',
  description: 'How long each erasure that is under way had been asked for when it was worked on.',
});

/** @param ageMs since it was asked for, product time */
export function recordErasure(ageMs: number): void {
  erasures().record(ageMs / 1000);
}

const foreignItems = gauge('domicile.residency.foreign', {
  description: 'Items of no resource of this geography that the last count of its stores has found.',
});

export function recordForeignItems(count: number): void {
  foreignItems().record(count);
}

const deliveries = counter('domicile.deliveries.outcomes', {
  description: 'What became of deliveries to the outside, by outbox and outcome.',
});
const waitingDeliveries = gauge('domicile.deliveries.waiting', {
  description: 'Deliveries that wait to be handed over, by outbox.',
});
const oldestDelivery = gauge('domicile.deliveries.oldest', {
  unit: 's',
  description: 'How long the oldest delivery has been waiting, by outbox.',
});

/** @param outcome one word, such as `taken` */
export function countDeliveryOutcome(outbox: string, outcome: string): void {
  deliveries().add(1, { outbox, outcome });
}

export function recordWaitingDeliveries(outbox: string, waiting: number, oldestAgeMs: number): void {
  waitingDeliveries().record(waiting, { outbox });
  oldestDelivery().record(oldestAgeMs / 1000, { outbox });
}

const droppedRows = counter('domicile.logs.dropped', {
  description: 'Rows of logs that could not be written, by table.',
});

export function countDroppedRows(table: string, rows: number): void {
  droppedRows().add(rows, { table });
}

const waitingPurges = gauge('domicile.logs.purges.waiting', {
  description: 'Persons and resources whose rows of the log workspace wait to be purged.',
});

export function recordWaitingPurges(count: number): void {
  waitingPurges().record(count);
}

const liveNotices = counter('domicile.live.notices', {
  description: 'What became of notices of live chat, by outcome.',
});
const liveConnections = counter('domicile.live.connections', {
  description: 'Connections of live chat that were opened, and that have ended.',
});

/** @param outcome one word, such as `delivered` */
export function countLiveNotices(outcome: string, notices: number): void {
  liveNotices().add(notices, { outcome });
}

/** @param what one word, such as `opened` */
export function countLiveConnection(what: string): void {
  liveConnections().add(1, { what });
}
