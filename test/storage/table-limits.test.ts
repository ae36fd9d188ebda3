// Limits that Azure has, checked in shared/storage: what is allowed must also pass a real Azurite, at the very edge.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDataMap } from '../../shared/data-map/index.js';
import {
  encodedBytes,
  maxTransactionBytes,
  openStorage,
  parseConnectionString,
  provision,
  type Row,
  type Storage,
  StorageRefused,
  StorageTooLarge,
  type Table,
  type TableAction,
} from '../../shared/storage/index.js';
import { createTableClient } from '../../shared/storage/table-client.js';
import { type Azurite, startAzurite } from './azurite.js';
import { testStore } from './stores.js';

const rows = testStore({ name: 'rows', medium: 'table' });
let azurite: Azurite;
let storage: Storage;
let table: Table;

beforeAll(async () => {
  azurite = await startAzurite();
  const settings = parseConnectionString(azurite.connectionString);
  const dataMap = createDataMap([rows]);
  await provision(settings, dataMap);
  storage = await openStorage(settings, { dataMap });
  table = storage.table(rows);
});
afterAll(async () => {
  await storage?.close();
  await azurite?.stop();
});

const insert = (partitionKey: string, rowKey: string, properties: Partial<Row> = {}): TableAction => ({
  kind: 'insert',
  row: { ...properties, partitionKey, rowKey },
});

describe('A transaction', () => {
  it('has one partition', async () => {
    await expect(table.transaction('one', [insert('one', '1'), insert('two', '2')])).rejects.toThrow(StorageRefused);
    await expect(table.transaction('one', [insert('one', '1'), insert('two', '2')])).rejects.toMatchObject({
      failedIndex: 1,
    });
    await table.transaction('one', [insert('one', '1'), insert('one', '2')]);
  });

  it('has 1 to 100 actions', async () => {
    const actions = Array.from({ length: 101 }, (_, index) => insert('count', String(index)));
    await expect(table.transaction('count', actions)).rejects.toThrow(StorageRefused);
    await expect(table.transaction('count', [])).rejects.toThrow(StorageRefused);
    await table.transaction('count', actions.slice(1));
    await table.transaction(
      'count',
      actions.slice(1).map((_, index) => ({ kind: 'remove', rowKey: String(index + 1) })),
    );
  });

  it('touches a row once', async () => {
    const twice: TableAction[] = [insert('twice', '1'), { kind: 'remove', rowKey: '1' }];
    const guarded = { code: 'InvalidDuplicateRow', failedIndex: 1, status: undefined };
    await expect(table.transaction('twice', twice)).rejects.toMatchObject(guarded);
  });

  it('has at most 3.5 MiB encoded, counted never below what is sent', async () => {
    const row = (index: number): Row => ({
      partitionKey: `size'é`.replace('é', '~ '),
      rowKey: String(index).padStart(3, '0'),
      plain: 'x'.repeat(20_000),
      escaped: '"\u2028é'.repeat(2_000),
      number: 0.1,
      big: 1_753_000_000_123,
      yes: true,
      bytes: Buffer.alloc(3_000),
    });
    let sentBytes = 0;
    const client = createTableClient(
      'https://account-with-a-long-name.table.example',
      'rows00',
      { name: 'account', key: 'a2V5' },
      {
        sendRequest: async (request) => {
          sentBytes = Buffer.byteLength(String(request.body));
          throw new Error('Only measured.');
        },
      },
    );
    const keys = { partitionKey: row(0).partitionKey, rowKey: '0' };
    for (const sample of [row(0), { ...keys, a: 1 }, { ...keys, a: 'é' }, keys]) {
      await expect(client.submitTransaction([['create', sample]])).rejects.toThrow('Only measured.');
      expect(sentBytes).toBeGreaterThan(500);
      expect(encodedBytes(sample)).toBeGreaterThan(sentBytes - 300);
      expect(encodedBytes(sample)).toBeLessThan(sentBytes + 400);
    }
    const fitting = Math.floor(maxTransactionBytes / encodedBytes(row(0)));
    const actions = Array.from(
      { length: fitting + 1 },
      (_, index): TableAction => ({ kind: 'insert', row: row(index) }),
    );
    await expect(
      client.submitTransaction(actions.map((a) => ['create', row(Number(a.kind === 'insert' && a.row.rowKey))])),
    ).rejects.toThrow();
    expect(sentBytes).toBeLessThan(actions.length * encodedBytes(row(0)));
    await expect(table.transaction(keys.partitionKey, actions)).rejects.toThrow(StorageTooLarge);
    await table.transaction(keys.partitionKey, actions.slice(0, fitting));
  });
});

