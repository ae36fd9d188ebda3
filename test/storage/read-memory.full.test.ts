// What reads leave in memory stays below its bound, whatever is read: measured in the heap of this process.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  Log,
  openShards,
  openStorage,
  parseConnectionString,
  provision,
  type Storage,
} from '../../shared/storage/index.js';
import { createClock } from '../../shared/time/clock.js';
import { randomIds } from '../../shared/time/ids.js';
import { type Azurite, startAzurite } from './azurite.js';
import { testStore } from './stores.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const mib = 1_048_576;
const bound = 64 * mib;
const threads = 5_000;
const entries = 5;
/** Characters: with all of it remembered, a hundred megabytes. */
const length = 4_000;

const store = testStore({ name: 'logs', medium: 'table', shards: 16 });
const dataMap = createDataMap([store]);
let azurite: Azurite;
let storage: Storage;
beforeAll(async () => {
  azurite = await startAzurite();
  const settings = parseConnectionString(azurite.connectionString);
  await provision(settings, dataMap);
  storage = await openStorage(settings, { dataMap });
});
afterAll(async () => {
  await storage?.close();
  await azurite?.stop();
});

it(`${threads} threads that are read often take no more than ${bound / mib} MiB`, async () => {
  const tables = openShards(storage, store);
  const log = new Log<{ readonly topic: string }>({
    tableOf: (partition) => tables.of(partition),
    remember: [],
    clock: createClock(),
    ids: randomIds,
    memory: { maxBytes: bound, mayAnswer: () => true },
  });
  const partitions = Array.from({ length: threads }, () => randomIds.uuid());
  for (const partition of partitions) {
    const texts = Array.from({ length: entries }, () => ({ text: partition.padEnd(length, 'text ') }));
    await log.create(partition, { topic: 'Tea' }, texts);
  }
  const read = async (partition: string) => {
    const view = await log.view(partition, { limit: 20, isFor: () => true });
    expect(view.entries).toHaveLength(entries);
  };
  await read(partitions[0] ?? '');
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  let mostHeld = 0;
  for (const partition of partitions) {
    await read(partition);
    await read(partition);
    await read(partition);
    mostHeld = Math.max(mostHeld, log.rememberedBytes);
  }
  collectGarbage();
  const growth = process.memoryUsage().heapUsed - before;
  console.log(`By its own count ${(mostHeld / mib).toFixed(1)} MiB, in the heap ${(growth / mib).toFixed(1)} MiB.`);
  expect(mostHeld).toBeLessThanOrEqual(bound);
  expect(mostHeld).toBeGreaterThan(0.9 * bound);
  expect(growth).toBeLessThan(bound);
  expect(growth).toBeGreaterThan(0.2 * bound);
});
