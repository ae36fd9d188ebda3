// Changes of suppressed addresses: an entry, its pointer and the head that says whether an address is suppressed change in
// one transaction. A removal in a transaction takes no ETag, so a head cannot guard itself: every change of an address
// first reads the lock of the address and writes it in the transaction, which fails when somebody else has meanwhile.
import { setTimeout as delay } from 'node:timers/promises';
import {
  type Columns,
  type Row,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Table,
  type TableAction,
} from '../storage/index.js';
import type { Ids } from '../time/ids.js';
import type { ArmItem, StoredItem } from './model.js';
import { toItemRow } from './store.js';
import { entryPath, headKey, lockKey, pointerKey } from './suppression-rows.js';

/** An entry before and after; undefined where there is none. */
export interface EntryChange {
  readonly key: string;
  readonly before?: StoredItem | undefined;
  readonly after?: ArmItem | undefined;
}

/** Entry, pointer, head and lock of each fit into one transaction of a hundred. */
export const maxChanges = 25;
/** Without locks, and with a guard. */
export const maxAdded = 33;
const maxLosses = 50;
const longestWaitMs = 40;

/** Rows that say whether an address is suppressed. */
interface Head {
  readonly hash: string;
  readonly domain: string;
}

interface CountedHead extends Head {
  readonly added: number;
}

export class SuppressionChanges {
  readonly #table: Table;
  readonly #hash: (address: string) => string;

  constructor(table: Table, hash: (address: string) => string) {
    this.#table = table;
    this.#hash = hash;
  }

