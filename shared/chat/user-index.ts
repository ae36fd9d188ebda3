// Which threads a user takes or took part in. A superset: written before a thread's own transaction, checked on reading.
// Sixteen buckets, one partition each, row `user!thread`; former members stay in it, marked as left. What is written comes with
// a check (see index-checks.ts), so that no row stays that leads nowhere.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  maxTransactionActions,
  slicesOf,
  type Page,
  type RowKeys,
  type ShardedTable,
  type Table,
  type TableAction,
} from '../storage/index.js';
import { eraseChecksOf, type IndexChecks } from './index-checks.js';

/** Partition of every shard. */
export const userIndexPartition = 'users';
const partition = userIndexPartition;
/** With their check. */
const maxWritten = maxTransactionActions - 1;

/** The thread that rows of the index lead to. */
export interface IndexedThread {
  readonly key: string;
  /** Immutable id of the resource that it belongs to: rows say so themselves. */
  readonly resource: string;
}

export class UserIndex {
  readonly #tables: ShardedTable;
  readonly #checks: IndexChecks;

  constructor(tables: ShardedTable, checks: IndexChecks) {
    this.#tables = tables;
    this.#checks = checks;
  }

  forget(): void {
    this.#checks.forget();
  }

  /**
   * Adds users to a thread: one transaction a bucket.
   *
   * @param thread.resource immutable id of the resource that the thread belongs to
   * @param joined the thread's last removal: a mark of leaving that is not newer says nothing any more
   */
  async add(rawIds: readonly string[], thread: IndexedThread, joined: number): Promise<void> {
    await this.#write(rawIds, thread, { joined });
  }

  /** Adds people whom a new thread only names: they are found, and take no part. */
  async addNamed(rawIds: readonly string[], thread: IndexedThread): Promise<void> {
    await this.#write(rawIds, thread, { left: 0 });
  }

  /** Marks a user as gone; the row stays, because a person's erasure must still find the thread. */
  async markLeft(rawId: string, thread: IndexedThread, left: number): Promise<void> {
    await this.#write([rawId], thread, { left });
  }

  /** Removes the rows of a thread that is purged: one transaction a bucket. Rows that are gone already are fine. */
  async remove(rawIds: readonly string[], threadKey: string): Promise<void> {
    const rows = rawIds.map((rawId) => ({ rawId, rowKey: keysOf(rawId, threadKey).rowKey }));
    await this.#inBuckets(rows, maxTransactionActions, removeAll);
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
    const own = rows.map(({ rowKey }) => ({ rawId, rowKey }));
    await this.#inBuckets(own, maxTransactionActions, removeAll);
  }

  /** Removes the checks of a user whose rows are removed, a page at a time. */
  eraseChecks(rawId: string, continuation?: string): Promise<EraseStep> {
    return eraseChecksOf(this.#tables.of(rawId), partition, rawId, continuation);
  }

  async #write(rawIds: readonly string[], thread: IndexedThread, columns: Columns): Promise<void> {
    if (rawIds.length === 0) {
      return;
    }
    const { key, resource } = thread;
    const check = await this.#checks.announce();
    const entries = rawIds.map((rawId) => ({ rawId }));
    await this.#inBuckets(entries, maxWritten, async (table, members) => {
      const users = members.map(({ rawId }) => rawId);
      await table.transaction(partition, [
        ...users.map((rawId): TableAction => {
          const row = { ...keysOf(rawId, key), resource, ...columns, check };
          return { kind: 'upsert', row, mode: 'merge' };
        }),
        { kind: 'insert', row: this.#checks.checkOf(partition, check, thread, users) },
      ]);
    });
  }

  /** Hands out what fits into one transaction, all buckets at once. */
  async #inBuckets<Entry extends { readonly rawId: string }>(
    entries: readonly Entry[],
    atOnce: number,
    work: (table: Table, entries: readonly Entry[]) => Promise<void>,
  ): Promise<void> {
    const buckets = new Map<number, Entry[]>();
    for (const entry of entries) {
      const bucket = this.#tables.shardOf(entry.rawId);
      buckets.set(bucket, [...(buckets.get(bucket) ?? []), entry]);
    }
    await Promise.all(
      [...buckets].map(async ([bucket, inBucket]) => {
        for (const some of slicesOf(inBucket, atOnce)) {
          await work(this.#tables.at(bucket), some);
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
export function keysOf(rawId: string, threadKey: string): { partitionKey: string; rowKey: string } {
  return { partitionKey: partition, rowKey: `${rawId}!${threadKey}` };
}
