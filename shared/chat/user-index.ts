// Which threads a user takes or took part in. A superset: written before a thread's own transaction, checked on reading.
// Sixteen buckets, one partition each, row `user!thread`.
import { type Row, shardOf, type Storage, type Table } from '../storage/index.js';
import { chatUserIndex, userIndexPartition as partition } from './personal-data.js';

export class UserIndex {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Adds a row for each user: one transaction a bucket. */
  async add(rawIds: readonly string[], threadKey: string): Promise<void> {
    const buckets = new Map<number, Row[]>();
    for (const rawId of rawIds) {
      const bucket = bucketOf(rawId);
      const rows = buckets.get(bucket) ?? [];
      rows.push({ partitionKey: partition, rowKey: rowKeyOf(rawId, threadKey) });
      buckets.set(bucket, rows);
    }
    await Promise.all([...buckets].map(([bucket, rows]) => this.#write(this.#table(bucket), rows)));
  }

  /**
   * Keys of the user's threads, in the order of the keys: one query.
   *
   * @param after the last key of the page before
   */
  async page(rawId: string, limit: number, after?: string): Promise<{ threadKeys: string[]; hasMore: boolean }> {
    const prefix = rowKeyOf(rawId, '');
    const page = await this.#table(bucketOf(rawId)).query({
      partition,
      from: after === undefined ? prefix : `${rowKeyOf(rawId, after)} `,
      to: `${rawId}"`,
      top: limit,
      select: [],
    });
    return {
      threadKeys: page.rows.map(({ rowKey }) => rowKey.slice(prefix.length)),
      hasMore: page.continuation !== undefined,
    };
  }

  async #write(table: Table, rows: readonly Row[]): Promise<void> {
    for (let start = 0; start < rows.length; start += 100) {
      const slice = rows.slice(start, start + 100);
      const [only] = slice;
      if (slice.length === 1 && only !== undefined) await table.upsert(only, 'merge');
      else
        await table.transaction(
          partition,
          slice.map((row) => ({ kind: 'upsert', row, mode: 'merge' })),
        );
    }
  }

  #table(bucket: number): Table {
    return this.#storage.table(chatUserIndex, bucket);
  }
}

function bucketOf(rawId: string): number {
  return shardOf(chatUserIndex, rawId);
}

/** `!` sorts before everything that an id may hold, and `"` follows it. */
function rowKeyOf(rawId: string, threadKey: string): string {
  return `${rawId}!${threadKey}`;
}
