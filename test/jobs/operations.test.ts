import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import { operationRecords, Operations } from '../../shared/jobs/index.js';
import {
  DueIndex,
  dueIndexStore,
  openStorage,
  parseConnectionString,
  provision,
  type Storage,
} from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

const day = 24 * 60 * 60_000;
const resource = randomUUID();
const time = { now: Date.UTC(2026, 10, 23) };
let azurite: Azurite;
let storage: Storage;
let operations: Operations;

beforeAll(async () => {
  azurite = await startAzurite();
  const settings = parseConnectionString(azurite.connectionString);
  const dataMap = createDataMap([dueIndexStore, operationRecords]);
  await provision(settings, dataMap);
  storage = await openStorage(settings, { dataMap });
  const clock = { now: () => time.now, realNow: () => time.now, monotonic: () => 0 };
  const due = new DueIndex(storage.table(dueIndexStore), randomIds);
  operations = new Operations(storage.table(operationRecords), due, clock);
});
afterAll(async () => {
  await storage?.close();
  await azurite?.stop();
});

const statusOf = async (id: string) => (await operations.find(resource, id))?.status;

it('A request repeated with an id that the client chose leads to the same operation', async () => {
  const id = randomUUID();
  expect(await operations.begin(resource, id, 'send', { requestHash: 'one' })).toBe(true);
  expect(await operations.begin(resource, id, 'send', { requestHash: 'one' })).toBe(false);
  await operations.end(resource, id, { status: 'succeeded' });
  expect(await operations.begin(resource, id, 'send', { requestHash: 'one' })).toBe(false);
  expect(await statusOf(id)).toBe('succeeded');
});

it('Another request with the same id is refused, and changes nothing', async () => {
  const id = randomUUID();
  const refused = { entry: { status: 409, code: 'Conflict' } };
  await operations.begin(resource, id, 'send', { requestHash: 'one' });
  await expect(operations.begin(resource, id, 'send', { requestHash: 'two' })).rejects.toMatchObject(refused);
  await expect(operations.begin(resource, id, 'other', { requestHash: 'one' })).rejects.toMatchObject(refused);
  const ours = randomUUID();
  await operations.begin(resource, ours, 'send');
  await expect(operations.begin(resource, ours, 'send', { requestHash: 'one' })).rejects.toMatchObject(refused);
  expect(await statusOf(id)).toBe('running');
  expect(await operations.begin(randomUUID(), id, 'send', { requestHash: 'two' })).toBe(true);
});

it('One that waits for its turn is not started until somebody says so', async () => {
  const id = randomUUID();
  await operations.begin(resource, id, 'search', { status: 'notStarted' });
  expect(await statusOf(id)).toBe('notStarted');
  await operations.start(resource, id);
  expect(await statusOf(id)).toBe('running');
  await operations.end(resource, id, { status: 'succeeded' });
  await operations.start(resource, id);
  await operations.start(resource, randomUUID());
  expect(await statusOf(id)).toBe('succeeded');
});

it.each(['notStarted', 'running'] as const)(
  'One that is %s can be cancelled, stays so, and is forgotten like others',
  async (status) => {
    const id = randomUUID();
    await operations.begin(resource, id, 'search', { status });
    await operations.cancel(resource, id);
    await operations.start(resource, id);
    await operations.end(resource, id, { status: 'succeeded', result: 7 });
    await operations.end(resource, id, { status: 'failed', error: { code: 'Broken', message: 'It broke.' } });
    expect(await operations.find(resource, id)).toMatchObject({ status: 'canceled', keptUntil: time.now + 7 * day });
    time.now += 7 * day;
    expect(await operations.find(resource, id)).toBeUndefined();
  },
);

it('One that has ended cannot be cancelled; one that succeeded can still turn out to have failed', async () => {
  const [done, broken] = [randomUUID(), randomUUID()];
  for (const id of [done, broken]) {
    await operations.begin(resource, id, 'search');
  }
  await operations.end(resource, done, { status: 'succeeded' });
  await operations.end(resource, broken, { status: 'failed', error: { code: 'Broken', message: 'It broke.' } });
  for (const id of [done, broken, randomUUID()]) {
    await operations.cancel(resource, id);
  }
  expect([await statusOf(done), await statusOf(broken)]).toEqual(['succeeded', 'failed']);
  await operations.end(resource, done, { status: 'failed', error: { code: 'Broken', message: 'It broke.' } });
  expect(await statusOf(done)).toBe('failed');
});

it('One that fails after it succeeded is kept for longer, and its first time leaves nothing overdue', async () => {
  const id = randomUUID();
  const dueId = `${resource}~${id}`;
  await operations.begin(resource, id, 'export');
  await operations.end(resource, id, { status: 'succeeded', keptUntil: time.now + day });
  await operations.end(resource, id, { status: 'failed', error: { code: 'Erased', message: 'It was erased.' } });
  time.now += day;
  // Worked off: what is told to wait is overdue from then on, and a deployment unhealthy.
  expect(await operations.drop(dueId)).toBe(true);
  expect(await statusOf(id)).toBe('failed');
  time.now += 6 * day;
  expect(await operations.drop(dueId)).toBe(true);
  expect(await operations.find(resource, id)).toBeUndefined();
  const { rows } = await storage.table(operationRecords).query({ partition: resource });
  expect(rows.map(({ rowKey }) => rowKey)).not.toContain(id);
});
