// Which threads of a resource are expired: for the operator's list, and nothing else. A superset, checked on reading.
import type { EraseStep } from '../data-map/index.js';
import { type Columns, eraseRows, type Table } from '../storage/index.js';
import type { ThreadState } from './model.js';

export class ExpiredIndex {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async add(threadKey: string, state: ThreadState, on: number): Promise<void> {
    const keys = { partitionKey: state.resourceId, rowKey: threadKey };
    await this.#table.upsert({ ...keys, createdOn: state.createdOn, on }, 'replace');
  }

  async remove(threadKey: string, resourceId: string): Promise<void> {
    await this.#table.remove(resourceId, threadKey);
  }

  /** Removes every entry of a resource that is deleted, a thousand at a time. */
  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }

  /** Keys of the threads, in the order of the keys: one query. */
  async page(resourceId: string, limit: number, after?: string): Promise<{ threadKeys: string[]; next?: string }> {
    const { rows, continuation } = await this.#table.query<Columns>({
      partition: resourceId,
      ...(after !== undefined && { from: `${after} ` }),
      top: limit,
      select: [],
    });
    const threadKeys = rows.map(({ rowKey }) => rowKey);
    const last = threadKeys.at(-1);
    return continuation === undefined || last === undefined ? { threadKeys } : { threadKeys, next: last };
  }
}
