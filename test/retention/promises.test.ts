// One test a promise: there until its last second, read by nobody from then on, and no byte of it fifteen minutes later.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revocations } from '../../shared/announcements/index.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { promises } from './planted.js';
import { settle } from './settle.js';
import { day, hour, minute, moveTo, resumeTime, second, stopTime } from './stopped-time.js';

const start = Date.now();
let geography: TestGeography;
let process: TestProcess;
beforeAll(async () => {
  geography = await startGeography();
  stopTime(start);
  process = await geography.start();
});
afterAll(async () => {
  resumeTime();
  await geography?.stop();
});

/** Names of the stores in which the mark lies, without the numbers of shards. */
async function storesWith(mark: string, except: readonly string[] = []): Promise<string[]> {
  const { hits, scanned } = await scanStorage(geography.connectionString, [mark]);
  expect(scanned.tables).toBeGreaterThan(40);
  const stores = new Set(hits.map(({ store }) => store.replace(/\d+$/, '')));
  return [...stores].filter((store) => !except.includes(store));
}

/** The timers of a quarter of an hour. */
async function passQuarter(from: number): Promise<void> {
  for (const minutes of [5, 10, 15]) {
    moveTo(process, from + minutes * minute);
    await settle(process);
  }
}

describe('A promise with a time is kept to the second:', () => {
  it.each(promises)('%s is there until its end, and then gone to the last byte', async (_, plant) => {
    moveTo(process, start);
    const { mark, store, endsOn, end, keptUntil, isThere, except } = await plant(process);
    expect(await storesWith(mark)).toContain(store);
    if (endsOn !== undefined) {
      moveTo(process, endsOn - second);
      await settle(process);
    }
    expect(await isThere()).toBe(true);
    expect(await storesWith(mark)).toContain(store);

    if (endsOn !== undefined) {
      moveTo(process, endsOn);
    }
    await end?.();
    // Before any sweep.
    expect(await isThere()).toBe(false);
    let endedOn = process.app.clock.now();
    if (keptUntil !== undefined) {
      await settle(process);
      moveTo(process, keptUntil - second);
      await settle(process);
      expect(await isThere()).toBe(false);
      expect(await storesWith(mark)).toContain(store);
      endedOn = keptUntil;
    }
    await passQuarter(endedOn);
    expect(await isThere()).toBe(false);
    expect(await storesWith(mark, except)).toEqual([]);
  });

  it.each([
    ['a day when the request names no time', undefined, 24 * hour],
    ['as long as the request says', 60, hour],
  ])('A user token lives %s, and is stored nowhere', async (_, expiresInMinutes, lifeMs) => {
    moveTo(process, start);
    const { id } = await process.newUser();
    const body = { scopes: ['chat'], ...(expiresInMinutes !== undefined && { expiresInMinutes }) };
    const issued = await process.call<{ token: string }>('identity-issue-token', { params: { id }, body });
    const user = { id, token: accepted(issued).token };
    const statusAt = async (ms: number) => {
      moveTo(process, ms);
      return (await process.call('chat-list-threads', { user })).status;
    };
    expect(await statusAt(start + lifeMs - second)).toBe(200);
    expect(await storesWith(user.token.slice(-40))).toEqual([]);
    expect(await statusAt(start + lifeMs + second)).toBe(401);
  });

  it('The tombstone of an identity refuses its tokens for 25 hours of real time, and is gone then', async () => {
    moveTo(process, start);
    const user = await process.newUser();
    const keys = async () =>
      (await process.app.storage.table(revocations).query({ partition: 'log' })).rows.map(({ rowKey }) => rowKey);
    const before = await keys();
    accepted(await process.call('identity-delete', { params: { id: user.id } }));
    const [mark = ''] = (await keys()).filter((key) => !before.includes(key));
    await passQuarter(start);
    // A clock that is moved must not shorten it.
    moveTo(process, start + 30 * day);
    await settle(process);
    expect(await storesWith(mark)).toEqual(['revocations']);
    stopTime(start + 25 * hour - second);
    moveTo(process, start + 25 * hour - second);
    await settle(process);
    expect((await process.call('chat-list-threads', { user })).status).toBe(401);
    expect(await storesWith(mark)).toEqual(['revocations']);
    stopTime(start + 25 * hour + second);
    await passQuarter(start + 25 * hour + second);
    expect(await storesWith(mark)).toEqual([]);
  });
});
