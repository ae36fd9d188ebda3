// The due index: what becomes due when, readable oldest first without touching what is not due yet.
// It is a superset: whoever acts on an entry asks the thing itself first, and may find that it is no longer due.
import { hash } from 'node:crypto';
import { dataStore, type DataStore } from '../data-map/index.js';
import type { Storage } from './storage.js';
import { StorageRefused } from './storage-error.js';

export interface DueEntry {
  /** What kind of work is due, for example `purge-thread`. */
  readonly kind: string;
  /** What it is due for. Never personal data in the clear: it is a row key. */
  readonly id: string;
  /** Product time, milliseconds. */
  readonly dueMs: number;
}

/** Sixteen, so that sixteen partitions share the load; changing it would lose the entries there are. */
const buckets = 16;
/** Enough for every time that a JavaScript date can name, 8.64e15 ms. */
const timeDigits = 16;
const maxTimeMs = 8_640_000_000_000_000;

/**
 * Its entries are found, exported and erased through what they point at, so there is nothing to do for a person here:
 * a pointer to something that is gone is dropped when its time comes.
 */
export const dueIndexStore: DataStore<unknown> = dataStore<unknown>({
  name: 'dueindex',
  medium: 'table',
  holds: 'When stored things become due for deletion or further work, and their random ids',
  personalData: [],
  keptFor: 'until the thing is due and dealt with',
  locate: async () => ({ items: 0 }),
  exportItems: async function* () {},
  erase: async () => ({ erased: 0 }),
  expired: async () => 0,
});

export class DueIndex {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Adds an entry; adding it again changes nothing. */
  async add(entry: DueEntry): Promise<void> {
    await this.#table().upsert({ partitionKey: bucketOf(entry), rowKey: toRowKey(entry) }, 'replace');
  }

  /** Removes an entry; already gone is fine. */
  async remove(entry: DueEntry): Promise<void> {
    await this.#table().remove(bucketOf(entry), toRowKey(entry));
  }

  /**
   * At most `limit` entries (1-1,000) that are due at `nowMs`, oldest first. One range query a bucket; of what is not
   * due nothing is read.
   */
  async due(nowMs: number, limit: number): Promise<readonly DueEntry[]> {
    const end = encodeTime(nowMs + 1);
    const pages = await Promise.all(
      Array.from({ length: buckets }, (_, bucket) => this.#oldest(bucketName(bucket), end, limit)),
    );
    return pages
      .flat()
      .sort()
      .slice(0, limit)
      .map((rowKey) => toEntry(rowKey));
  }

  async #oldest(partition: string, to: string, limit: number): Promise<readonly string[]> {
    const { rows } = await this.#table().query({ partition, to, top: limit, select: [] });
    return rows.map(({ rowKey }) => rowKey);
  }

  #table() {
    return this.#storage.table(dueIndexStore);
  }
}

/**
 * A time as text of fixed width, so that text order is time order.
 *
 * @throws {StorageRefused} when it is not a whole number from 0 on
 */
export function encodeTime(timeMs: number): string {
  if (!Number.isInteger(timeMs) || timeMs < 0 || timeMs > maxTimeMs) {
    throw new StorageRefused('A due time must be a whole number of milliseconds from 0 on.', { code: 'InvalidTime' });
  }
  return String(timeMs).padStart(timeDigits, '0');
}

function toRowKey({ kind, id, dueMs }: DueEntry): string {
  if (!/^[a-z][a-z-]*$/.test(kind)) {
    throw new StorageRefused('A kind of due work must have lower-case letters and hyphens.', { code: 'InvalidKind' });
  }
  return `${encodeTime(dueMs)}~${kind}~${id}`;
}

function toEntry(rowKey: string): DueEntry {
  const [time = '', kind = ''] = rowKey.split('~', 2);
  return { kind, id: rowKey.slice(time.length + kind.length + 2), dueMs: Number(time) };
}

/** By kind and id, so that the entries of one sweep spread. */
function bucketOf({ kind, id }: DueEntry): string {
  return bucketName((hash('sha256', `${kind}~${id}`, 'buffer')[0] ?? 0) % buckets);
}

function bucketName(bucket: number): string {
  return String(bucket).padStart(2, '0');
}