  /**
   * Writes or removes at most {@link maxChanges} entries, all or none.
   *
   * @param keptSince product ms; addresses that leave a list stay suppressed, as hashes
   * @throws {StorageError} of a lost race: see {@link untilWon}
   */
  async write(ownerId: string, changes: readonly EntryChange[], keptSince?: number): Promise<void> {
    const { actions, heads } = this.#plan(ownerId, changes);
    const locks = await this.#locks(ownerId, heads);
    const counted = await Promise.all(heads.map((head) => this.#counted(ownerId, head, keptSince)));
    await this.#table.transaction(ownerId, [...actions, ...locks, ...counted.flat()]);
  }

  /**
   * Adds at most {@link maxAdded} entries, all or none, without the locks: for the only one who may write at all.
   *
   * @param guard goes into the same transaction, and fails when somebody else may write
   * @param areNew the addresses are taken for new, which spares a read for each
   * @throws {StorageError} of a lost race, also when an address is not new: see {@link untilWon}
   */
  async add(ownerId: string, items: readonly StoredItem[], guard: TableAction, areNew: boolean): Promise<void> {
    const { actions, heads } = this.#plan(
      ownerId,
      items.map((item) => ({ key: item.key, after: item })),
    );
    const counted = await Promise.all(
      heads.map((head) => (areNew ? [insertHead(ownerId, head)] : this.#counted(ownerId, head))),
    );
    await this.#table.transaction(ownerId, [guard, ...actions, ...counted.flat()]);
  }

  /** What becomes of entries and pointers, and by how much the entries of each head grow. */
  #plan(ownerId: string, changes: readonly EntryChange[]) {
    const actions: TableAction[] = [];
    const heads = new Map<string, CountedHead>();
    const count = (key: string, item: ArmItem, added: number): string => {
      const [domain = ''] = entryPath(key);
      const hash = this.#hash(addressOf(item));
      const head = heads.get(headKey(hash, domain)) ?? { hash, domain, added: 0 };
      heads.set(headKey(hash, domain), { ...head, added: head.added + added });
      return pointerKey(hash, key);
    };
    for (const { key, before, after } of changes) {
      const from = before && count(key, before, -1);
      const to = after && count(key, after, 1);
      const row = after && toItemRow(ownerId, key, after);
      if (row !== undefined) {
        actions.push(before ? { kind: 'update', row, etag: before.etag, mode: 'replace' } : { kind: 'insert', row });
      } else if (before !== undefined) {
        actions.push({ kind: 'remove', rowKey: key });
      }
      if (from !== to) {
        actions.push(
          ...(from === undefined ? [] : [{ kind: 'remove', rowKey: from } as const]),
          ...(to === undefined ? [] : [{ kind: 'insert', row: { partitionKey: ownerId, rowKey: to } } as const]),
        );
      }
    }
    return { actions, heads: [...heads.values()].filter(({ added }) => added !== 0) };
  }

  /**
   * Gives an address a lease, or takes it away.
   *
   * @param change from the lease that the head says, to what it is then; the same one when nothing is to be written
   * @throws {StorageError} of a lost race: see {@link untilWon}
   */
  async writeLease(ownerId: string, head: Head, change: (lease: Lease) => Lease | Promise<Lease>): Promise<void> {
    const locks = await this.#locks(ownerId, [head]);
    const found = await this.#table.get<Columns>(ownerId, headKey(head.hash, head.domain));
    const says = readHead(found);
    const lease = await change(says.lease);
    if (lease !== says.lease) {
      await this.#table.transaction(ownerId, [...headActions(ownerId, head, found, { ...says, lease }), ...locks]);
    }
  }

  /**
   * Takes away what suppresses an address as a mere hash.
   *
   * @returns whether there was anything
   * @throws {StorageError} of a lost race: see {@link untilWon}
   */
  async lift(ownerId: string, head: Head): Promise<boolean> {
    const locks = await this.#locks(ownerId, [head]);
    const found = await this.#table.get<Columns>(ownerId, headKey(head.hash, head.domain));
    const { entries, lease, keptSince } = readHead(found);
    if (lease.until === undefined && keptSince === undefined) {
      return false;
    }
    const without = { entries, lease: noLease, keptSince: undefined };
    await this.#table.transaction(ownerId, [...headActions(ownerId, head, found, without), ...locks]);
    return true;
  }

  /** Has to come before anything is read that the locks are to guard. */
  async #locks(ownerId: string, heads: readonly Head[]): Promise<TableAction[]> {
    const keys = [...new Set(heads.map(({ hash }) => lockKey(hash)))];
    const rows = await Promise.all(keys.map((key) => this.#table.get(ownerId, key)));
    return keys.map((rowKey, index) => {
      const row = { partitionKey: ownerId, rowKey };
      const etag = rows[index]?.etag;
      return etag === undefined ? { kind: 'insert', row } : { kind: 'update', row, etag, mode: 'replace' };
    });
  }

  async #counted(ownerId: string, head: CountedHead, keptSince?: number): Promise<TableAction[]> {
    const found = await this.#table.get<Columns>(ownerId, headKey(head.hash, head.domain));
    const says = readHead(found);
    const kept = head.added < 0 ? (says.keptSince ?? keptSince) : says.keptSince;
    return headActions(ownerId, head, found, { ...says, entries: says.entries + head.added, keptSince: kept });
  }
}

/** For how long an address gets no mail. */
export interface Lease {
  /** Product ms; undefined for none. */
  readonly until: number | undefined;
  /** How often it was made longer; undefined for one that no bounce has made. */
  readonly step: number | undefined;
  /** What has made it longer, so that nothing does it twice; short hashes, the last ones. */
  readonly bouncedBy: readonly string[];
}

export const noLease: Lease = { until: undefined, step: undefined, bouncedBy: [] };

/** What a head says; times in product ms. */
interface HeadSays {
  readonly entries: number;
  readonly lease: Lease;
  readonly keptSince: number | undefined;
}

function readHead(found: Columns | undefined): HeadSays {
  const time = (column: string) => (found?.[column] === undefined ? undefined : Number(found[column]));
  const [until, step, keptSince] = [time('until'), time('step'), time('keptSince')];
  const bouncedBy = String(found?.['bouncedBy'] ?? '')
    .split(' ')
    .filter((each) => each !== '');
  return { entries: Number(found?.['entries'] ?? 0), lease: { until, step, bouncedBy }, keptSince };
}

function insertHead(partitionKey: string, { hash, domain, added }: CountedHead): TableAction {
  return { kind: 'insert', row: { partitionKey, rowKey: headKey(hash, domain), entries: added } };
}

/** A head that suppresses nothing is none. */
function headActions(
  ownerId: string,
  { hash, domain }: Head,
  found: object | undefined,
  { entries, lease: { until, step, bouncedBy }, keptSince }: HeadSays,
): TableAction[] {
  const rowKey = headKey(hash, domain);
  if (entries > 0 || until !== undefined || keptSince !== undefined) {
    const by = bouncedBy.length === 0 ? undefined : bouncedBy.join(' ');
    const row: Row = { partitionKey: ownerId, rowKey, entries, until, step, bouncedBy: by, keptSince };
    return [{ kind: 'upsert', row, mode: 'replace' }];
  }
  return found === undefined ? [] : [{ kind: 'remove', rowKey }];
}

export function addressOf({ properties }: ArmItem): string {
  return String(properties['email']);
}

/** Whether a row was not any more, or already, what the writer had read. */
export function isLost(error: unknown): boolean {
  return error instanceof StorageConflict || error instanceof StorageStale || error instanceof StorageNotFound;
}

/** Attempts it anew, from reading on, while somebody else was quicker. */
export async function untilWon<Result>(ids: Ids, attempt: () => Promise<Result>): Promise<Result> {
  for (let losses = 0; ; losses++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isLost(error) || losses === maxLosses) {
        throw error;
      }
      await delay(ids.fraction() * Math.min(longestWaitMs, 2 ** losses));
    }
  }
}
