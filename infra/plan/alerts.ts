// What somebody is told of: figures that the platform itself reports. Rules of metrics are global resources of Azure; they
// hold names and figures, nothing about persons.
import type { Hosting, LogWorkspace, Profile } from './options.js';
import { figureAlerts } from './telemetry.js';

interface MetricAlert {
  readonly kind: 'metric';
  readonly name: string;
  readonly description: string;
  readonly of: 'functionApp' | 'queueService';
  readonly namespace: string;
  readonly metric: string;
  readonly aggregation: 'Average' | 'Total';
  readonly operator: 'GreaterThan' | 'LessThan';
  readonly threshold: number;
  readonly window: string;
  readonly every: string;
  readonly severity: 1 | 2;
}

export interface QueryAlert {
  readonly kind: 'query';
  readonly name: string;
  readonly description: string;
  readonly query: string;
  readonly window: string;
  readonly every: string;
  readonly severity: 1 | 2;
}

interface ProbeAlert {
  readonly kind: 'probe';
  readonly name: string;
  readonly description: string;
  readonly path: string;
  /** Where Azure probes from; nothing but `GET /health` comes from there, and nothing about persons goes there. */
  readonly probeLocations: readonly string[];
  /** At how many of them it must fail. */
  readonly failedLocations: number;
  readonly everySeconds: number;
  readonly severity: 1 | 2;
}

export type AlertPlan = MetricAlert | QueryAlert | ProbeAlert;

export const healthPath = '/health';

const always: readonly AlertPlan[] = [
  {
    kind: 'metric',
    name: 'queues',
    description:
      'Messages pile up: work is not done, or messages are parked in a poison queue. Azure counts all queues of the account together.',
    of: 'queueService',
    namespace: 'Microsoft.Storage/storageAccounts/queueServices',
    metric: 'QueueMessageCount',
    aggregation: 'Average',
    operator: 'GreaterThan',
    threshold: 100,
    // Azure reports this figure once an hour.
    window: 'PT1H',
    every: 'PT1H',
    severity: 2,
  },
  {
    kind: 'query',
    name: 'promises',
    description:
      'A promise is not kept: a message failed again and again and was parked in a poison queue, or data of another geography was reached or found.',
    // The last two are the names of errors, as they stand in the log.
    query:
      'AppTraces | where SeverityLevel >= 2 and Message has_any ("parked", "poison", "ResidencyBreach", "ForeignData") | project TimeGenerated',
    window: 'PT15M',
    every: 'PT15M',
    severity: 1,
  },
  {
    kind: 'query',
    name: 'failures',
    description: 'Functions fail: jobs, sweeps or requests.',
    query: 'union AppExceptions, (AppRequests | where Success == false) | project TimeGenerated',
    window: 'PT15M',
    every: 'PT15M',
    severity: 2,
  },
  {
    kind: 'metric',
    name: 'http-5xx',
    description: 'Requests are answered with 5xx.',
    of: 'functionApp',
    namespace: 'Microsoft.Web/sites',
    metric: 'Http5xx',
    aggregation: 'Total',
    operator: 'GreaterThan',
    threshold: 10,
    window: 'PT15M',
    every: 'PT5M',
    severity: 1,
  },
];

/** A plan that scales to nothing has no instance whose health the platform could check: there it is probed from outside. */
const probed: AlertPlan = {
  kind: 'probe',
  name: 'health',
  description: 'GET /health fails: jobs are parked, something is overdue, or data of another geography was found.',
  path: healthPath,
  probeLocations: ['emea-nl-ams-azr', 'us-va-ash-azr', 'apac-sg-sin-azr'],
  failedLocations: 2,
  everySeconds: 900,
  severity: 1,
};

const checked: AlertPlan = {
  kind: 'metric',
  name: 'health',
  description: 'GET /health fails: jobs are parked, something is overdue, or data of another geography was found.',
  of: 'functionApp',
  namespace: 'Microsoft.Web/sites',
  metric: 'HealthCheckStatus',
  aggregation: 'Average',
  operator: 'LessThan',
  threshold: 100,
  window: 'PT15M',
  every: 'PT5M',
  severity: 1,
};

/** Nobody outside reaches a closed app. What is left to see is whether its timers, which are due every few minutes, run. */
const timed: AlertPlan = {
  kind: 'metric',
  name: 'health',
  description: 'Not one function ran for an hour, not even the sweep: nothing is removed in time.',
  of: 'functionApp',
  namespace: 'Microsoft.Web/sites',
  metric: 'OnDemandFunctionExecutionCount',
  aggregation: 'Total',
  operator: 'LessThan',
  threshold: 1,
  window: 'PT1H',
  every: 'PT15M',
  severity: 1,
};

export function alertsOf({
  hosting,
  profile,
  logWorkspace,
}: {
  readonly hosting: Hosting;
  readonly profile: Profile;
  readonly logWorkspace: LogWorkspace;
}): readonly AlertPlan[] {
  const onFigures = logWorkspace === 'off' ? [] : figureAlerts;
  if (hosting === 'dedicated') {
    return [...always, ...onFigures, checked];
  }
  return [...always, ...onFigures, profile === 'private' ? timed : probed];
}
