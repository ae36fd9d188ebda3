// Connections of live chat in storage: told of, found, handed out, erased, and gone in time.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Connections, liveConnections } from '../../shared/realtime/index.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import { createThread, send } from '../app/chat-calls.js';
import { type LiveGeography, startLiveGeography } from './live-geography.js';

let live: LiveGeography;
let app: TestProcess;
let anna: TestUser;
let bert: TestUser;

beforeAll(async () => {
  live = await startLiveGeography();
  app = await live.geography.start();
  [anna, bert] = [await app.newUser(), await app.newUser()];
});
afterAll(() => live?.stop());

const rowsOf = async () => {
  const { immutableId } = await app.app.defaultResource();
  const { rows } = await app.app.storage.table(liveConnections).query({ partition: immutableId });
  return rows;
};
const bound = () => app.app.stores.find(({ store }) => store.name === 'liveconnections');
const moment = () => ({ now: app.app.clock.now(), realNow: app.app.clock.realNow() });
const renewed = async (user: TestUser): Promise<TestUser> => {
  const body = { scopes: ['chat'] };
  const issued = await app.call<{ token: string }>('identity-issue-token', { params: { id: user.id }, body });
  return { ...user, token: issued.body.token };
};
const ping = '5:7+::{"name":"ping"}';

