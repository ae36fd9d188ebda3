import { Readable } from 'node:stream';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  type CallFate,
  createCallInterceptor,
  createTransactionCounter,
  eraseEverything,
  openStorage,
  parseConnectionString,
  physicalNames,
  provision,
  shardOf,
  type Storage,
  type StorageCall,
  type StorageOptions,
  type StorageSettings,
} from '../../shared/storage/index.js';
import { type Azurite, startAzurite } from './azurite.js';
import { testStore } from './stores.js';

const messages = testStore({ name: 'messages', medium: 'table', shards: 16 });
const states = testStore({ name: 'states', medium: 'table' });
const images = testStore({ name: 'images', medium: 'blob' });
const jobs = testStore({ name: 'jobs', medium: 'queue' });
const more = ['one', 'two', 'three'].map((name) => testStore({ name, medium: 'table', shards: 16 }));
const dataMap = createDataMap([messages, states, images, jobs, ...more]);

let azurite: Azurite;
let settings: StorageSettings;
const opened: Storage[] = [];

async function open(observers: StorageOptions['observers'] = []): Promise<Storage> {
  const storage = await openStorage(settings, { dataMap, observers });
  opened.push(storage);
  return storage;
}

beforeAll(async () => {
  azurite = await startAzurite();
  settings = parseConnectionString(azurite.connectionString);
  await provision(settings, dataMap);
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((storage) => storage.close()));
});
afterAll(() => azurite?.stop());

describe('Storage', () => {
  it('opens only what the data map declares', async () => {
    const storage = await open();
    const stranger = testStore({ name: 'stranger', medium: 'table' });
    expect(() => storage.table(stranger)).toThrow(/not in the data map/);
    const impostor = testStore({ name: 'states', medium: 'table' });
    expect(() => storage.table(impostor)).toThrow(/not in the data map/);
    expect(() => storage.blobs(states)).toThrow(/is a table, not a blob/);
    expect(() => storage.queue(images)).toThrow(/is a blob, not a queue/);
    expect(() => storage.table(jobs)).toThrow(/is a queue, not a table/);
  });

  it('opens a shard of a store that has shards, and only of such', async () => {
    const storage = await open();
    for (const shard of [undefined, -1, 16, 1.5]) {
      expect(() => storage.table(messages, shard)).toThrow(/16 shards/);
    }
    expect(() => storage.table(states, 0)).toThrow(/no shards/);
    await storage.table(messages, 15).insert({ partitionKey: 'p', rowKey: '1' });
    expect(await storage.table(messages, 14).get('p', '1')).toBeUndefined();
    expect(await storage.table(messages, 15).get('p', '1')).toBeDefined();
    expect(storage.table(messages, 15)).toBe(storage.table(messages, 15));
  });

  it('gives a key the same shard for ever and spreads keys evenly', () => {
    expect(['a', 'b', 'thread-1', ''].map((key) => shardOf(messages, key))).toEqual([2, 6, 15, 2]);
    const counts = Array.from({ length: 16 }, () => 0);
    for (let key = 0; key < 3200; key += 1) {
      const shard = shardOf(messages, String(key));
      counts[shard] = (counts[shard] ?? 0) + 1;
    }
    expect(Math.min(...counts)).toBeGreaterThan(140);
    expect(Math.max(...counts)).toBeLessThan(270);
    expect(() => shardOf(states, 'a')).toThrow(/no shards/);
  });

  it('provisions what is missing, quickly, and leaves what is there', async () => {
    const storage = await open();
    await storage.table(states).insert({ partitionKey: 'kept', rowKey: '1' });
    await storage.blobs(images).upload('kept', Buffer.from('kept'));
    const started = performance.now();
    await provision(settings, dataMap);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(dataMap.stores.flatMap((store) => physicalNames(store))).toHaveLength(68);
    expect(await storage.table(states).get('kept', '1')).toBeDefined();
    expect(await storage.blobs(images).properties('kept')).toBeDefined();
  });

  it('empties the whole account of an emulator, undeclared stores too, and is usable at once', async () => {
    const old = createDataMap([
      testStore({ name: 'oldtable', medium: 'table' }),
      testStore({ name: 'oldimages', medium: 'blob' }),
      testStore({ name: 'oldjobs', medium: 'queue' }),
    ]);
    await provision(settings, old);
    const storage = await open();
    await storage.table(messages, 3).insert({ partitionKey: 'p', rowKey: '1' });
    await storage.blobs(images).upload('a/b', Buffer.from('content'));
    await storage.queue(jobs).send('job');
    await storage.poisonQueue(jobs).send('job');

    await eraseEverything(settings, dataMap);
    expect(await storage.table(messages, 3).get('p', '1')).toBeUndefined();
    expect(await storage.blobs(images).list('')).toEqual({ names: [] });
    expect(await storage.queue(jobs).approximateLength()).toBe(0);
    expect(await storage.poisonQueue(jobs).approximateLength()).toBe(0);
    await storage.table(messages, 3).insert({ partitionKey: 'p', rowKey: '1' });
    const others = await openStorage(settings, { dataMap: old });
    const [oldTable, oldImages, oldJobs] = old.stores;
    await expect(others.table(oldTable!).get('p', '1')).rejects.toMatchObject({ code: 'TableNotFound' });
    await expect(others.blobs(oldImages!).list('')).rejects.toMatchObject({ code: 'ContainerNotFound' });
    await expect(others.queue(oldJobs!).send('x')).rejects.toMatchObject({ code: 'QueueNotFound' });
    await others.close();
  });

  it('refuses to empty an account that is not on this machine', async () => {
    const far = { ...settings, endpoints: { ...settings.endpoints, queue: 'https://a.queue.core.windows.net' } };
    await expect(eraseEverything(far, dataMap)).rejects.toThrow(/on this machine/);
  });
});

