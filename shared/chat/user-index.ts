// Which threads a user takes or took part in. A superset: written before a thread's own transaction, checked on reading.
// Sixteen buckets, one partition each, row `user!thread`; former members stay in it, marked as left.
import {
  type Columns,
  type Page,
  type Row,
  type RowKeys,
  shardOf,
  type Storage,
  StorageNotFound,
  type Table,
} from '../storage/index.js';
import { chatUserIndex, userIndexPartition as partition } from './personal-data.js';

const rowsPerTransaction = 100;

export class UserIndex {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /**
   * Adds users to a thread: one transaction a bucket.
   *
   * @param joined the thread's last removal: a mark of leaving that is not newer says nothing any more
   */
  async add(rawIds: readonly string[], threadKey: string, joined: number): Promise<void> {
    await this.#write(rawIds.map((rawId) => ({ rawId, row: { ...keysOf(rawId, threadKey), joined } })));
  }

  /** Marks a user as gone; the row stays, because a person's erasure must still find the thread. */
  async markLeft(rawId: string, threadKey: string, left: number): Promise<void> {
    await this.#write([{ rawId, row: { ...keysOf(rawId, threadKey), left } }]);
  }

  /** Removes the rows of a thread that is purged. Rows that are gone already are fine. */
  async remove(rawIds: readonly string[], threadKey: string): Promise<void> {
    for (const rawId of rawIds) {
      await this.#table(bucketOf(rawId)).remove(partition, keysOf(rawId, threadKey).rowKey);
    }
  }

  /**
   * Keys of the user's threads, in the order of the keys: one query.
   *
   * @param options.after the last key of the page before
   * @param options.includesLeft also threads that the user has left
   */
  async page(
    rawId: string,
    limit: number,
    options: { readonly after?: string | undefined; readonly includesLeft?: boolean } = {},
  ): Promise<{ threadKeys: string[]; next?: string }> {
    const { rows, continuation } = await this.rows(rawId, limit, options.after);
    const threadKeyOf = ({ rowKey }: RowKeys) => rowKey.slice(rawId.length + 1);
    const threadKeys = rows.filter((row) => options.includesLeft || takesPart(row)).map(threadKeyOf);
    const last = rows.at(-1);
    return continuation === undefined || last === undefined ? { threadKeys } : { threadKeys, next: threadKeyOf(last) };
  }

  async rows(rawId: string, limit: number, after?: string): Promise<Page<Columns>> {
    const prefix = keysOf(rawId, '').rowKey;
    return this.#table(bucketOf(rawId)).query<Columns>({
      partition,
      // A space sorts before everything that a key may hold: just behind the last one.
      from: after === undefined ? prefix : `${prefix}${after} `,
      to: `${rawId}"`,
      top: limit,
    });
  }

  /** Removes rows of a user that were just read. */
  async removeRows(rawId: string, rows: readonly RowKeys[]): Promise<void> {
    const table = this.#table(bucketOf(rawId));
    for (let start = 0; start < rows.length; start += rowsPerTransaction) {
      const actions = rows
        .slice(start, start + rowsPerTransaction)
        .map(({ rowKey }) => ({ kind: 'remove' as const, rowKey }));
      try {
        await table.transaction(partition, actions);
      } catch (error) {
        if (!(error instanceof StorageNotFound)) throw error;
        // Another worker was at it too.
        for (const { rowKey } of actions) await table.remove(partition, rowKey);
      }
    }
  }

  async #write(entries: readonly { readonly rawId: string; readonly row: Row }[]): Promise<void> {
    const buckets = new Map<number, Row[]>();
    for (const { rawId, row } of entries) {
      const bucket = bucketOf(rawId);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), row]);
    }
    await Promise.all(
      [...buckets].map(async ([bucket, members]) => {
        const table = this.#table(bucket);
        for (let start = 0; start < members.length; start += rowsPerTransaction) {
          const rows = members.slice(start, start + rowsPerTransaction);
          const [only] = rows;
          if (rows.length === 1 && only !== undefined) await table.upsert(only, 'merge');
          else
            await table.transaction(
              partition,
              rows.map((row) => ({ kind: 'upsert', row, mode: 'merge' })),
            );
        }
      }),
    );
  }

  #table(bucket: number): Table {
    return this.#storage.table(chatUserIndex, bucket);
  }
}

function takesPart(row: Columns): boolean {
  return row['left'] === undefined || Number(row['joined']) >= Number(row['left']);
}

function bucketOf(rawId: string): number {
  return shardOf(chatUserIndex, rawId);
}

/** `!` sorts before everything that an id may hold, and `"` follows it. */
function keysOf(rawId: string, threadKey: string): { partitionKey: string; rowKey: string } {
  return { partitionKey: partition, rowKey: `${rawId}!${threadKey}` };
}
