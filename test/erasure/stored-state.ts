// Everything that is stored in an account: taken down, put back, and described so that two ends of one story compare.
import { decodeJwt } from 'jose';
import type { ComposedApp } from '../../functions/compose.js';
import { dataMap } from '../../functions/compose.js';
import { type Columns, physicalNames, type Row, type Stored, type Table } from '../../shared/storage/index.js';

/** Rows by name of the table. */
export type StoredRows = ReadonlyMap<string, readonly Stored<Columns>[]>;

export interface StoredState {
  readonly rows: StoredRows;
  /** Content by `container name`. */
  readonly blobs: ReadonlyMap<string, Buffer>;
}

/** @param only names of the tables to look at; all of them without it */
export async function takeDown(app: ComposedApp, only?: ReadonlySet<string>): Promise<StoredState> {
  const tables = [...tablesOf(app)].filter(([name]) => only === undefined || only.has(name));
  const scans = tables.map(async ([name, table]) => [name, (await table.scan<Columns>()).rows] as const);
  const rows = new Map(await Promise.all(scans));
  const blobs = new Map<string, Buffer>();
  for (const store of dataMap.stores.filter(({ medium }) => medium === 'blob')) {
    for (const name of (await app.storage.blobs(store).list('')).names) {
      const { content } = (await app.storage.blobs(store).download(name)) ?? {};
      blobs.set(`${store.name} ${name}`, Buffer.concat(content === undefined ? [] : await content.toArray()));
    }
  }
  return { rows, blobs };
}

/** Makes what is stored what it was. */
export async function putBack(app: ComposedApp, before: StoredState, now: StoredState): Promise<void> {
  const tables = new Map(tablesOf(app));
  for (const [name, rows] of now.rows) {
    const table = tables.get(name) as Table;
    const wanted = new Map((before.rows.get(name) ?? []).map((row) => [keyOf(row), row]));
    const found = new Map(rows.map((row) => [keyOf(row), row]));
    const isSame = (row: Stored<Columns>) => textOf(row) === textOf(wanted.get(keyOf(row)) ?? row);
    const changed = [...wanted.values()].filter(
      (row) => !found.has(keyOf(row)) || !isSame(found.get(keyOf(row)) ?? row),
    );
    const extra = rows.filter((row) => !wanted.has(keyOf(row)));
    for (const partition of new Set([...changed, ...extra].map(({ partitionKey }) => partitionKey))) {
      const isIn = ({ partitionKey }: Stored<Columns>) => partitionKey === partition;
      await table.transaction(partition, [
        ...changed.filter(isIn).map((row) => ({ kind: 'upsert', mode: 'replace', row: toRow(row) }) as const),
        ...extra.filter(isIn).map(({ rowKey }) => ({ kind: 'remove', rowKey }) as const),
      ]);
    }
  }
  for (const store of dataMap.stores.filter(({ medium }) => medium === 'blob')) {
    const blobs = app.storage.blobs(store);
    for (const name of blobsIn(store.name, now)) {
      if (!before.blobs.has(`${store.name} ${name}`)) {
        await blobs.remove(name);
      }
    }
    for (const name of blobsIn(store.name, before)) {
      const content = before.blobs.get(`${store.name} ${name}`);
      if (content !== undefined && !now.blobs.has(`${store.name} ${name}`)) {
        await blobs.upload(name, content);
      }
    }
  }
}

/**
 * What is stored, row by row, without Timestamp, ETag, the random nonces of entries, the id of the erasure, and the times
 * that are not before `since` (product ms). Indexes that are supersets and the list of the buried are described as sets;
 * the leases of sweepers are of no meaning once they have run out.
 */
export function describeState({ rows, blobs }: StoredState, since: number): string[] {
  const jobId = rows.get('operations')?.[0]?.rowKey ?? 'no operation';
  const lines = [...rows].flatMap(([name, found]) => {
    const texts = found.filter(({ partitionKey }) => partitionKey !== 'lease').map((row) => describeRow(name, row));
    return texts.map((text) => `${name} ${withoutTimes(text.replaceAll(jobId, 'job'), since)}`);
  });
  return [...new Set([...lines, ...blobs.keys()])].sort();
}

function describeRow(name: string, row: Stored<Columns>): string {
  if (name === 'dueindex') {
    return row.rowKey.slice(0, row.rowKey.lastIndexOf('~'));
  }
  if (name === 'revocations') {
    return String(row['subject']);
  }
  // A receipt stands in its own row and in the result of its operation. Its hour begins before what is being erased was
  // made, or after, as the hand of the clock wants.
  return textOf(row).replaceAll(/eyJ[\w-]+\.[\w-]+\.[\w-]+/g, (jws) =>
    JSON.stringify({ ...decodeJwt(jws), subject: 'salted', identifiers: 'salted', hour: 'hour' }),
  );
}

function withoutTimes(text: string, since: number): string {
  // Rows of a ledger are in the order of time, newest first; leading zeros make sixteen digits of all.
  const isNew = (ms: number) => ms >= since;
  return text
    .replaceAll(/\b\d{16}\b/g, (digits) => (isNew(Number(digits)) ? 'time' : digits))
    .replaceAll(/\b\d{13}(\.\d+)?\b/g, (digits) => (isNew(Number(digits)) ? 'time' : digits))
    .replaceAll(/\b\d{10}\b/g, (digits) => (isNew(Number(digits) * 1000 + 1000) ? 'time' : digits))
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, (iso) => (isNew(Date.parse(iso) + 1000) ? 'time' : iso));
}

function* tablesOf({ storage }: ComposedApp): Generator<[name: string, table: Table]> {
  for (const store of dataMap.stores.filter(({ medium }) => medium === 'table')) {
    for (const [shard, name] of physicalNames(store).entries()) {
      yield [name, storage.table(store, store.shards === undefined ? undefined : shard)];
    }
  }
}

function blobsIn(store: string, { blobs }: StoredState): string[] {
  return [...blobs.keys()].filter((name) => name.startsWith(`${store} `)).map((name) => name.slice(store.length + 1));
}

function keyOf({ partitionKey, rowKey }: Stored<Columns>): string {
  return `${partitionKey} ${rowKey}`;
}

function toRow(row: Stored<Columns>): Row {
  const { etag: _etag, ...columns } = row;
  return columns as Row;
}

/** The columns in the order of their names. */
function textOf(row: Stored<Columns>): string {
  const { etag: _etag, nonce: _nonce, ...columns } = row as Stored<Columns> & { nonce?: string };
  return JSON.stringify(Object.entries(columns).sort(([one], [other]) => (one < other ? -1 : 1)));
}
