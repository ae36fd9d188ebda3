// Rows in a log workspace that name people: who is erased is purged from there, or waits and shows it.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { logPurges } from '../../shared/diagnostics/index.js';
import { accepted } from '../app/chat-calls.js';
import { callApp, type CallOptions, composeOn } from '../app/call-app.js';
import type { TestProcess } from '../app/composed-app.js';
import {
  app,
  chat,
  day,
  diagnostics,
  erase,
  flush,
  geography,
  goOnWith,
  health,
  hour,
  identify,
  later,
  looking,
  lyingIn,
  minute,
  monitor,
  startRaw,
  stop,
  type StoreLine,
  tables,
} from './workspace-world.js';

describe('Where rows may name people', () => {
  beforeAll(() => startRaw());
  afterAll(stop);
  afterEach(() => {
    monitor.answerPurges(undefined);
    monitor.complete(false);
    monitor.forget();
  });

  it('several persons go in one request a table, which is followed until it is done; the receipt says until when', async () => {
    const [anna, bert, cleo] = [await app.newUser(), await app.newUser(), await app.newUser()];
    for (const user of [anna, bert, cleo]) {
      await looking(user);
    }
    await flush();
    expect(monitor.rows(chat).map(({ UserId }) => UserId)).toEqual([anna.id, bert.id, cleo.id]);
    expect((await identify(anna)).map(({ store }) => store)).toContain('logworkspace');
    const receipts = [await erase(anna), await erase(bert)];
    const left = receipts[0]?.notErased.find(({ store }) => store === 'logworkspace');
    expect(Math.abs(Date.parse(left?.until ?? '') - app.app.clock.now() - 30 * day)).toBeLessThan(hour);
    // The request waits until all that was sent can be found; meanwhile it is the one place with their ids.
    expect(monitor.purges).toEqual([]);
    expect(await lyingIn(anna.id.slice(-36))).toEqual([logPurges.name]);
    expect((await identify(anna)).map(({ store }) => store)).toEqual(['logpurges']);
    expect((await health()).facts).toMatchObject({ waitingLogPurges: 2 });
    later(46 * minute);
    await app.app.sweep();
    expect(monitor.purges.map(({ table, filters }) => [table, filters[0]?.column])).toEqual([
      ['ACSAuthIncomingOperations_CL', 'Identity'],
      ['ACSChatIncomingOperations_CL', 'UserId'],
      ['DomicileLiveChat_CL', 'UserId'],
    ]);
    for (const { filters } of monitor.purges) {
      expect(filters).toHaveLength(1);
      expect(filters[0]?.operator).toBe('in');
      expect(((filters[0]?.value ?? []) as string[]).toSorted()).toEqual([anna.id, bert.id].toSorted());
    }
    expect(await lyingIn(anna.id.slice(-36))).toEqual([]);
    expect((await health()).facts).toMatchObject({ openLogPurges: 3 });
    const looked = monitor.looks;
    later(75 * minute);
    await app.app.sweep();
    expect(monitor.looks).toBe(looked + 3);
    monitor.complete(true);
    later(75 * minute);
    await app.app.sweep();
    expect((await health()).facts).not.toHaveProperty('openLogPurges');
    expect(monitor.purges).toHaveLength(3);
    later(75 * minute);
    await app.app.sweep();
    expect(monitor.looks).toBe(looked + 6);
    expect((await identify(cleo)).map(({ store }) => store)).toContain('logworkspace');
  });

  it('a purge that is refused waits, and shows itself, until somebody has mended that', async () => {
    const anna = await app.newUser();
    await looking(anna);
    await flush();
    await erase(anna);
    monitor.answerPurges(() => 403);
    later(46 * minute);
    await app.app.sweep();
    expect(monitor.purges).toHaveLength(1);
    const { isHealthy, troubles } = await health();
    expect(isHealthy).toBe(false);
    expect(troubles).toEqual(['Azure refuses to purge the log workspace (403); whose rows are to go waits.']);
    monitor.answerPurges(undefined);
    later(16 * minute);
    await app.app.sweep();
    expect(monitor.purges).toHaveLength(1);
    later(60 * minute);
    await app.app.sweep();
    expect(monitor.purges).toHaveLength(4);
    expect((await health()).isHealthy).toBe(true);
  });

  it('a purge that was stopped in the middle, or met a busy service, goes on where it was', async () => {
    monitor.complete(true);
    const anna = await app.newUser();
    await looking(anna);
    await flush();
    await erase(anna);
    monitor.forget();
    monitor.answerPurges(({ id }) =>
      id === 'purge-1' ? { status: 429, headers: { 'retry-after': '60' } } : undefined,
    );
    later(46 * minute);
    await app.app.sweep();
    expect(monitor.purges).toHaveLength(2);
    expect(await lyingIn(anna.id.slice(-36))).toEqual([logPurges.name]);
    monitor.answerPurges(({ id }) => (id === 'purge-3' ? 'hang up' : undefined));
    later(16 * minute);
    await app.app.sweep();
    expect(monitor.purges).toHaveLength(4);
    monitor.answerPurges(undefined);
    later(16 * minute);
    await app.app.sweep();
    expect(monitor.purges).toHaveLength(5);
    const [first, second, third] = monitor.purges.map(({ table }) => table);
    expect([first, second, third]).toEqual([first, second, second]);
    expect(new Set(monitor.purges.map(({ table }) => table)).size).toBe(3);
    expect(await lyingIn(anna.id.slice(-36))).toEqual([]);
  });

  it('one table that is refused keeps nobody else from being purged, and is all that is asked for again', async () => {
    const [anna, bert] = [await app.newUser(), await app.newUser()];
    monitor.complete(true);
    const refused = 'ACSChatIncomingOperations_CL';
    monitor.answerPurges(({ table }) => (table === refused ? 400 : undefined));
    for (const user of [anna, bert]) {
      await looking(user);
      await flush();
      await erase(user);
      monitor.forget();
      later(46 * minute);
      await app.app.sweep();
      expect(monitor.purges.map(({ table }) => table)).toContain('ACSAuthIncomingOperations_CL');
    }
    expect((await health()).troubles).toHaveLength(1);
    monitor.forget();
    later(75 * minute);
    await app.app.sweep();
    expect([...new Set(monitor.purges.map(({ table }) => table))]).toEqual([refused]);
    monitor.answerPurges(undefined);
    later(75 * minute);
    await app.app.sweep();
    expect((await health()).facts).not.toHaveProperty('waitingLogPurges');
    expect(await lyingIn(anna.id.slice(-36))).toEqual([]);
  });

  it('an address is purged from the rows of its own resource, and a resource that is deleted whole', async () => {
    const { immutableId } = await app.app.defaultResource();
    const workspace = app.app.stores.find(({ store }) => store.name === 'logworkspace');
    const walk = { resourceId: immutableId, now: app.app.clock.now(), realNow: app.app.clock.realNow() };
    const mail = { kind: 'email', address: 'anna@example.com' } as const;
    const reported = app.app.capabilities
      .flatMap(({ logs = [] }) => logs)
      .find(({ table }) => table.name === 'ACSEmailStatusUpdateOperational');
    const logs = { categories: 'all', retentionDays: 30, identifiers: 'raw' } as const;
    diagnostics().write({ immutableId, logs }, reported?.table as never, walk.now, { RecipientId: mail.address });
    await flush();
    expect(monitor.rows('ACSEmailStatusUpdateOperational')).toMatchObject([{ RecipientId: mail.address }]);
    await workspace?.erase(mail, walk);
    const other = '00000000-0000-4000-8000-000000000001';
    await workspace?.eraseResource({ ...walk, resourceId: other });
    later(46 * minute);
    await app.app.sweep();
    const ofResource = { column: 'ResourceId', operator: '==', value: immutableId };
    const recipient = { column: 'RecipientId', operator: 'in', value: [mail.address] };
    const isOther = ({ filters }: (typeof monitor.purges)[number]) => filters.some(({ value }) => value === other);
    expect(monitor.purges.filter((purge) => !isOther(purge))).toMatchObject(
      ['ACSEmailStatusUpdateOperational_CL', 'ACSEmailUserEngagementOperational_CL'].map((table) => ({
        table,
        filters: [recipient, ofResource],
      })),
    );
    expect(monitor.purges.filter(isOther).map(({ filters }) => filters)).toEqual(
      Array.from({ length: tables() }, () => [{ ...ofResource, value: other }]),
    );
  });

  it('no more than forty-eight requests an hour are made', async () => {
    const workspace = app.app.stores.find(({ store }) => store.name === 'logworkspace');
    const walk = { now: app.app.clock.now(), realNow: app.app.clock.realNow() };
    for (let n = 0; n < 12; n++) {
      await workspace?.eraseResource({ ...walk, resourceId: `00000000-0000-4000-8000-0000000001${n + 10}` });
    }
    later(46 * minute);
    for (let sweeps = 0; sweeps < 4; sweeps++) {
      await app.app.sweep();
      await app.app.sweep();
      later(15 * minute);
    }
    expect(monitor.purges.length).toBeGreaterThanOrEqual(4 * tables());
    expect(monitor.purges.length).toBeLessThanOrEqual(48);
    // And none of them twice, wherever a quarter of an hour has ended.
    for (let sweeps = 0; sweeps < 12; sweeps++) {
      later(15 * minute);
      await app.app.sweep();
    }
    expect(monitor.purges).toHaveLength(12 * tables());
  });

  it('rows about whom was deleted while they waited are purged as well', async () => {
    const anna = await app.newUser();
    const { immutableId } = await app.app.defaultResource();
    const table = app.app.capabilities.flatMap(({ logs = [] }) => logs).find((each) => each.table.name === chat)?.table;
    const logs = { categories: 'all', retentionDays: 30, identifiers: 'raw' } as const;
    // Another process has the row in memory, and does not know yet.
    const other = await geography.start({ clockOffsetMs: app.app.clock.offsetMs });
    const late = other.app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability;
    late.write({ immutableId, logs }, table as never, app.app.clock.now(), { UserId: anna.id });
    accepted(await app.call('identity-delete', { params: { id: anna.id } }));
    await late.flush();
    later(46 * minute);
    await app.app.sweep();
    const named = monitor.purges.flatMap(({ filters }) => filters.flatMap(({ value }) => value as string[]));
    expect(JSON.stringify(monitor.rows())).toContain(anna.id);
    expect(named).toContain(anna.id);
  });
});

