// Which threads a user takes or took part in. A superset: written before a thread's own transaction, checked on reading.
// Sixteen buckets, one partition each, row `user!thread`; former members stay in it, marked as left.
import { type Columns, type Row, shardOf, type Storage, type Table } from '../storage/index.js';
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
   * @param after the last key of the page before
   */
  async page(rawId: string, limit: number, after?: string): Promise<{ threadKeys: string[]; next?: string }> {
    const prefix = keysOf(rawId, '').rowKey;
    const page = await this.#table(bucketOf(rawId)).query<Columns>({
      partition,
      // A space sorts before everything that a key may hold: just behind the last one.
      from: after === undefined ? prefix : `${prefix}${after} `,
      to: `${rawId}"`,
      top: limit,
    });
    const threadKeys = page.rows.filter(takesPart).map(({ rowKey }) => rowKey.slice(prefix.length));
    const last = page.rows.at(-1)?.rowKey.slice(prefix.length);
    return page.continuation !== undefined && last !== undefined ? { threadKeys, next: last } : { threadKeys };
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