describe('A row', () => {
  const keys = { partitionKey: 'row', rowKey: '1' };

  it('has keys of at most 512 printable ASCII characters without / \\ # ? %', async () => {
    for (const key of ['', 'a/b', 'a\\b', 'a#b', 'a?b', 'a%b', 'a\nb', 'a\u007fb', 'é', 'x'.repeat(513)]) {
      await expect(table.insert({ partitionKey: key, rowKey: '1' })).rejects.toMatchObject({ code: 'InvalidKey' });
      await expect(table.insert({ partitionKey: '1', rowKey: key })).rejects.toMatchObject({ code: 'InvalidKey' });
      await expect(table.get('1', key)).rejects.toMatchObject({ code: 'InvalidKey' });
      await expect(table.transaction('1', [insert('1', key)])).rejects.toMatchObject({ code: 'InvalidKey' });
    }
    const allowed = Array.from({ length: 95 }, (_, index) => String.fromCharCode(32 + index))
      .filter((character) => !'/\\#?%'.includes(character))
      .join('');
    for (const key of [allowed, 'x'.repeat(512)]) {
      await table.insert({ partitionKey: key, rowKey: key });
      expect(await table.get(key, key)).toMatchObject({ partitionKey: key, rowKey: key });
      await table.transaction(key, [{ kind: 'upsert', row: { partitionKey: key, rowKey: key, n: 1 }, mode: 'merge' }]);
      await table.remove(key, key);
    }
  });

  it('has at most 252 properties', async () => {
    const properties = Object.fromEntries(Array.from({ length: 253 }, (_, index) => [`p${index}`, index]));
    await expect(table.insert({ ...keys, ...properties })).rejects.toMatchObject({ code: 'TooManyProperties' });
    await table.upsert({ ...keys, ...properties, p0: undefined }, 'replace');
  });

  it('has strings of at most 32,768 characters and bytes of at most 64 KiB', async () => {
    await expect(table.insert({ ...keys, text: 'x'.repeat(32_769) })).rejects.toThrow(StorageTooLarge);
    await expect(table.insert({ ...keys, bytes: Buffer.alloc(65_537) })).rejects.toThrow(StorageTooLarge);
    await table.upsert({ ...keys, text: '\u20ac'.repeat(32_768), bytes: Buffer.alloc(65_536) }, 'replace');
  });

  it('has at most 1 MiB as Azure counts it', async () => {
    const row = (last: number): Row => ({
      ...keys,
      ...Object.fromEntries(Array.from({ length: 15 }, (_, index) => [`p${index + 10}`, 'x'.repeat(32_768)])),
      last: 'x'.repeat(last),
    });
    // 4 + keys 8 + 15 x (8 + name 6 + 4 + 65,536) + 8 + name 8 + 4
    const before = 4 + 8 + 15 * (8 + 6 + 4 + 65_536) + 8 + 8 + 4;
    const fits = (1_048_576 - before) / 2;
    await expect(table.insert(row(fits + 1))).rejects.toMatchObject({ code: 'EntityTooLarge' });
    await table.upsert(row(fits), 'replace');
  });

  it('has numbers that are finite', async () => {
    for (const number of [Number.NaN, Number.POSITIVE_INFINITY]) {
      await expect(table.insert({ ...keys, number })).rejects.toMatchObject({ code: 'InvalidNumber' });
    }
    for (const number of [2 ** 31, -(2 ** 31) - 1, Number.MAX_SAFE_INTEGER, 1e-9, -0]) {
      await table.upsert({ ...keys, number }, 'replace');
      expect((await table.get<{ number: number }>('row', '1'))?.number).toBeCloseTo(number, 12);
    }
  });
});

describe('A page', () => {
  it('has 1 to 1,000 rows', async () => {
    for (const top of [0, 1001, 1.5]) {
      await expect(table.query({ partition: 'page', top })).rejects.toMatchObject({ code: 'InvalidPageSize' });
    }
    expect((await table.query({ partition: 'page', top: 1000 })).rows).toEqual([]);
  });
});
