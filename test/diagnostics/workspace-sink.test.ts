// Rows of logs to a log workspace, through Azure's own client: how much goes into one request, what is repeated, and what is
// given up.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { logsConfig, LogsSetting } from '../../functions/log-settings.js';
import { DroppedRows, openIngestion, workspaceSink } from '../../shared/diagnostics/index.js';
import type { WaitingRow } from '../../shared/diagnostics/log-sink.js';
import { requestColumns } from '../../shared/diagnostics/log-table.js';
import { startMonitor, type TestMonitor } from './azure-monitor.js';

const table = { name: 'ACSTest', category: 'Test', summary: '', columns: requestColumns };
const settings = { categories: 'all', retentionDays: 30, identifiers: 'pseudonymous' } as const;
let monitor: TestMonitor;

beforeAll(async () => {
  monitor = await startMonitor();
});
afterEach(() => {
  monitor.answerRows(undefined);
  monitor.forget();
});
afterAll(() => monitor?.close());

function open(endpoint = monitor.origin) {
  const dropped = new DroppedRows();
  const pauses: number[] = [];
  const failures: unknown[] = [];
  const setting = LogsSetting.parse({ ...JSON.parse(monitor.setting()), endpoint });
  const sink = workspaceSink({
    ingestion: openIngestion(logsConfig(setting, undefined) as NonNullable<ReturnType<typeof logsConfig>>),
    dropped,
    markRaw: undefined,
    takeOut: async () => undefined,
    pause: async (ms) => {
      pauses.push(ms);
    },
    reportFailure: (failure) => failures.push(failure),
  });
  return { sink, dropped, pauses, failures };
}

const rows = (count: number, more: Record<string, string> = {}) =>
  Array.from({ length: count }, (_, n) => ({
    resourceId: 'r1',
    settings,
    table,
    at: n,
    row: { TimeGenerated: '2026-01-01T00:00:00.000Z', Category: 'Test', CorrelationId: String(n), ...more },
  })) as unknown as readonly [WaitingRow, ...WaitingRow[]];

describe('Rows that go to the log workspace', () => {
  it('arrive as the rule declares them: of which resource, renamed where Azure has a column of that name, no other', async () => {
    const { sink, dropped } = open();
    await sink.put(rows(1, { Password: 'x' }));
    expect(monitor.uploads).toMatchObject([{ stream: 'Custom-ACSTest', authorization: 'Bearer secret' }]);
    expect(monitor.rows()).toEqual([
      { ResourceId: 'r1', TimeGenerated: '2026-01-01T00:00:00.000Z', LogCategory: 'Test', CorrelationId: '0' },
    ]);
    expect(dropped.total).toBe(0);
  });

  it('go in requests below what Azure takes', async () => {
    const { sink } = open();
    await sink.put(rows(5_000, { URI: 'x'.repeat(500) }));
    expect(monitor.uploads.length).toBeGreaterThan(2);
    expect(Math.max(...monitor.uploads.map(({ bytes }) => bytes))).toBeLessThanOrEqual(1_000_000);
    expect(monitor.uploads.map(({ bytes }) => bytes)[0]).toBeGreaterThan(850_000);
    expect(new Set(monitor.rows().map(({ CorrelationId }) => CorrelationId)).size).toBe(5_000);
  });

  it('are halved until they fit where Azure finds them too large, and one that never does is dropped', async () => {
    const { sink, dropped, failures } = open();
    monitor.answerRows(({ rows: sent }) =>
      sent.length > 3 || sent.some(({ CorrelationId }) => CorrelationId === '5') ? 413 : undefined,
    );
    await sink.put(rows(10));
    expect(monitor.rows()).toHaveLength(9);
    expect([dropped.total, failures.length]).toEqual([1, 1]);
  });

  it('are sent again when Azure is busy, after as long as it says, and not for ever', async () => {
    const { sink, dropped, pauses, failures } = open();
    let times = 0;
    monitor.answerRows(() => {
      times += 1;
      return times === 1 ? { status: 429, headers: { 'retry-after': '7' } } : times === 2 ? 503 : undefined;
    });
    await sink.put(rows(2));
    expect(monitor.rows()).toHaveLength(2);
    expect(pauses).toEqual([7_000, 2_000]);
    expect(dropped.total).toBe(0);
    monitor.forget();
    monitor.answerRows(() => 500);
    await sink.put(rows(2));
    expect(monitor.uploads).toHaveLength(4);
    expect(dropped.total).toBe(2);
    expect(String(failures[0])).toBe(
      'RowsNotTaken: The log workspace has not taken 2 rows of ACSTest (notNow with 500); they are dropped.',
    );
    // While it is down nothing is repeated, until something is taken again.
    await sink.put(rows(2));
    expect(monitor.uploads).toHaveLength(5);
    monitor.answerRows(undefined);
    await sink.put(rows(3));
    expect(monitor.rows()).toHaveLength(3);
  });

  it('are dropped at once when Azure says that they are wrong', async () => {
    const { sink, dropped, pauses } = open();
    monitor.answerRows(() => 400);
    await sink.put(rows(2));
    expect([monitor.uploads.length, dropped.total, pauses]).toEqual([1, 2, []]);
  });

  it('are dropped where nobody answers', async () => {
    const gone = await startMonitor();
    await gone.close();
    const { sink, dropped, pauses } = open(gone.origin);
    await sink.put(rows(2));
    expect([dropped.total, pauses]).toEqual([2, [1_000, 2_000, 4_000]]);
    monitor.answerRows(() => 'hang up');
    const cut = open();
    await cut.sink.put(rows(2));
    expect(cut.dropped.total).toBe(2);
  });
});

it.each([
  [{ endpoint: 'http://logs.example.com' }],
  [{ endpoint: 'https://logs.example.com', token: 'x' }],
  [{ ruleId: '../other' }],
  [{ purge: { workspaceId: 'https://elsewhere.example' } }],
  [{ purge: { workspaceId: '/subscriptions/a/resourceGroups/b/providers/x/workspaces/c' } }],
])('A setting such as %j is refused', (wrong) => {
  expect(LogsSetting.safeParse({ ...JSON.parse(monitor.setting()), ...wrong }).success).toBe(false);
});
