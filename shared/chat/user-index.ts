// Which threads a user takes or took part in. A superset: written before a thread's own transaction, checked on reading.
// Sixteen buckets, one partition each, row `user!thread`; former members stay in it, marked as left.
import {
  type Columns,
  maxTransactionActions,
  type Row,
  shardOf,
  type Storage,
  StorageNotFound,
  type Table,
} from '../storage/index.js';
import { chatUserIndex, userIndexPartition as partition } from './personal-data.js';

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

  /** Removes the rows of a thread that is purged: one transaction a bucket. Rows that are gone already are fine. */
  async remove(rawIds: readonly string[], threadKey: string): Promise<void> {
    await this.#inBuckets(
      rawIds.map((rawId) => ({ rawId, rowKey: keysOf(rawId, threadKey).rowKey })),
      async (table, gone) => {
        try {
          await table.transaction(
            partition,
            gone.map(({ rowKey }) => ({ kind: 'remove', rowKey })),
          );
        } catch (error) {
          if (!(error instanceof StorageNotFound)) throw error;
          // One row that is gone fails them all: an earlier run came this far.
          for (const { rowKey } of gone) await table.remove(partition, rowKey);
        }
      },
    );
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
    await this.#inBuckets(entries, async (table, members) => {
      const [only] = members;
      if (members.length === 1 && only !== undefined) await table.upsert(only.row, 'merge');
      else
        await table.transaction(
          partition,
          members.map(({ row }) => ({ kind: 'upsert', row, mode: 'merge' })),
        );
    });
  }

  /** Hands out what fits into one transaction, all buckets at once. */
  async #inBuckets<Entry extends { readonly rawId: string }>(
    entries: readonly Entry[],
    work: (table: Table, entries: readonly Entry[]) => Promise<void>,
  ): Promise<void> {
    const buckets = new Map<number, Entry[]>();
    for (const entry of entries) {
      const bucket = bucketOf(entry.rawId);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), entry]);
    }
    await Promise.all(
      [...buckets].map(async ([bucket, inBucket]) => {
        for (let start = 0; start < inBucket.length; start += maxTransactionActions) {
          await work(this.#table(bucket), inBucket.slice(start, start + maxTransactionActions));
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
