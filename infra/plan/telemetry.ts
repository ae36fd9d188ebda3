// Figures of the service itself: what a workbook shows, and on which of them somebody is told. They are rows of the log
// workspace, a row a minute, metric and process; a test holds the names against those that the app records.
import type { QueryAlert } from './alerts.js';
import { metricsTable, workspaceTableOf } from './log-tables.js';

/** A chart of the workbook. */
export interface Panel {
  readonly title: string;
  readonly metric: string;
  readonly query: string;
}

const source = workspaceTableOf(metricsTable.name);
const rowsOf = (metric: string) => `${source} | where Name == "${metric}"`;
const chart = (columns: string, by = '') =>
  `| summarize ${columns} by bin(TimeGenerated, 5m)${by === '' ? '' : `, ${by}`} | render timechart`;
const attribute = (name: string) => `${name} = tostring(Attributes.${name})`;

function panel(title: string, metric: string, columns: string, by?: string): Panel {
  return { title, metric, query: `${rowsOf(metric)} ${chart(columns, by)}` };
}

/** In this order; each promise that a figure can show has one. */
export const panels: readonly Panel[] = [
  panel('Latency, ms', 'domicile.requests.duration', 'P50 = avg(P50), P99 = max(P99)', attribute('service')),
  panel('Storage transactions', 'domicile.storage.transactions', 'Calls = sum(Value)', attribute('store')),
  panel('Changes in one commit', 'domicile.log.commit.size', 'Mean = sum(Value) / sum(Count), Largest = max(Max)'),
  panel('Retention lag, s', 'domicile.retention.lag', 'Lag = max(Max)'),
  panel('Erasure backlog: age of the oldest that is worked on, s', 'domicile.erasures.age', 'Oldest = max(Max)'),
  panel('Deliveries waiting', 'domicile.deliveries.waiting', 'Waiting = max(Value)', attribute('outbox')),
  panel('Age of the oldest delivery, s', 'domicile.deliveries.oldest', 'Oldest = max(Value)', attribute('outbox')),
  panel('Dropped log rows', 'domicile.logs.dropped', 'Rows = sum(Value)', attribute('table')),
];

interface FigureAlert {
  readonly name: string;
  readonly description: string;
  readonly metric: string;
  readonly column: 'Value' | 'Max';
  readonly above: number;
  readonly severity: 1 | 2;
}

const hour = 60 * 60;

const figures: readonly FigureAlert[] = [
  {
    name: 'retention-lag',
    description:
      'Something that was due over an hour ago was still there when the sweep came: things are kept too long.',
    metric: 'domicile.retention.lag',
    column: 'Max',
    above: hour,
    severity: 1,
  },
  {
    name: 'erasure-age',
    description: 'The erasure of a person has been under way for more than a day.',
    metric: 'domicile.erasures.age',
    column: 'Max',
    above: 24 * hour,
    severity: 1,
  },
  {
    name: 'delivery-age',
    description: 'A mail or an event has been waiting for more than an hour: whoever is to take it may be down.',
    metric: 'domicile.deliveries.oldest',
    column: 'Value',
    above: hour,
    severity: 2,
  },
  {
    name: 'dropped-logs',
    description: 'Rows of logs were dropped: they did not fit into memory, or the workspace did not take them.',
    metric: 'domicile.logs.dropped',
    column: 'Value',
    above: 0,
    severity: 2,
  },
];

/** What each alert on a figure is about. */
export const alertedMetrics: readonly string[] = figures.map(({ metric }) => metric);

export const figureAlerts: readonly QueryAlert[] = figures.map(
  ({ name, description, metric, column, above, severity }) => ({
    kind: 'query',
    name,
    description,
    query: `${rowsOf(metric)} | where ${column} > ${above} | project TimeGenerated`,
    window: 'PT15M',
    every: 'PT15M',
    severity,
  }),
);

/** In the form that the portal keeps. https://learn.microsoft.com/azure/azure-monitor/visualize/workbooks-overview */
export function workbookContent(): string {
  const items = panels.map(({ title, metric, query }) => ({
    type: 3,
    name: metric,
    content: {
      version: 'KqlItem/1.0',
      query,
      title,
      size: 0,
      timeContextFromParameter: 'time',
      queryType: 0,
      resourceType: 'microsoft.operationalinsights/workspaces',
    },
  }));
  const durations = [4, 24, 72, 168, 720].map((hours) => ({ durationMs: hours * hour * 1_000 }));
  const time = {
    type: 9,
    name: 'parameters',
    content: {
      version: 'KqlParameterItem/1.0',
      parameters: [
        {
          id: 'time',
          version: 'KqlParameterItem/1.0',
          name: 'time',
          label: 'Time',
          type: 4,
          isRequired: true,
          value: { durationMs: 24 * hour * 1_000 },
          typeSettings: { selectableValues: durations },
        },
      ],
    },
  };
  return JSON.stringify({ version: 'Notebook/1.0', items: [time, ...items], isLocked: false });
}
