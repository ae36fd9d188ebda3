// Which threads a user takes or took part in. A superset: written before a thread's own transaction, checked on reading.
// Sixteen buckets, one partition each, row `user!thread`; former members stay in it, marked as left.
import {
  type Columns,
  maxTransactionActions,
  type Page,
  type Row,
  type RowKeys,
  type ShardedTable,
  type Table,
} from '../storage/index.js';

/** Partition of every shard. */
export const userIndexPartition = 'users';
const partition = userIndexPartition;

/** The thread that rows of the index lead to. */
export interface IndexedThread {
  readonly key: string;
  /** Immutable id of the resource that it belongs to: rows say so themselves. */
  readonly resource: string;
}

export class UserIndex {
  readonly #tables: ShardedTable;

  constructor(tables: ShardedTable) {
    this.#tables = tables;
  }

  /**
   * Adds users to a thread: one transaction a bucket.
   *
   * @param thread.resource immutable id of the resource that the thread belongs to
   * @param joined the thread's last removal: a mark of leaving that is not newer says nothing any more
   */
  async add(rawIds: readonly string[], { key, resource }: IndexedThread, joined: number): Promise<void> {
    await this.#write(rawIds.map((rawId) => ({ rawId, row: { ...keysOf(rawId, key), resource, joined } })));
  }

  /** Adds people whom a new thread only names: they are found, and take no part. */
  async addNamed(rawIds: readonly string[], { key, resource }: IndexedThread): Promise<void> {
    await this.#write(rawIds.map((rawId) => ({ rawId, row: { ...keysOf(rawId, key), resource, left: 0 } })));
  }

  /** Marks a user as gone; the row stays, because a person's erasure must still find the thread. */
  async markLeft(rawId: string, { key, resource }: IndexedThread, left: number): Promise<void> {
    await this.#write([{ rawId, row: { ...keysOf(rawId, key), resource, left } }]);
  }

  /** Removes the rows of a thread that is purged: one transaction a bucket. Rows that are gone already are fine. */
  async remove(rawIds: readonly string[], threadKey: string): Promise<void> {
    await this.#inBuckets(
      rawIds.map((rawId) => ({ rawId, rowKey: keysOf(rawId, threadKey).rowKey })),
      removeAll,
    );
  }

  /**
   * Keys of the threads that the user takes or took part in, in the order of the keys: one query.
   *
   * @param options.after the last key of the page before
   * @param options.includesNamed also threads that only name the user, who never took part
   */
  async page(
    rawId: string,
    limit: number,
    options: { readonly after?: string | undefined; readonly includesNamed?: boolean } = {},
  ): Promise<{ threadKeys: string[]; next?: string }> {
    const { rows, continuation } = await this.rows(rawId, limit, options.after);
    const threadKeyOf = ({ rowKey }: RowKeys) => rowKey.slice(rawId.length + 1);
    const threadKeys = rows.filter((row) => options.includesNamed || tookPart(row)).map(threadKeyOf);
    const last = rows.at(-1);
    return continuation === undefined || last === undefined ? { threadKeys } : { threadKeys, next: threadKeyOf(last) };
  }

  async rows(rawId: string, limit: number, after?: string): Promise<Page<Columns>> {
    const prefix = keysOf(rawId, '').rowKey;
    return this.#tables.of(rawId).query<Columns>({
      partition,
      // A space sorts before everything that a key may hold: just behind the last one.
      from: after === undefined ? prefix : `${prefix}${after} `,
      to: `${rawId}"`,
      top: limit,
    });
  }

  /** Removes rows of a user that were just read. */
  async removeRows(rawId: string, rows: readonly RowKeys[]): Promise<void> {
    await this.#inBuckets(
      rows.map(({ rowKey }) => ({ rawId, rowKey })),
      removeAll,
    );
  }

  async #write(entries: readonly { readonly rawId: string; readonly row: Row }[]): Promise<void> {
    await this.#inBuckets(entries, async (table, members) => {
      const [only] = members;
      if (members.length === 1 && only !== undefined) {
        await table.upsert(only.row, 'merge');
      } else {
        await table.transaction(
          partition,
          members.map(({ row }) => ({ kind: 'upsert', row, mode: 'merge' })),
        );
      }
    });
  }

  /** Hands out what fits into one transaction, all buckets at once. */
  async #inBuckets<Entry extends { readonly rawId: string }>(
    entries: readonly Entry[],
    work: (table: Table, entries: readonly Entry[]) => Promise<void>,
  ): Promise<void> {
    const buckets = new Map<number, Entry[]>();
    for (const entry of entries) {
      const bucket = this.#tables.shardOf(entry.rawId);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), entry]);
    }
    await Promise.all(
      [...buckets].map(async ([bucket, inBucket]) => {
        for (let start = 0; start < inBucket.length; start += maxTransactionActions) {
          await work(this.#tables.at(bucket), inBucket.slice(start, start + maxTransactionActions));
        }
      }),
    );
  }
}

/** Rows that an earlier run, or another worker, has removed are fine. */
async function removeAll(table: Table, rows: readonly { readonly rowKey: string }[]): Promise<void> {
  await table.removeAll(
    partition,
    rows.map(({ rowKey }) => rowKey),
  );
}

function tookPart(row: Columns): boolean {
  return row['joined'] !== undefined || Number(row['left'] ?? 1) > 0;
}

/** `!` sorts before everything that an id may hold, and `"` follows it. */
function keysOf(rawId: string, threadKey: string): { partitionKey: string; rowKey: string } {
  return { partitionKey: partition, rowKey: `${rawId}!${threadKey}` };
}