describe('Blobs', () => {
  it('are written from memory or a stream and read whole or in part', async () => {
    const blobs = (await open()).blobs(images);
    const large = Buffer.alloc(9 * 1_048_576, 'abc');
    await blobs.upload('large', Readable.from([large.subarray(0, 5_000_000), large.subarray(5_000_000)]), {
      contentType: 'video/mp4',
      createdOn: 1_234_567,
    });
    await blobs.upload('small', Buffer.from('first'));
    await blobs.upload('small', Buffer.from('second'));
    const read = async (name: string, offset?: number, count?: number) => {
      const download = await blobs.download(name, offset, count);
      return Buffer.concat((await download?.content.toArray()) ?? []);
    };
    expect((await read('large')).equals(large)).toBe(true);
    expect((await read('large', 5, 3)).toString()).toBe('cab');
    expect((await read('small')).toString()).toBe('second');
    expect(await blobs.properties('large')).toMatchObject({
      contentType: 'video/mp4',
      sizeBytes: large.length,
      createdOn: 1_234_567,
    });
    expect((await blobs.list('sm')).names).toEqual(['small']);
    await blobs.remove('small');
    await blobs.remove('small');
    expect(await blobs.download('small')).toBeUndefined();
    expect(await blobs.properties('small')).toBeUndefined();
  });
});

describe('A blob that is being discarded', () => {
  it('is nothing to whoever reads it between the two calls, and goes with the next removal', async () => {
    const blobs = (await open()).blobs(images);
    await blobs.upload('discarded', Buffer.from('content'));
    const interceptor = createCallInterceptor((number) => (number === 1 ? 'stopAfter' : 'pass'));
    void (await open([interceptor.observe])).blobs(images).discard('discarded');
    await interceptor.stopped;
    expect(await blobs.download('discarded')).toBeUndefined();
    expect(await blobs.properties('discarded')).toBeUndefined();
    expect((await blobs.list('discarded')).names).toEqual(['discarded']);
    await blobs.upload('empty', new Uint8Array());
    expect(await blobs.properties('empty')).toMatchObject({ sizeBytes: 0 });
    await blobs.discard('discarded');
    expect((await blobs.list('discarded')).names).toEqual([]);
  });
});

