// Figures of the service: that they reach the log workspace, what they say, and that nobody is in them.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import * as recorders from '../../shared/diagnostics/metrics.js';
import { MetricCollector } from '../../shared/diagnostics/metric-collector.js';
import { MetricSeries } from '../../shared/diagnostics/metric-series.js';
import { metricsTable } from '../../infra/plan/log-tables.js';
import type { ComposedApp } from '../../functions/compose.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { startMonitor, type TestMonitor } from './azure-monitor.js';

const { metricNames } = recorders;
let monitor: TestMonitor;
let geography: TestGeography;
let app: ComposedApp;

beforeAll(async () => {
  monitor = await startMonitor();
  geography = await startGeography();
  // The first app of a process that collects does it for all.
  const settings = { DOMICILE_LOGS: monitor.setting({ metrics: true }) };
  app = await composeOn(geography.connectionString, { settings });
});
afterAll(async () => {
  await diagnostics()?.stop?.(1_000);
  await app?.storage.close();
  await geography?.stop();
  await monitor?.close();
});

const diagnostics = () =>
  app?.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability | undefined;

describe('Figures of the service', () => {
  it('reach the log workspace, and hold nothing about anybody', async () => {
    const mark = 'measured-93b1c7';
    const made = (await callApp(app, 'identity-create', { body: { createTokenWithScopes: ['chat'] } })).body;
    const user: TestUser = { id: made.identity.id, token: made.accessToken.token };
    const thread = await callApp(app, 'chat-create-thread', { user, body: { topic: mark } });
    const chatThreadId = String(thread.body.chatThread.id);
    const params = { chatThreadId };
    const body = { content: mark };
    const sent = Array.from({ length: 20 }, () => callApp(app, 'chat-send-message', { user, params, body }));
    expect((await Promise.all(sent)).map(({ status }) => status)).toEqual(sent.map(() => 201));
    await callApp(app, 'chat-get-thread', { user, params: { chatThreadId: mark } });
    const erasure = await callApp(app, 'privacy-erase', { body: { identifiers: [user.id] } });
    app.clock.setOffset(61_000);
    app.dropCaches();
    await app.jobs.work(String(erasure.body.id));
    await app.sweep();
    await diagnostics()?.flush();
    const rows = monitor.rows('DomicileMetrics');
    const named = (name: string) => rows.filter(({ Name }) => Name === name);
    expect(named('domicile.requests.duration').map(({ Attributes }) => Attributes)).toEqual(
      expect.arrayContaining([
        { service: 'chat', status: '2xx' },
        { service: 'identity', status: '2xx' },
      ]),
    );
    expect(named('domicile.requests.duration')[0]).toMatchObject({ P50: expect.any(Number), P99: expect.any(Number) });
    const [commits] = named('domicile.log.commit.size');
    expect(commits?.['Value']).toBeGreaterThanOrEqual(20);
    expect(Number(commits?.['Max'])).toBeGreaterThan(1);
    expect(Number(commits?.['Count'])).toBeLessThan(20);
    const calls = named('domicile.storage.transactions');
    expect(calls.map(({ Attributes }) => (Attributes as { store: string }).store)).toContain('chatthreads');
    expect(Number(named('domicile.erasures.age')[0]?.['Max'])).toBeGreaterThanOrEqual(60);
    expect(named('domicile.retention.lag')).toHaveLength(1);
    const text = JSON.stringify(rows);
    for (const what of [mark, user.id, user.id.slice(-36), chatThreadId, (await app.defaultResource()).immutableId]) {
      expect(text).not.toContain(what);
    }
    for (const row of rows) {
      expect(metricNames).toContain(row['Name']);
      expect(Object.keys(row).filter((column) => !(column in metricsTable.columns))).toEqual([]);
    }
  });

  it('are all known by name, and say of themselves only what is on the short list of what may be said', async () => {
    monitor.forget();
    recorders.recordRequest('chat', 200, 1);
    recorders.countStorageCall('jobs', 'get');
    recorders.recordCommit(1);
    recorders.recordRetentionLag(1);
    recorders.recordParkedJobs(1);
    recorders.recordFailedJob('export', 'Fault');
    recorders.recordErasure(1);
    recorders.recordForeignItems(0);
    recorders.countDeliveryOutcome('mails', 'taken');
    recorders.recordWaitingDeliveries('mails', 1, 1);
    recorders.countDroppedRows('ACSChatIncomingOperations', 1);
    recorders.recordWaitingPurges(1);
    recorders.countLiveNotices('delivered', 1);
    recorders.countLiveConnection('opened');
    await diagnostics()?.flush();
    const rows = monitor.rows('DomicileMetrics');
    expect([...new Set(rows.map(({ Name }) => Name))].toSorted()).toEqual(metricNames.toSorted());
    const allowed = ['service', 'status', 'store', 'kind', 'code', 'outbox', 'outcome', 'table', 'what'];
    const said = new Set(rows.flatMap(({ Attributes }) => Object.keys(Attributes as object)));
    expect([...said].toSorted()).toEqual(allowed.toSorted());
    // Whoever adds one calls it above.
    expect(Object.values(recorders).filter((each) => typeof each === 'function')).toHaveLength(14);
  });

  it('leave out what is no word of ours, however it got in', () => {
    const collector = new MetricCollector(() => undefined);
    const counter = collector.getMeter().createCounter('domicile.logs.dropped');
    counter.add(1, { table: 'anna@example.com', kind: '8:acs:1 2', code: 'Fault', outbox: 'x'.repeat(65) });
    const [taken] = collector.take();
    expect(taken).toMatchObject({ value: 1, count: 1 });
    expect(taken?.attributes).toEqual({ code: 'Fault' });
    expect(collector.take()).toEqual([]);
  });

  it('take bounded memory, however many names there are', () => {
    const collector = new MetricCollector(() => undefined);
    const counter = collector.getMeter().createCounter('domicile.logs.dropped');
    for (let n = 0; n < 5_000; n++) {
      counter.add(1, { table: `t${n}` });
    }
    expect(collector.take()).toHaveLength(2_000);
  });

  it('tell quantiles to a fifth', () => {
    const series = new MetricSeries('histogram');
    for (let n = 1; n <= 1_000; n++) {
      series.record(n);
    }
    const { value, count, max, p50 = 0, p99 = 0 } = series.figures();
    expect([value, count, max]).toEqual([500_500, 1_000, 1_000]);
    expect(p50).toBeGreaterThanOrEqual(500);
    expect(p50).toBeLessThan(600);
    expect(p99).toBeGreaterThanOrEqual(990);
    expect(p99).toBeLessThanOrEqual(1_000);
  });
});
