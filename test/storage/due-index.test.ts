import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  createTransactionCounter,
  dueBuckets,
  type DueEntry,
  DueIndex,
  dueIndexStore,
  encodeTime,
  openStorage,
  parseConnectionString,
  provision,
  type Storage,
  type StoredDueEntry,
} from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
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
  index = new DueIndex(storage.table(dueIndexStore), randomIds);
});
afterAll(async () => {
  await storage?.close();
  await azurite?.stop();
});

type Found = StoredDueEntry & { readonly bucket: number };

/** What is due in all buckets, oldest first within each. */
async function allDue(nowMs: number, limit = 100): Promise<Found[]> {
  const pages = await Promise.all(
    Array.from({ length: dueBuckets }, async (_, bucket) =>
      (await index.due(bucket, nowMs, limit)).map((entry) => ({ ...entry, bucket })),
    ),
  );
  return pages.flat();
}

const remove = (found: readonly Found[]) => Promise.all(found.map((entry) => index.remove(entry.bucket, [entry])));
const plain = ({ kind, id, dueMs }: DueEntry) => ({ kind, id, dueMs });

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

  it('gives exactly what is due, oldest first in each bucket, up to the limit', async () => {
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
          const due = await allDue(now, limit);
          const all = entries.filter(({ dueMs }) => dueMs <= now).map(name);
          expect(all).toEqual(expect.arrayContaining(due.map(name)));
          if (limit >= all.length) {
            expect(due.map(name).sort()).toEqual(all.sort());
          }
          for (let bucket = 0; bucket < dueBuckets; bucket++) {
            const times = due.filter((one) => one.bucket === bucket).map(({ dueMs }) => dueMs);
            expect(times.length).toBeLessThanOrEqual(limit);
            expect(times).toEqual([...times].sort((one, other) => one - other));
          }
          await remove(await allDue(8, 1000));
          expect(await allDue(8, 1000)).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('keeps what was added meanwhile when somebody removes the entry they have worked off', async () => {
    const entry = { kind: 'purge', id: 'a~b', dueMs: 10 };
    await index.add(entry);
    const seen = await allDue(10);
    expect(seen.map(plain)).toEqual([entry]);
    await index.add(entry);
    await remove(seen);
    await remove(seen);
    const left = await allDue(10);
    expect(left.map(plain)).toEqual([entry]);
    await remove(left);
  });

  it('postpones an entry and remembers since when it is due', async () => {
    await index.add({ kind: 'purge', id: 'late', dueMs: 10 });
    const [found] = await allDue(10);
    if (found === undefined) {
      throw new Error('nothing is due');
    }
    await index.postpone(found.bucket, [found], 10, 20);
    expect(await allDue(29)).toEqual([]);
    expect((await allDue(30)).map(({ id, dueMs, since }) => [id, dueMs, since])).toEqual([['late', 30, 10]]);
    expect(await index.oldestDue(30)).toBe(10);
    // Late, although it is postponed.
    expect(await index.oldestDue(29)).toBe(10);
    expect(await index.oldestDue(9)).toBeUndefined();
    await remove(await allDue(30));
  });

  it('gives a bucket to one worker at a time, until that one gives it back or is silent too long', async () => {
    expect(await index.claim(3, 'one', 1000, 50)).toBeDefined();
    expect(await index.claim(3, 'other', 1049, 50)).toBeUndefined();
    const ones = (await index.claim(3, 'one', 1040, 50)) ?? '';
    const others = (await index.claim(3, 'other', 1090, 50)) ?? '';
    await index.release(3, ones);
    expect(await index.claim(3, 'one', 1091, 50)).toBeUndefined();
    await index.release(3, others);
    expect(await index.claim(3, 'one', 1091, 50)).toBeDefined();
    expect(await index.claim(3, 'other', 100, 50)).toBeDefined();
    const racers = await Promise.all(['a', 'b', 'c'].map((worker) => index.claim(4, worker, 1000, 50)));
    expect(racers.filter(Boolean)).toHaveLength(1);
  });

  it('costs one range query a bucket, however much is not due', async () => {
    const before = counter.snapshot();
    await allDue(5);
    expect(counter.since(before)).toEqual({ 'dueindex/query': 16 });
  });

  it('refuses a kind that would blur with the id', async () => {
    await expect(index.add({ kind: 'a~b', id: 'c', dueMs: 1 })).rejects.toThrow(/kind/);
  });
});
