// One physical table: typed rows, a small closed set of errors, and each call one storage transaction.
import { odata, type TableClient, type TransactionAction } from '@azure/data-tables';
import { slicesOf } from './slices.js';
import { StorageNotFound, StorageRefused, toStorageError } from './storage-error.js';
import { checkTransaction, maxTransactionActions, type TableAction } from './table-transaction.js';
import { checkKey, type Row, type RowKeys, toEntity } from './table-row.js';

/** A row as read: its properties, keys and ETag, and nothing of the platform's. */
export type Stored<T> = T & RowKeys & { readonly etag: string };

/** `merge` keeps properties that the row does not name, `replace` drops them. */
export type WriteMode = 'merge' | 'replace';

export interface PageQuery {
  readonly partition: string;
  /** First row key, inclusive. */
  readonly from?: string;
  /** Last row key, exclusive. */
  readonly to?: string;
  /** Rows of the page at most, 1-1,000. */
  readonly top?: number;
  /** Properties to read; keys and ETag always come. */
  readonly select?: readonly string[];
  /** Of the page before. */
  readonly continuation?: string;
}

export interface ScanQuery extends Pick<PageQuery, 'top' | 'select' | 'continuation'> {
  /** Only the row with this key of each partition. */
  readonly rowKey?: string;
  /** Only the rows from `from`, inclusive, to `to`, exclusive, of each partition. */
  readonly rowKeys?: { readonly from: string; readonly to: string };
  /** Only the partitions from `from`, inclusive, to `to`, exclusive. */
  readonly partitions?: { readonly from: string; readonly to: string };
}

export interface Page<T> {
  readonly rows: readonly Stored<T>[];
  /** Names where the next page starts; undefined after the last. Holds row keys: not for a caller outside. */
  readonly continuation?: string;
}

export const maxPageRows = 1000;

export class Table {
  readonly #client: () => TableClient;

  /** @param client asked for with every call */
  constructor(client: () => TableClient) {
    this.#client = client;
  }

  /** One row by its keys, or undefined. */
  async get<T extends object>(
    partitionKey: string,
    rowKey: string,
    options: { readonly select?: readonly string[] } = {},
  ): Promise<Stored<T> | undefined> {
    checkKey('partitionKey', partitionKey);
    checkKey('rowKey', rowKey);
    try {
      return toStored<T>(
        await this.#client().getEntity(partitionKey, rowKey, { queryOptions: selecting(options.select) }),
      );
    } catch (error) {
      const failure = toStorageError(error, 'read');
      if (failure instanceof StorageNotFound) {
        return undefined;
      }
      throw failure;
    }
  }

  /**
   * One page of one partition, in the order of row keys, in exactly one storage transaction. A page may hold fewer
   * rows than `top` and still not be the last.
   */
  async query<T extends object>(query: PageQuery): Promise<Page<T>> {
    checkKey('partitionKey', query.partition);
    const conditions = [odata`PartitionKey eq ${query.partition}`];
    if (query.from !== undefined) {
      conditions.push(odata`RowKey ge ${query.from}`);
    }
    if (query.to !== undefined) {
      conditions.push(odata`RowKey lt ${query.to}`);
    }
    return this.#page<T>(conditions.join(' and '), query);
  }

  /** The same page after page, each read when it is wanted. */
  async *pages<T extends object>(query: Omit<PageQuery, 'continuation'>): AsyncGenerator<readonly Stored<T>[]> {
    let continuation: string | undefined;
    do {
      const page: Page<T> = await this.query<T>({ ...query, ...(continuation !== undefined && { continuation }) });
      yield page.rows;
      continuation = page.continuation;
    } while (continuation !== undefined);
  }

  /** The same row by row. */
  async *rows<T extends object>(query: Omit<PageQuery, 'continuation'>): AsyncGenerator<Stored<T>> {
    for await (const rows of this.pages<T>(query)) {
      yield* rows;
    }
  }

  /** One page of the whole table, all partitions, or some of them. Reads everything: for maintenance, and for small tables. */
  async scan<T extends object>(query: ScanQuery = {}): Promise<Page<T>> {
    const { rowKey, rowKeys, partitions } = query;
    const conditions: string[] = [];
    if (partitions !== undefined) {
      conditions.push(odata`PartitionKey ge ${partitions.from} and PartitionKey lt ${partitions.to}`);
    }
    if (rowKey !== undefined) {
      conditions.push(odata`RowKey eq ${rowKey}`);
    }
    if (rowKeys !== undefined) {
      conditions.push(odata`RowKey ge ${rowKeys.from} and RowKey lt ${rowKeys.to}`);
    }
    return this.#page<T>(conditions.length === 0 ? undefined : conditions.join(' and '), query);
  }

  /** The same page after page, each read when it is wanted. */
  async *scans<T extends object>(query: Omit<ScanQuery, 'continuation'> = {}): AsyncGenerator<readonly Stored<T>[]> {
    let continuation: string | undefined;
    do {
      const page: Page<T> = await this.scan<T>({ ...query, ...(continuation !== undefined && { continuation }) });
      yield page.rows;
      continuation = page.continuation;
    } while (continuation !== undefined);
  }

