// The due index: what becomes due when, readable oldest first without touching what is not due yet.
// It is a superset: whoever acts on an entry asks the thing itself first, and may find that it is no longer due.
import { hash } from 'node:crypto';
import { dataStore, type DataStore, holdsNobody } from '../data-map/index.js';
import type { Ids } from '../time/ids.js';
import type { Columns } from './log/model.js';
import { slicesOf } from './slices.js';
import { StorageConflict, StorageNotFound, StorageRefused, StorageStale } from './storage-error.js';
import type { Table } from './table.js';
import { maxTransactionActions, type TableAction } from './table-transaction.js';
import { TransactionGroups } from './transaction-groups.js';

export interface DueEntry {
  /** What kind of work is due, for example `purge-thread`. */
  readonly kind: string;
  /** What it is due for. Never personal data in the clear: it is a row key. */
  readonly id: string;
  /** Product time, milliseconds. */
  readonly dueMs: number;
}

/** No entry is postponed by more than this at once, product ms, so that nobody has to look further ahead for late ones. */
export const maxPostponeMs = 4 * 60_000;

/** Sixteen, so that sixteen partitions share the load; changing it would lose the entries there are. */
export const dueBuckets = 16;
const leasePartition = 'lease';
/** Enough for every time that a JavaScript date can name, 8.64e15 ms. */
const timeDigits = 16;
/** How many entries of a bucket are looked at for late ones; the first of them are the oldest. */
const latePage = 100;
/** How many entries go into a bucket before those that are added in turn go into the next. */
const addedInTurn = 64;
const maxTimeMs = 8_640_000_000_000_000;

/**
 * Its entries are found, exported and erased through what they point at, so there is nothing to do for a person here:
 * a pointer to something that is gone is dropped when its time comes.
 */
export const dueIndexStore: DataStore<unknown> = dataStore<unknown>({
  name: 'dueindex',
  area: 'work in progress',
  rank: 'proof',
  medium: 'table',
  holds: 'When stored things become due for deletion or further work, and their random ids',
  personalData: [],
  keptFor: 'until the thing is due and dealt with',
  ...holdsNobody,
  eraseResource: 'An entry that leads to nothing is dropped when its time comes',
  expired: 'The sweep removes an entry once it is dealt with',
});

/** An entry as the index holds it; its row belongs to the one call that added it. */
export interface StoredDueEntry extends DueEntry {
  readonly rowKey: string;
  /** When it was due at first, before it was postponed; product ms. */
  readonly since: number;
}

export class DueIndex {
  readonly #table: Table;
  readonly #ids: Ids;
  readonly #groups: TransactionGroups;
  #turn: number | undefined;
  #earliestAdded = Number.POSITIVE_INFINITY;

  /** @param table that of {@link dueIndexStore}, or another for work that must not stand in the way of everybody else's */
  constructor(table: Table, ids: Ids) {
    this.#table = table;
    this.#ids = ids;
    this.#groups = new TransactionGroups(table);
  }

  /**
   * Adds an entry of its own, also when one for the same thing is there: whoever works an entry off removes that one and
   * never one that was added meanwhile.
   *
   * @returns the entry, for whoever is to remove it again
   */
  add(entry: DueEntry): Promise<StoredDueEntry & { readonly bucket: number }> {
    return this.#addIn(bucketOf(entry), entry);
  }

  /**
   * The same into one bucket for a while and then into the next, so that what is added at once goes together; not for what
   * is to be found by {@link removeAllOf}.
   */
  addInTurn(entry: DueEntry): Promise<StoredDueEntry & { readonly bucket: number }> {
    this.#turn = (this.#turn ?? (this.#ids.bytes(1)[0] ?? 0) * addedInTurn) + 1;
    return this.#addIn(bucketName(Math.floor(this.#turn / addedInTurn) % dueBuckets), entry);
  }

