// Deliveries that the platform has given up on: work on them failed again and again, by a fault of ours. They are shown until
// an attempt comes to an end; the due index goes on waking them.
import { type Columns, type Table } from '../storage/index.js';
import { laneOf } from './due-ref.js';
import { maxParkedShown } from './limits.js';
import type { DeliveryStore } from './store.js';

/** Beside the shards, which have two digits. */
const partition = 'parked';

export class Parked {
  readonly #table: Table;
  readonly #store: DeliveryStore;

  constructor(table: Table, store: DeliveryStore) {
    this.#table = table;
    this.#store = store;
  }

  /** Again changes nothing but the number of attempts. */
  async park(id: string, now: number): Promise<void> {
    const row = await this.#table.get<Columns>(partition, laneOf(id));
    const found = await this.#state(id);
    if (found === undefined) {
      return;
    }
    const since = row === undefined ? now : Number(row['since']);
    const { resource, attempts } = found;
    await this.#table.upsert({ partitionKey: partition, rowKey: laneOf(id), resource, since, attempts }, 'replace');
  }

  /** How many are parked, counted up to a hundred, and since when the first is, product ms. What got on meanwhile goes. */
  async show(): Promise<{ readonly count: number; readonly since: number | undefined }> {
    const { rows } = await this.#table.query<Columns>({ partition, top: maxParkedShown });
    let count = 0;
    let since = Number.POSITIVE_INFINITY;
    for (const row of rows) {
      const found = await this.#state(`${row.rowKey}.`);
      if (found === undefined || found.attempts !== Number(row['attempts'])) {
        await this.#table.remove(partition, row.rowKey);
        continue;
      }
      count += 1;
      since = Math.min(since, Number(row['since']));
    }
    return { count, since: count === 0 ? undefined : since };
  }

  /** Removes those of a resource that is deleted. */
  async removeAllOf(resourceId: string): Promise<void> {
    for await (const rows of this.#table.pages<Columns>({ partition, select: ['resource'] })) {
      const own = rows.filter((row) => row['resource'] === resourceId).map(({ rowKey }) => rowKey);
      await this.#table.removeAll(partition, own);
    }
  }

  async #state(id: string): Promise<{ readonly resource: string; readonly attempts: number } | undefined> {
    const state = await this.#store.stateOf(laneOf(id));
    return state && { resource: state.resourceId, attempts: state.attempts };
  }
}
