import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  createTransactionCounter,
  type DueEntry,
  DueIndex,
  dueIndexStore,
  encodeTime,
  openStorage,
  parseConnectionString,
  provision,
  type Storage,
} from '../../shared/storage/index.js';
import { type Azurite, startAzurite } from './azurite.js';

const counter = createTransactionCounter();
let azurite: Azurite;
let storage: Storage;
let index: DueIndex;

beforeAll(async () => {
  azurite = await startAzurite();
  const settings = parseConnectionString(azurite.connectionString);
  const dataMap = createDataMap([dueIndexStore]);
  await provision(settings, dataMap);
  storage = await openStorage(settings, { dataMap, observers: [counter.observe] });
  index = new DueIndex(storage);
});
afterAll(async () => {
  await storage?.close();
  await azurite?.stop();
});

describe('The due index', () => {
  it('writes times so that text order is time order, and refuses what is no time', () => {
    const time = fc.nat({ max: Number.MAX_SAFE_INTEGER }).map((value) => value % 8_640_000_000_000_001);
    fc.assert(
      fc.property(time, time, (one, other) => {
        expect(Math.sign(one - other)).toBe(encodeTime(one) < encodeTime(other) ? -1 : one === other ? 0 : 1);
      }),
    );
    for (const none of [-1, Number.NaN, 0.5, Number.POSITIVE_INFINITY, 8.64e15 + 2]) {
      expect(() => encodeTime(none)).toThrow(/due time/);
    }
  });

  it('gives exactly what is due, oldest first, up to the limit', async () => {
    const entry = fc.record({
      kind: fc.constantFrom('purge', 'sweep-thread'),
      id: fc.stringMatching(/^[a-z0-9~-]{1,12}$/),
      dueMs: fc.nat({ max: 8 }),
    });
    const name = ({ kind, id, dueMs }: DueEntry) => `${dueMs} ${kind} ${id}`;
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(entry, { maxLength: 20, selector: name }),
        fc.nat({ max: 8 }),
        fc.integer({ min: 1, max: 25 }),
        async (entries, now, limit) => {
          await Promise.all(entries.map((one) => index.add(one)));
          const due = await index.due(now, limit);
          const all = entries.filter(({ dueMs }) => dueMs <= now);
          const times = due.map(({ dueMs }) => dueMs);
          const oldest = all.map(({ dueMs }) => dueMs).sort((one, other) => one - other);
          expect(times).toEqual(oldest.slice(0, limit));
          expect(all.map(name)).toEqual(expect.arrayContaining(due.map(name)));
          expect(new Set(due.map(name)).size).toBe(due.length);
          await Promise.all(entries.map((one) => index.remove(one)));
          expect(await index.due(8, 1000)).toEqual([]);
        },
      ),
      { numRuns: 15 },
    );
  });

  it('takes an entry twice, removes it twice, and keeps two times of one thing apart', async () => {
    const entry = { kind: 'purge', id: 'a~b', dueMs: 10 };
    await index.add(entry);
    await index.add(entry);
    await index.add({ ...entry, dueMs: 20 });
    expect(await index.due(9, 10)).toEqual([]);
    expect(await index.due(10, 10)).toEqual([entry]);
    expect(await index.due(19, 10)).toEqual([entry]);
    await index.remove(entry);
    await index.remove(entry);
    expect(await index.due(25, 10)).toEqual([{ ...entry, dueMs: 20 }]);
  });

  it('costs one range query a bucket, however much is not due', async () => {
    const before = counter.snapshot();
    await index.due(5, 10);
    expect(counter.since(before)).toEqual({ 'dueindex/query': 16 });
  });

  it('refuses a kind that would blur with the id', async () => {
    await expect(index.add({ kind: 'a~b', id: 'c', dueMs: 1 })).rejects.toThrow(/kind/);
  });
});