  async #addIn(partitionKey: string, entry: DueEntry): Promise<StoredDueEntry & { readonly bucket: number }> {
    this.#earliestAdded = Math.min(this.#earliestAdded, entry.dueMs);
    const row = { partitionKey, ...this.#newRow(entry), since: entry.dueMs };
    await this.#groups.transaction(partitionKey, [{ kind: 'upsert', row, mode: 'replace' }], async () => [
      await this.#table.upsert(row, 'replace'),
    ]);
    return { ...entry, rowKey: row.rowKey, since: row.since, bucket: Number(partitionKey) };
  }

  /** The earliest due time of what this process has added since it was last asked; infinity when that is nothing. */
  takeEarliestAdded(): number {
    const earliest = this.#earliestAdded;
    this.#earliestAdded = Number.POSITIVE_INFINITY;
    return earliest;
  }

  /** At most `limit` (1-1,000) entries of a bucket that are due at `nowMs`, oldest first: one range query. */
  async due(bucket: number, nowMs: number, limit: number): Promise<readonly StoredDueEntry[]> {
    const { rows } = await this.#table.query<Columns>({
      partition: bucketName(bucket),
      to: encodeTime(nowMs + 1),
      top: limit,
    });
    return rows.map((row) => readDueEntry(row.rowKey, Number(row['since'])));
  }

  /** Removes entries of a bucket that are worked off: a transaction a hundred. */
  async remove(bucket: number, entries: readonly Pick<StoredDueEntry, 'rowKey'>[]): Promise<void> {
    await this.#table.removeAll(
      bucketName(bucket),
      entries.map(({ rowKey }) => rowKey),
    );
  }

  /** Removes what {@link add} has added for this thing at this time, for whomever: when the thing itself is gone. */
  async removeAllOf(entry: DueEntry): Promise<void> {
    const bucket = Number(bucketOf(entry));
    const prefix = `${toRowKey(entry)}~`;
    const range = { partition: bucketName(bucket), from: prefix, to: `${prefix}~` };
    const { rows } = await this.#table.query({ ...range, select: [] });
    if (rows.length > 0) {
      await this.remove(
        bucket,
        rows.map(({ rowKey }) => ({ ...entry, rowKey, since: entry.dueMs })),
      );
    }
  }

  /**
   * Moves entries to a later time, a transaction fifty; when each was due at first is kept.
   *
   * @param delayMs from `nowMs` on, at most {@link maxPostponeMs}
   * @returns the entries at their new places, in the same order
   */
  async postpone(
    bucket: number,
    entries: readonly StoredDueEntry[],
    nowMs: number,
    delayMs: number,
  ): Promise<readonly StoredDueEntry[]> {
    const dueMs = nowMs + Math.min(delayMs, maxPostponeMs);
    const partitionKey = bucketName(bucket);
    const moved = entries.map((entry) => ({ ...entry, dueMs, ...this.#newRow({ ...entry, dueMs }) }));
    const move = ({ rowKey, since }: StoredDueEntry, index: number): readonly TableAction[] => [
      { kind: 'upsert', row: { partitionKey, rowKey, since }, mode: 'replace' },
      { kind: 'remove', rowKey: entries[index]?.rowKey ?? '' },
    ];
    const actions = moved.flatMap(move);
    for (const some of slicesOf(actions, maxTransactionActions)) {
      await this.#table.transaction(partitionKey, some);
    }
    return moved;
  }

  /**
   * Since when the entry that is due longest is due, product ms, also when its work failed and it is postponed; undefined
   * when nothing is. One query a bucket.
   */
  async oldestDue(nowMs: number): Promise<number | undefined> {
    const buckets = Array.from({ length: dueBuckets }, (_, bucket) =>
      this.due(bucket, nowMs + maxPostponeMs, latePage),
    );
    const times = (await Promise.all(buckets)).flat().flatMap(({ since }) => (since <= nowMs ? [since] : []));
    return times.length === 0 ? undefined : times.reduce((one, other) => Math.min(one, other));
  }

  /**
   * Takes a bucket for one worker.
   *
   * @param now and `leaseMs`: product time, ms; a lease that ends later than a new one would is from before the clock was
   *   moved back, and holds nobody off
   * @returns the lease, to be given back; undefined while another worker has it
   */
  async claim(bucket: number, worker: string, now: number, leaseMs: number): Promise<string | undefined> {
    const row = { partitionKey: leasePartition, rowKey: bucketName(bucket), worker, until: now + leaseMs };
    const found = await this.#table.get<Columns>(leasePartition, row.rowKey);
    const until = Number(found?.['until'] ?? 0);
    const isHeld = found !== undefined && found['worker'] !== worker && until > now && until <= now + leaseMs;
    if (isHeld) {
      return undefined;
    }
    try {
      if (found === undefined) {
        return await this.#table.insert(row);
      }
      return await this.#table.update(row, found.etag, 'replace');
    } catch (error) {
      const isTaken =
        error instanceof StorageConflict || error instanceof StorageStale || error instanceof StorageNotFound;
      if (isTaken) {
        return undefined;
      }
      throw error;
    }
  }

  /** Gives a bucket back; one that has gone to another worker meanwhile is left to that one. */
  async release(bucket: number, lease: string): Promise<void> {
    try {
      await this.#table.remove(leasePartition, bucketName(bucket), lease);
    } catch (error) {
      if (!(error instanceof StorageStale) && !(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  #newRow(entry: DueEntry): { rowKey: string } {
    return { rowKey: `${toRowKey(entry)}~${this.#ids.bytes(6).toString('base64url')}` };
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

/** The entry that a row stands for: its key says everything but since when it is due. */
export function readDueEntry(rowKey: string, since: number): StoredDueEntry {
  const [time = '', kind = ''] = rowKey.split('~', 2);
  const id = rowKey.slice(time.length + kind.length + 2, rowKey.lastIndexOf('~'));
  return { kind, id, dueMs: Number(time), rowKey, since };
}

/** By kind and id, so that the entries of one sweep spread. */
function bucketOf({ kind, id }: DueEntry): string {
  return bucketName((hash('sha256', `${kind}~${id}`, 'buffer')[0] ?? 0) % dueBuckets);
}

function bucketName(bucket: number): string {
  return String(bucket).padStart(2, '0');
}