describe('A queue', () => {
  it('keeps a message until it is removed and never lets it expire', async () => {
    const queue = (await open()).queue(jobs);
    await queue.send('job é');
    const client = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient('jobs');
    const { peekedMessageItems } = await client.peekMessages();
    expect(peekedMessageItems[0]?.expiresOn.getFullYear()).toBe(9999);
    const [message] = await queue.receive(32, 1);
    expect(message).toMatchObject({ text: 'job é', dequeueCount: 1 });
    expect(await queue.receive(32, 1)).toEqual([]);
    const again = await vi.waitFor(
      async () => (await queue.receive(32, 30))[0] ?? expect.fail('The message did not come back.'),
      { timeout: 5_000, interval: 100 },
    );
    expect(again).toMatchObject({ text: 'job é', dequeueCount: 2 });
    await queue.remove(again.receipt);
    await queue.remove(again.receipt);
    expect(await queue.approximateLength()).toBe(0);
  });
});

describe('A transaction counter', () => {
  it('counts by store and kind what has happened since a snapshot', async () => {
    const counter = createTransactionCounter();
    const storage = await open([counter.observe]);
    const table = storage.table(messages, shardOf(messages, 'k'));
    const row = { partitionKey: 'k', rowKey: '(PartitionKey=' };
    await table.insert(row);
    const first = counter.snapshot();
    expect(first).toEqual({ 'messages/insert': 1 });
    await table.upsert(row, 'merge');
    await table.update(row, '*', 'replace');
    await table.get('k', row.rowKey);
    await table.query({ partition: 'k', from: '(PartitionKey=' });
    await table.transaction('k', [{ kind: 'remove', rowKey: row.rowKey }]);
    await table.remove('k', row.rowKey);
    await storage.table(messages, 0).get('k', '1');
    await storage.blobs(images).upload('b', Buffer.from('x'));
    await storage.blobs(images).properties('b');
    await storage.blobs(images).list('');
    await storage.blobs(images).remove('b');
    await storage.queue(jobs).send('x');
    const [message] = await storage.queue(jobs).receive(1, 5);
    await storage.queue(jobs).remove(message!.receipt);
    expect(counter.since(first)).toEqual({
      'messages/update': 2,
      'messages/get': 2,
      'messages/query': 1,
      'messages/transaction': 1,
      'messages/delete': 1,
      'images/blob-write': 1,
      'images/blob-read': 1,
      'images/blob-list': 1,
      'images/blob-delete': 1,
      'jobs/queue-send': 1,
      'jobs/queue-read': 1,
      'jobs/queue-delete': 1,
    });
    expect(counter.since(counter.snapshot())).toEqual({});
  });
});

describe('A call interceptor', () => {
  const keys = (rowKey: string) => ({ partitionKey: 'stop', rowKey });
  const isSettled = (work: Promise<unknown>) =>
    Promise.race([
      work.then(
        () => true,
        () => true,
      ),
      new Promise((resolve) => setTimeout(() => resolve(false), 50)),
    ]);

  it.each([
    ['stopBefore', ['1']],
    ['stopAfter', ['1', '2']],
  ] as const)('stops the app at a call (%s) so that nothing settles any more', async (fate, expected) => {
    const seen: StorageCall[] = [];
    const interceptor = createCallInterceptor((number, call): CallFate => {
      seen.push(call);
      return number === 2 ? fate : 'pass';
    });
    const storage = await open([interceptor.observe]);
    const table = storage.table(states);
    await table.insert(keys('1'));
    const stopped = table.insert(keys('2'));
    await interceptor.stopped;
    const afterwards = [table.get('stop', '1'), storage.blobs(images).list(''), storage.queue(jobs).send('x')];
    for (const work of [stopped, ...afterwards]) {
      expect(await isSettled(work)).toBe(false);
    }
    expect(seen).toEqual([
      { store: 'states', kind: 'insert' },
      { store: 'states', kind: 'insert' },
    ]);
    expect(interceptor.calls).toBe(2);

    const fresh = (await open()).table(states);
    const { rows } = await fresh.query({ partition: 'stop' });
    expect(rows.map((row) => row.rowKey)).toEqual(expected);
    await fresh.transaction(
      'stop',
      rows.map(({ rowKey }) => ({ kind: 'remove', rowKey })),
    );
  });

  it('also keeps back the answer of a call that was under way', async () => {
    const interceptor = createCallInterceptor((number) => (number === 2 ? 'stopBefore' : 'pass'));
    const table = (await open([interceptor.observe])).table(states);
    const first = table.get('stop', '1');
    void table.get('stop', '2');
    await interceptor.stopped;
    expect(await isSettled(first)).toBe(false);
  });
});