describe('Where rows could name people, and nobody may purge any more', () => {
  beforeAll(() => startRaw());
  afterAll(stop);

  it('whoever was raw when the purge was taken out of the settings waits, is told so, and is gone with the rows', async () => {
    const [anna, bert] = [await app.newUser(), await app.newUser()];
    for (const user of [anna, bert]) {
      await looking(user);
    }
    await flush();
    await erase(anna);
    const settings = { DOMICILE_LOGS: monitor.setting({}) };
    const { offsetMs } = app.app.clock;
    const { connectionString } = geography;
    const without = await composeOn(connectionString, {
      settings,
      clockOffsetMs: offsetMs,
      reportFailure: () => undefined,
    });
    const { accessKey } = await app.app.defaultResource();
    const call = <Body>(name: string, options: CallOptions = {}) =>
      callApp(without, name, { accessKey, ...options }) as Promise<{ status: number; body: Body }>;
    const former = app;
    goOnWith({ ...former, app: without, call: call as unknown as TestProcess['call'] });
    try {
      const { notErased } = await erase(bert);
      const left = notErased.find(({ store }) => store === 'logworkspace');
      expect(Math.abs(Date.parse(left?.until ?? '') - without.clock.now() - 30 * day)).toBeLessThan(hour);
      monitor.forget();
      later(46 * minute);
      await without.sweep();
      expect(monitor.purges).toEqual([]);
      expect((await health()).troubles).toContainEqual(expect.stringContaining('DOMICILE_LOGS has no purge'));
      expect((await identify(anna)).map(({ store }) => store)).toContain('logpurges');
      for (let n = 0; n < 2; n++) {
        later(31 * day);
        await without.sweep();
      }
      expect(await lyingIn(anna.id.slice(-36))).toEqual([]);
      expect(await lyingIn(bert.id.slice(-36))).toEqual([]);
    } finally {
      goOnWith(former);
      app.app.clock.setOffset(without.clock.offsetMs);
      await without.storage.close();
    }
  });
});

it('What answers everything with 200 has purged nothing', async () => {
  await startRaw();
  try {
    const anna = await app.newUser();
    await looking(anna);
    await flush();
    await erase(anna);
    monitor.answerPurges(() => 200);
    later(46 * minute);
    await app.app.sweep();
    expect(monitor.purges).toHaveLength(1);
    expect((await health()).facts).toMatchObject({ waitingLogPurges: 1 });
  } finally {
    await stop();
  }
});

it('Where rows are kept for years a purge that is refused waits as long, and is not forgotten', async () => {
  await startRaw({ retentionDays: 730 });
  try {
    const anna = await app.newUser();
    await looking(anna);
    await flush();
    await erase(anna);
    monitor.answerPurges(() => 403);
    for (const days of [1, 31, 62]) {
      later(days * day);
      await app.app.sweep();
    }
    expect((await health()).facts).toMatchObject({ waitingLogPurges: 1 });
    const body = { identifiers: [anna.id] };
    const { stores } = accepted(await app.call<{ stores: StoreLine[] }>('privacy-identify', { body }));
    expect(stores).toContainEqual(expect.objectContaining({ store: 'logpurges', items: 1 }));
  } finally {
    await stop();
  }
});
