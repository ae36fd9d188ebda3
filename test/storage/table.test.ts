import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  createCallInterceptor,
  createTransactionCounter,
  openStorage,
  parseConnectionString,
  provision,
  type Storage,
  StorageConflict,
  StorageError,
  StorageNotFound,
  StorageRefused,
  StorageStale,
  StorageUnavailable,
  StorageUnknownOutcome,
  type Table,
} from '../../shared/storage/index.js';
import { type Azurite, startAzurite } from './azurite.js';
import { testStore } from './stores.js';

const rows = testStore({ name: 'rows', medium: 'table' });
const missing = testStore({ name: 'missing', medium: 'table' });
const dataMap = createDataMap([rows, missing]);
const counter = createTransactionCounter();
let azurite: Azurite;
let storage: Storage;
let table: Table;

beforeAll(async () => {
  azurite = await startAzurite();
  const settings = parseConnectionString(azurite.connectionString);
  await provision(settings, createDataMap([rows]));
  storage = await openStorage(settings, { dataMap, observers: [counter.observe] });
  table = storage.table(rows);
});
afterAll(async () => {
  await storage?.close();
  await azurite?.stop();
});

async function failure(work: Promise<unknown>): Promise<StorageError> {
  const error = await work.then(
    () => expect.fail('It should have failed.'),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(StorageError);
  return error as StorageError;
}

describe('A table', () => {
  it('gives back what was inserted, and nothing of the platform’s own', async () => {
    const row = {
      partitionKey: "o'brien & co (PartitionKey=",
      rowKey: '1 =~|"',
      text: 'é \u2028 \u{1F600}',
      small: 7,
      negative: -0.5,
      time: 1_753_000_000_123,
      yes: true,
      bytes: Buffer.from([0, 1, 255]),
      none: undefined,
    };
    const etag = await table.insert(row);
    const { none: _none, bytes, ...properties } = row;
    const read = await table.get<{ bytes: Uint8Array }>(row.partitionKey, row.rowKey);
    expect(read).toEqual({ ...properties, bytes: expect.anything(), etag });
    expect(Buffer.from(read?.bytes ?? [])).toEqual(bytes);
  });

  it('reads only selected properties, with keys and ETag', async () => {
    const etag = await table.insert({ partitionKey: 'select', rowKey: '1', one: 1, two: 2 });
    expect(await table.get('select', '1', { select: ['two'] })).toEqual({
      partitionKey: 'select',
      rowKey: '1',
      etag,
      two: 2,
    });
    const { rows: page } = await table.query({ partition: 'select', select: [] });
    expect(page).toEqual([{ partitionKey: 'select', rowKey: '1', etag }]);
  });

  it('answers undefined for a row that is not there, but fails for a table that is not there', async () => {
    expect(await table.get('none', '1')).toBeUndefined();
    const error = await failure(storage.table(missing).get('none', '1'));
    expect(error).toBeInstanceOf(StorageRefused);
    expect(error.code).toBe('TableNotFound');
  });

  it('merges, replaces, and refuses an outdated ETag', async () => {
    const keys = { partitionKey: 'update', rowKey: '1' };
    const first = await table.insert({ ...keys, one: 1, two: 2 });
    const second = await table.update({ ...keys, two: 3 }, first, 'merge');
    expect(await table.get('update', '1')).toEqual({ ...keys, one: 1, two: 3, etag: second });
    expect(await failure(table.update({ ...keys, two: 4 }, first, 'merge'))).toBeInstanceOf(StorageStale);
    const third = await table.update({ ...keys, two: 5 }, second, 'replace');
    expect(await table.get('update', '1')).toEqual({ ...keys, two: 5, etag: third });
    const fourth = await table.upsert({ ...keys, six: 6 }, 'merge');
    expect(await table.get('update', '1')).toEqual({ ...keys, two: 5, six: 6, etag: fourth });
    const gone = { partitionKey: 'update', rowKey: 'none' };
    expect(await failure(table.update(gone, '*', 'merge'))).toBeInstanceOf(StorageNotFound);
  });

  it('removes what is there and what is not, but minds an ETag that is given', async () => {
    const etag = await table.insert({ partitionKey: 'remove', rowKey: '1' });
    const newer = await table.upsert({ partitionKey: 'remove', rowKey: '1' }, 'replace');
    expect(await failure(table.remove('remove', '1', etag))).toBeInstanceOf(StorageStale);
    await table.remove('remove', '1', newer);
    await table.remove('remove', '1');
    expect(await failure(table.remove('remove', '1', newer))).toBeInstanceOf(StorageNotFound);
  });

  it('pages a range of one partition in order, one transaction a page', async () => {
    const keys = Array.from({ length: 25 }, (_, index) => String(index).padStart(2, '0'));
    await table.transaction(
      'page',
      keys.map((rowKey) => ({ kind: 'insert', row: { partitionKey: 'page', rowKey } })),
    );
    await table.insert({ partitionKey: 'page2', rowKey: '05' });
    const before = counter.snapshot();
    const seen: string[] = [];
    let continuation: string | undefined;
    let pages = 0;
    do {
      const query = { partition: 'page', from: '03', to: '22', top: 7 };
      const page = await table.query(continuation === undefined ? query : { ...query, continuation });
      seen.push(...page.rows.map((row) => row.rowKey));
      continuation = page.continuation;
      pages += 1;
    } while (continuation !== undefined);
    expect(seen).toEqual(keys.slice(3, 22));
    expect(pages).toBe(3);
    expect(counter.since(before)).toEqual({ 'rows/query': 3 });
  });

  it('reads across partitions only when asked to scan', async () => {
    const { rows: all } = await table.scan({ select: [] });
    expect(new Set(all.map((row) => row.partitionKey)).size).toBeGreaterThan(2);
  });

  it('keeps an apostrophe in a query from changing it', async () => {
    await table.insert({ partitionKey: "it's", rowKey: "a'b" });
    const { rows: page } = await table.query({ partition: "it's", from: "a'", to: "a'c" });
    expect(page.map((row) => row.rowKey)).toEqual(["a'b"]);
  });
});

describe('A transaction of a table', () => {
  it('does all its actions and gives the ETags in order', async () => {
    const p = 'all';
    const etag = await table.insert({ partitionKey: p, rowKey: '1', n: 1 });
    await table.insert({ partitionKey: p, rowKey: '2' });
    const etags = await table.transaction(p, [
      { kind: 'insert', row: { partitionKey: p, rowKey: '3' } },
      { kind: 'update', row: { partitionKey: p, rowKey: '1', n: 2 }, etag, mode: 'replace' },
      { kind: 'remove', rowKey: '2' },
      { kind: 'upsert', row: { partitionKey: p, rowKey: '4' }, mode: 'merge' },
    ]);
    const { rows: page } = await table.query({ partition: p });
    expect(page.map(({ rowKey }) => rowKey)).toEqual(['1', '3', '4']);
    const current = new Map(page.map((row) => [row.rowKey, row.etag]));
    expect(etags).toEqual([current.get('3'), current.get('1'), undefined, current.get('4')]);
  });

  it('does nothing when one action fails, and says which and why', async () => {
    const p = 'none';
    const etag = await table.insert({ partitionKey: p, rowKey: '1' });
    const insert = (rowKey: string) => ({ kind: 'insert' as const, row: { partitionKey: p, rowKey } });
    const conflict = await failure(table.transaction(p, [insert('5'), insert('6'), insert('1')]));
    expect(conflict).toBeInstanceOf(StorageConflict);
    expect(conflict).toMatchObject({ failedIndex: 2, status: 409, code: 'EntityAlreadyExists' });
    await table.upsert({ partitionKey: p, rowKey: '1' }, 'replace');
    const update = { kind: 'update' as const, row: { partitionKey: p, rowKey: '1' }, etag, mode: 'merge' as const };
    const stale = await failure(table.transaction(p, [insert('5'), update]));
    expect(stale).toBeInstanceOf(StorageStale);
    expect(stale.failedIndex).toBe(1);
    const gone = await failure(table.transaction(p, [insert('5'), { kind: 'remove', rowKey: '9' }]));
    expect(gone).toBeInstanceOf(StorageNotFound);
    expect((await table.query({ partition: p })).rows).toHaveLength(1);
  });

  it('takes line and paragraph separators and gives them back', async () => {
    const text = 'a\u2028b\u2029c\\u2028"';
    await table.transaction('separators', [
      { kind: 'insert', row: { partitionKey: 'separators', rowKey: '1', text } },
      { kind: 'upsert', row: { partitionKey: 'separators', rowKey: '2', text }, mode: 'replace' },
    ]);
    await table.insert({ partitionKey: 'separators', rowKey: '3', text });
    const { rows: page } = await table.query<{ text: string }>({ partition: 'separators' });
    expect(page.map((row) => row.text)).toEqual([text, text, text]);
  });
});

describe('A failing call', () => {
  const open = (...fates: ('pass' | 'failBefore' | 'failAfter')[]) =>
    openStorage(parseConnectionString(azurite.connectionString), {
      dataMap,
      observers: [counter.observe, createCallInterceptor((number) => fates[number - 1] ?? 'pass').observe],
    });

  it('tells an insert of unknown outcome and is not repeated', async () => {
    const before = counter.snapshot();
    const failing = await open('failBefore', 'failAfter');
    const lost = { partitionKey: 'lost', rowKey: '1' };
    const done = { partitionKey: 'lost', rowKey: '2' };
    expect(await failure(failing.table(rows).insert(lost))).toBeInstanceOf(StorageUnknownOutcome);
    const second = failing.table(rows).transaction('lost', [{ kind: 'insert', row: done }]);
    expect(await failure(second)).toBeInstanceOf(StorageUnknownOutcome);
    expect(counter.since(before)).toEqual({ 'rows/insert': 1, 'rows/transaction': 1 });
    expect((await table.query({ partition: 'lost' })).rows.map(({ rowKey }) => rowKey)).toEqual(['2']);
    await failing.close();
  });

  it('is repeated when it is a read, at most twice', async () => {
    await table.insert({ partitionKey: 'retry', rowKey: '1' });
    const once = await open('failBefore');
    expect(await once.table(rows).get('retry', '1')).toBeDefined();
    await once.close();
    const before = counter.snapshot();
    const always = await open('failBefore', 'failAfter', 'failBefore');
    expect(await failure(always.table(rows).get('retry', '1'))).toBeInstanceOf(StorageUnavailable);
    expect(counter.since(before)).toEqual({ 'rows/get': 3 });
    await always.close();
  });

  it('is repeated when it is a write without a condition, and never one with an ETag', async () => {
    const once = await open('failAfter');
    const etag = await once.table(rows).upsert({ partitionKey: 'again', rowKey: '1' }, 'merge');
    await once.close();
    const conditional = await open('failBefore');
    const update = conditional.table(rows).update({ partitionKey: 'again', rowKey: '1' }, etag, 'merge');
    expect(await failure(update)).toBeInstanceOf(StorageUnknownOutcome);
    await conditional.close();
  });

  it('shows nothing of keys, contents or addresses', async () => {
    const secret = { partitionKey: 'SECRETpartition', rowKey: 'SECRETrow', text: 'SECRETtext' };
    await table.insert(secret);
    const failing = await open('failAfter');
    const errors = [
      await failure(table.insert(secret)),
      await failure(table.transaction('SECRETpartition', [{ kind: 'insert', row: secret }])),
      await failure(table.update(secret, 'W/"SECRET"', 'merge')),
      await failure(storage.table(missing).insert(secret)),
      await failure(failing.table(rows).insert({ ...secret, rowKey: 'SECRETother' })),
      await failure(table.insert({ ...secret, rowKey: 'SECRET/slash' })),
      await failure(table.insert({ ...secret, text: 'SECRET'.repeat(10_000) })),
    ];
    await failing.close();
    for (const error of errors) {
      const everything = [error.stack, error.cause, JSON.stringify(error), ...Object.values(error)].join('\n');
      expect(everything).not.toMatch(/SECRET|http:/);
      expect(error.message.length).toBeGreaterThan(10);
    }
    expect(errors[0]?.requestId).toMatch(/^[\w-]{8,}$/);
  });
});

describe('Text beyond ASCII', () => {
  it('arrives whole however large the row and wherever the network cuts it', async () => {
    for (let offset = 0; offset < 4; offset += 1) {
      const row = {
        partitionKey: 'text',
        rowKey: String(offset),
        text: 'a'.repeat(offset) + '\u20ac'.repeat(30_000),
        more: '\u{1F600}'.repeat(15_000),
      };
      await table.insert(row);
      expect(await table.get('text', row.rowKey)).toMatchObject(row);
      const copy = { ...row, rowKey: `${row.rowKey}copy` };
      await table.transaction('text', [
        { kind: 'insert', row: copy },
        { kind: 'upsert', row: { ...row, text: copy.more }, mode: 'merge' },
      ]);
      expect(await table.get('text', copy.rowKey)).toMatchObject(copy);
    }
  });
});