describe('A connection of live chat', () => {
  it('is a row with a keyed hash and times, found, handed out and erased by the id of whose it is', async () => {
    await live.connect(app, anna);
    await live.connect(app, bert);
    const rows = await rowsOf();
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${anna.id.slice(-36)}|${bert.id.slice(-36)}`));
    const identified = await app.call<{ stores: { store: string; items: number }[] }>('privacy-identify', {
      body: { identifiers: [anna.id] },
    });
    expect(identified.body.stores).toContainEqual(expect.objectContaining({ store: 'liveconnections', items: 1 }));
    const { immutableId: resourceId } = await app.app.defaultResource();
    const walk = bound();
    const who = { kind: 'identity', rawId: anna.id } as const;
    const records: unknown[] = [];
    const options = { includesReceived: false, readsFrom: async () => undefined };
    for await (const { record } of walk?.exportItems(who, { resourceId, ...moment() }, options) ?? []) {
      records.push(record);
    }
    expect(records).toEqual([{ since: expect.any(String), until: expect.any(String), via: 'socket' }]);
    expect(await walk?.erase(who, { resourceId, ...moment() })).toMatchObject({ erased: 1 });
    expect(await rowsOf()).toHaveLength(1);
  });

  it('goes when it is closed, and with its token when nobody says so', async () => {
    const before = (await rowsOf()).length;
    const silent = (await rowsOf()).map(({ rowKey }) => rowKey.slice(rowKey.indexOf('!') + 1));
    const { close } = await live.connect(app, anna);
    expect(await rowsOf()).toHaveLength(before + 1);
    expect((await close()).status).toBe(204);
    expect(await rowsOf()).toHaveLength(before);
    const { clock } = app.app;
    clock.setOffset(clock.offsetMs + 25 * 60 * 60_000);
    await app.app.sweep();
    expect(await rowsOf()).toHaveLength(0);
    clock.setOffset(0);
    // And where they are kept they are closed: whoever says nothing would go on being told.
    const closed = live.service.calls.filter(({ path }) => /^connections\/[^/:]+$/.test(path));
    expect(closed.map(({ path }) => path.slice('connections/'.length)).toSorted()).toEqual(silent.toSorted());
    expect(silent.length).toBeGreaterThan(0);
  });
});

it('A connection that cannot be closed is tried again, and forgotten an hour later at the most', async () => {
  const due = { add: async () => ({}) as never, removeAllOf: async () => undefined };
  const connections = new Connections(app.app.storage.table(liveConnections), due);
  const place = { resourceId: randomUUID(), user: 'user', id: 'socket' };
  await connections.open({ ...place, via: 'socket', since: 0, until: 1_000 });
  const fails = async () => {
    throw new Error('The service is away.');
  };
  const dueId = `${place.resourceId}!${place.user}!${place.id}`;
  await expect(connections.drop(dueId, 1_000, fails)).rejects.toThrow('away');
  await expect(connections.drop(dueId, 3_600_999, fails)).rejects.toThrow('away');
  expect(await connections.hasAny(place)).toBe(true);
  expect(await connections.drop(dueId, 3_601_000, fails)).toBe(true);
  expect(await connections.hasAny(place)).toBe(false);
});

describe('A client of live chat', () => {
  it('is answered each ping, and told of what happens', async () => {
    const { user, say } = await live.connect(app, anna);
    expect((await say(ping)).text).toBe('6:::7+[]');
    expect((await say('3:::{"id":1,"status":200}')).status).toBe(204);
    const told = live.service.next(`users/${user}/:send`);
    const thread = await createThread(app, bert, [anna]);
    expect((await told).text).toContain(thread);
  });

  it('is told by a process that has only heard of it', async () => {
    const other = await live.geography.start();
    const { user } = await live.connect(app, anna);
    const told = live.service.next(`users/${user}/:send`);
    const thread = await createThread(other, bert, [anna]);
    expect((await told).text).toContain(thread);
    const again = live.service.next(`users/${user}/:send`);
    await send(other, bert, thread, 'among processes');
    expect((await again).text).toContain('among processes');
  });

  it('is refused with the token of another, or one that has expired', async () => {
    await expect(live.connect(app, { ...anna, token: 'a.b.c' })).rejects.toThrow();
    const { say } = await live.connect(app, anna);
    const { clock } = app.app;
    clock.setOffset(clock.offsetMs + 25 * 60 * 60_000);
    expect((await say(ping)).status).toBe(401);
    clock.setOffset(0);
  });

  it('is cut off when its tokens are revoked, and refused with its next word wherever it says it', async () => {
    const revoked = await app.newUser();
    const { user, say } = await live.connect(app, revoked);
    const closed = live.service.next(`users/${user}/:closeConnections`);
    expect((await app.call('identity-revoke-tokens', { params: { id: revoked.id } })).status).toBe(204);
    await closed;
    expect((await say(ping)).status).toBe(401);
  });

  it('hears nothing more over a socket that never says a word when its tokens are revoked', async () => {
    const revoked = await app.newUser();
    await app.call('live-open-session', { user: revoked });
    const silent = live.service.calls.findLast(({ path }) => path === ':generateToken')?.query['userId'] ?? '';
    const closed = live.service.next(`users/${silent}/:closeConnections`);
    expect((await app.call('identity-revoke-tokens', { params: { id: revoked.id } })).status).toBe(204);
    await closed;
    const again = await renewed(revoked);
    const { user } = await live.connect(app, again);
    const told = live.service.next(`users/${user}/:send`);
    await createThread(app, bert, [again]);
    await told;
    expect(live.service.calls.map(({ path }) => path)).not.toContain(`users/${silent}/:send`);
  });

  it('goes on being told when the revocation before it is forgotten', async () => {
    const revoked = await app.newUser();
    expect((await app.call('identity-revoke-tokens', { params: { id: revoked.id } })).status).toBe(204);
    const { clock } = app.app;
    const offset = clock.offsetMs;
    clock.setOffset(offset + 26 * 60 * 60_000);
    const again = await renewed(revoked);
    const { user, say } = await live.connect(app, again);
    expect((await say(ping)).status).toBe(200);
    const told = live.service.next(`users/${user}/:send`);
    await createThread(app, await app.newUser(), [again]);
    await told;
    clock.setOffset(offset);
  });

  it('is cut off when its identity is deleted', async () => {
    const deleted = await app.newUser();
    const { user } = await live.connect(app, deleted);
    const closed = live.service.next(`users/${user}/:closeConnections`);
    expect((await app.call('identity-delete', { params: { id: deleted.id } })).status).toBe(204);
    await closed;
  });
});
