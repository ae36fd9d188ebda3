// Transactions of a partition that go together: what is asked for at once takes few calls, and each is as if it were alone.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  type CallFate,
  createCallInterceptor,
  DueIndex,
  dueIndexStore,
  openStorage,
  parseConnectionString,
  provision,
  type Row,
  type Storage,
  StorageConflict,
  StorageUnknownOutcome,
  type Table,
  type TableAction,
  TransactionGroups,
} from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { type Azurite, startAzurite } from './azurite.js';
import { testStore } from './stores.js';

const rows = testStore({ name: 'rows', medium: 'table' });
let azurite: Azurite;
let storage: Storage;
let table: Table;
let groups: TransactionGroups;
let calls = 0;
let fateOf: (call: number) => CallFate = () => 'pass';

beforeAll(async () => {
  azurite = await startAzurite();
  const settings = parseConnectionString(azurite.connectionString);
  const dataMap = createDataMap([rows, dueIndexStore]);
  await provision(settings, dataMap);
  const { observe } = createCallInterceptor(() => fateOf((calls += 1)));
  storage = await openStorage(settings, { dataMap, observers: [observe] });
  table = storage.table(rows);
  groups = new TransactionGroups(table);
});
afterEach(() => {
  fateOf = () => 'pass';
});
afterAll(async () => {
  await storage?.close();
  await azurite?.stop();
});

let last = 0;
const newPartition = () => `partition-${(last += 1)}`;
const insertion = (partitionKey: string, rowKey: string, more: Partial<Row> = {}): TableAction => ({
  kind: 'insert',
  row: { partitionKey, rowKey, ...more } as Row,
});
const keysIn = async (partition: string) => (await table.query({ partition })).rows.map(({ rowKey }) => rowKey);
async function callsOf<Result>(run: () => Promise<Result>): Promise<{ result: Result; taken: number }> {
  const before = calls;
  const result = await run();
  return { result, taken: calls - before };
}
const numbers = (count: number) => Array.from({ length: count }, (_, n) => String(n).padStart(3, '0'));

describe('Transactions that are asked for at once', () => {
  it('take one call a hundred rows, and each gets the ETags of its own rows', async () => {
    const partition = newPartition();
    const ask = (n: string) =>
      groups.transaction(partition, [insertion(partition, `${n}a`), insertion(partition, `${n}b`)]);
    const { result, taken } = await callsOf(() => Promise.all(numbers(60).map(ask)));
    expect(taken).toBe(2);
    const { rows: stored } = await table.query({ partition });
    expect(stored).toHaveLength(120);
    expect(result.flat()).toEqual(stored.map(({ etag }) => etag));
  });

  it('while another is under way go in the next, and what comes alone goes at once', async () => {
    const partition = newPartition();
    const first = groups.transaction(partition, [insertion(partition, 'first')]);
    await Promise.resolve();
    const { taken } = await callsOf(() =>
      Promise.all([first, ...numbers(10).map((n) => groups.transaction(partition, [insertion(partition, n)]))]),
    );
    expect(taken).toBeLessThanOrEqual(2);
    expect(await keysIn(partition)).toHaveLength(11);
    expect((await callsOf(() => groups.transaction(partition, [insertion(partition, 'x')]))).taken).toBe(1);
  });

  it('of which one fails: that one does, as it would alone, and the others are done', async () => {
    const partition = newPartition();
    await table.insert({ partitionKey: partition, rowKey: '005' });
    const outcomes = await Promise.allSettled(
      numbers(10).map((n) =>
        groups.transaction(partition, [insertion(partition, `${n}-mark`), insertion(partition, n)]),
      ),
    );
    expect(outcomes.map(({ status }) => status === 'fulfilled')).toEqual(numbers(10).map((n) => n !== '005'));
    expect(outcomes[5]).toMatchObject({ reason: expect.any(StorageConflict) });
    expect(outcomes[5]).toMatchObject({ reason: { failedIndex: 1 } });
    // Whole, or not at all.
    expect(await keysIn(partition)).toEqual(numbers(10).flatMap((n) => (n === '005' ? [n] : [n, `${n}-mark`])));
  });

  it('of the same row are done one after the other', async () => {
    const partition = newPartition();
    const put = (value: number) =>
      groups.transaction(partition, [
        { kind: 'upsert', row: { partitionKey: partition, rowKey: 'one', value }, mode: 'replace' },
      ]);
    const others = () => numbers(5).map((n) => groups.transaction(partition, [insertion(partition, n)]));
    const { taken } = await callsOf(() => Promise.all([put(1), put(2), put(3), ...others()]));
    expect(taken).toBe(3);
    expect(await table.get(partition, 'one')).toMatchObject({ value: 3 });
  });

  it('and are large go in several, so that none waits for all of it', async () => {
    const partition = newPartition();
    const text = 'x'.repeat(30_000);
    const { taken } = await callsOf(() =>
      Promise.all(numbers(10).map((n) => groups.transaction(partition, [insertion(partition, n, { text })]))),
    );
    expect(taken).toBeGreaterThanOrEqual(4);
    expect(await keysIn(partition)).toHaveLength(10);
  });

  it.each(['failBefore', 'failAfter'] as const)('and are not answered are unknown, each of them (%s)', async (fate) => {
    const partition = newPartition();
    const at = calls + 1;
    fateOf = (call) => (call === at ? fate : 'pass');
    const outcomes = await Promise.allSettled(
      numbers(5).map((n) => groups.transaction(partition, [insertion(partition, n)])),
    );
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ reason: expect.any(StorageUnknownOutcome) });
    }
    expect(await keysIn(partition)).toHaveLength(fate === 'failAfter' ? 5 : 0);
    await groups.transaction(partition, [insertion(partition, 'behind')]);
    expect(await keysIn(partition)).toContain('behind');
  });

  it('in other partitions do not wait', async () => {
    const partitions = [newPartition(), newPartition(), newPartition()];
    const { taken } = await callsOf(() =>
      Promise.all(partitions.map((partition) => groups.transaction(partition, [insertion(partition, 'one')]))),
    );
    expect(taken).toBe(3);
  });
});

it('Entries that are added to the due index in turn go together, and are found and removed as others are', async () => {
  const index = new DueIndex(storage.table(dueIndexStore), randomIds);
  const add = (n: string) => index.addInTurn({ kind: 'wake-job', id: n, dueMs: 1 });
  const { result: entries, taken } = await callsOf(() => Promise.all(numbers(100).map(add)));
  expect(taken).toBeLessThanOrEqual(3);
  for (const bucket of new Set(entries.map((entry) => entry.bucket))) {
    const own = entries.filter((entry) => entry.bucket === bucket);
    const due = await index.due(bucket, 1, 1_000);
    expect(due.map(({ id }) => id).toSorted()).toEqual(own.map(({ id }) => id).toSorted());
    await index.remove(bucket, own);
    expect(await index.due(bucket, 1, 1_000)).toEqual([]);
  }
});