  async #page<T extends object>(
    filter: string | undefined,
    { top = maxPageRows, select, continuation }: Pick<PageQuery, 'top' | 'select' | 'continuation'>,
  ): Promise<Page<T>> {
    if (!Number.isInteger(top) || top < 1 || top > maxPageRows) {
      throw new StorageRefused(`A page has 1-${maxPageRows} rows.`, { code: 'InvalidPageSize' });
    }
    try {
      const pages = this.#client()
        .listEntities({ queryOptions: { ...(filter === undefined ? {} : { filter }), ...selecting(select) } })
        .byPage({ maxPageSize: top, ...(continuation === undefined ? {} : { continuationToken: continuation }) });
      // Only the first page is asked for: each further one would be a request of its own.
      const { value } = await pages.next();
      const page: object[] & { continuationToken?: string } = value ?? [];
      const rows = page.map((entity) => toStored<T>(entity));
      return page.continuationToken === undefined ? { rows } : { rows, continuation: page.continuationToken };
    } catch (error) {
      throw toStorageError(error, 'read');
    }
  }

  /**
   * Adds a row; never retried, so that a conflict is always somebody else's row, or the caller's own earlier try.
   *
   * @returns the ETag
   * @throws {StorageConflict} when a row with these keys exists
   */
  async insert(row: Row): Promise<string> {
    return this.#write(async () => (await this.#client().createEntity(toEntity(row))).etag);
  }

  /** Writes a row whether or not it exists. @returns the ETag */
  async upsert(row: Row, mode: WriteMode): Promise<string> {
    return this.#write(async () => (await this.#client().upsertEntity(toEntity(row), sdkMode(mode))).etag);
  }

  /**
   * Writes a row if its ETag is still this one; `*` for any.
   *
   * @returns the new ETag
   * @throws {StorageStale} when it has changed
   * @throws {StorageNotFound} when it is gone
   */
  async update(row: Row, etag: string, mode: WriteMode): Promise<string> {
    return this.#write(async () => (await this.#client().updateEntity(toEntity(row), sdkMode(mode), { etag })).etag);
  }

  /**
   * Removes a row. Already gone is fine, unless an ETag is given.
   *
   * @throws {StorageStale} when an ETag is given and the row has changed
   * @throws {StorageNotFound} when an ETag is given and the row is gone
   */
  async remove(partitionKey: string, rowKey: string, etag?: string): Promise<void> {
    checkKey('partitionKey', partitionKey);
    checkKey('rowKey', rowKey);
    try {
      await this.#write(() => this.#client().deleteEntity(partitionKey, rowKey, etag === undefined ? {} : { etag }));
    } catch (error) {
      if (etag !== undefined || !(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  /** Removes rows of one partition, a transaction a hundred. Already gone is fine; such a hundred is removed one by one. */
  async removeAll(partitionKey: string, rowKeys: readonly string[]): Promise<void> {
    for (const some of slicesOf(rowKeys, maxTransactionActions)) {
      try {
        await this.transaction(
          partitionKey,
          some.map((rowKey) => ({ kind: 'remove', rowKey })),
        );
      } catch (error) {
        if (!(error instanceof StorageNotFound)) {
          throw error;
        }
        for (const rowKey of some) {
          await this.remove(partitionKey, rowKey);
        }
      }
    }
  }

  /**
   * Does all actions or none, in one storage transaction that is never retried.
   *
   * @returns the ETag of each action in order, undefined where the action removes a row
   * @throws {StorageError} of the first action that failed, with its index in `failedIndex`
   * @throws {StorageRefused} when there are none or over 100 actions, two partitions, or the same row twice
   * @throws {StorageTooLarge} when the encoded actions exceed 3.5 MiB
   */
  async transaction(partitionKey: string, actions: readonly TableAction[]): Promise<readonly (string | undefined)[]> {
    checkTransaction(partitionKey, actions);
    const sdkActions = actions.map((action) => toSdkAction(partitionKey, action));
    const { subResponses } = await this.#write(() => this.#client().submitTransaction(sdkActions));
    return actions.map((action, index) => (action.kind === 'remove' ? undefined : subResponses[index]?.etag?.trim()));
  }

  async #write<Result>(write: () => Promise<Result>): Promise<NonNullable<Result>> {
    try {
      const result = await write();
      if (result === undefined || result === null) {
        throw new Error('Storage confirmed a write without an ETag.');
      }
      return result;
    } catch (error) {
      throw toStorageError(error, 'write');
    }
  }
}

function toSdkAction(partitionKey: string, action: TableAction): TransactionAction {
  switch (action.kind) {
    case 'insert':
      return ['create', toEntity(action.row)];
    case 'upsert':
      return ['upsert', toEntity(action.row), sdkMode(action.mode)];
    case 'update':
      return ['update', toEntity(action.row), sdkMode(action.mode), { etag: action.etag }];
    case 'remove':
      return ['delete', { partitionKey, rowKey: action.rowKey }];
  }
}

function sdkMode(mode: WriteMode): 'Merge' | 'Replace' {
  return mode === 'merge' ? 'Merge' : 'Replace';
}

function selecting(select: readonly string[] | undefined): { select?: string[] } {
  return select === undefined ? {} : { select: ['partitionKey', 'rowKey', ...select] };
}

function toStored<T>(entity: object): Stored<T> {
  const { 'odata.metadata': _metadata, timestamp: _timestamp, ...row } = entity as Record<string, unknown>;
  return row as Stored<T>;
}
