// Records that outlive what they tell of, for a promised time: receipts and the audit trail. Partition = resource, also
// when that is gone; rows in the order of time, newest first; written once and never changed.
import { type Columns, type DueIndex, StorageConflict, type Stored, type Table } from '../storage/index.js';
import type { Clock } from '../time/clock.js';

export interface LedgerParts {
  readonly table: Table;
  readonly due: DueIndex;
  readonly clock: Clock;
  /** Kind of the due work that removes entries; see {@link Ledger.drop}. */
  readonly dropKind: string;
  /** Product ms. */
  readonly keptForMs: number;
}

export interface LedgerEntry<Content> {
  readonly id: string;
  /** Product ms. */
  readonly keptUntil: number;
  readonly content: Content;
}

/** Enough for every time that a JavaScript date can name. */
const latestMs = 8_640_000_000_000_000;

export class Ledger<Content> {
  readonly #parts: LedgerParts;
  readonly #table: Table;

  constructor(parts: LedgerParts) {
    this.#parts = parts;
    this.#table = parts.table;
  }

  /** How long an entry made at this time is kept, product ms. */
  keptUntil(at: number): number {
    return at + this.#parts.keptForMs;
  }

  /**
   * Writes an entry. Who writes it again, after a crash, gets the one that is there.
   *
   * @param key.uuid tells entries of one moment apart
   * @param key.at product ms; gives the entry its place in the order
   */
  async add(resourceId: string, key: { uuid: string; at: number }, content: Content): Promise<LedgerEntry<Content>> {
    const at = Math.floor(key.at);
    const id = `${String(latestMs - at).padStart(16, '0')}-${key.uuid}`;
    const keptUntil = this.keptUntil(at);
    const written = await this.find(resourceId, id);
    if (written !== undefined) {
      return written;
    }
    await this.#parts.due.add({ kind: this.#parts.dropKind, id: `${resourceId}~${id}`, dueMs: keptUntil });
    try {
      const text = JSON.stringify(content);
      await this.#table.insert({ partitionKey: resourceId, rowKey: id, keptUntil, content: text });
      return { id, keptUntil, content };
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
      return (await this.find(resourceId, id)) ?? { id, keptUntil, content };
    }
  }

  /** undefined when there is none, or its time is over. */
  async find(resourceId: string, id: string): Promise<LedgerEntry<Content> | undefined> {
    if (!/^\d{16}-[\w-]+$/.test(id)) {
      return undefined;
    }
    const row = await this.#table.get<Columns>(resourceId, id);
    return row && this.#entries([row])[0];
  }

  /** @param after id of the last entry of the page before */
  async page(
    resourceId: string,
    limit: number,
    after = '',
  ): Promise<{ entries: readonly LedgerEntry<Content>[]; next?: string }> {
    const from = `${after} `;
    const { rows, continuation } = await this.#table.query<Columns>({ partition: resourceId, from, top: limit });
    const last = rows.at(-1)?.rowKey;
    const entries = this.#entries(rows);
    return continuation === undefined || last === undefined ? { entries } : { entries, next: last };
  }

  /**
   * The entries of all resources, also of those that are gone: resource after resource, newest first in each.
   *
   * @param after as the page before said
   */
  async pageOfAll(
    limit: number,
    after?: string,
  ): Promise<{ entries: readonly (LedgerEntry<Content> & { readonly resourceId: string })[]; next?: string }> {
    const [resourceId = '', id = ''] = after?.split('~', 2) ?? [];
    const rows: Stored<Columns>[] = [];
    let hasMore = false;
    if (after !== undefined) {
      const rest = await this.#table.query<Columns>({ partition: resourceId, from: `${id} `, top: limit });
      rows.push(...rest.rows);
      hasMore = rest.continuation !== undefined || rows.length === limit;
    }
    let continuation: string | undefined;
    while (!hasMore && rows.length < limit) {
      const others = await this.#table.scan<Columns>({
        partitions: { from: after === undefined ? '' : `${resourceId} `, to: '~' },
        top: limit - rows.length,
        ...(continuation !== undefined && { continuation }),
      });
      rows.push(...others.rows);
      ({ continuation } = others);
      if (continuation === undefined) {
        break;
      }
      hasMore = rows.length === limit;
    }
    const last = rows.at(-1);
    const entries = rows.flatMap((row) =>
      this.#entries([row]).map((entry) => ({ ...entry, resourceId: row.partitionKey })),
    );
    return hasMore && last !== undefined ? { entries, next: `${last.partitionKey}~${last.rowKey}` } : { entries };
  }

  /**
   * Due work: removes entries of one resource whose time has come. They are not asked: no entry ever changes, so the time
   * in the index is its own.
   */
  async drop(dueIds: readonly string[]): Promise<boolean> {
    const ids = dueIds.map((dueId) => dueId.slice(dueId.indexOf('~') + 1));
    await this.#table.removeAll(resourceOfDueId(dueIds[0] ?? ''), ids);
    return true;
  }

  #entries(rows: readonly Stored<Columns>[]): LedgerEntry<Content>[] {
    const now = this.#parts.clock.now();
    return rows
      .map((row) => ({
        id: row.rowKey,
        keptUntil: Number(row['keptUntil']),
        content: JSON.parse(String(row['content'])) as Content,
      }))
      .filter(({ keptUntil }) => keptUntil > now);
  }
}

/** The resource of an entry that due work is for. */
export function resourceOfDueId(dueId: string): string {
  return dueId.slice(0, dueId.indexOf('~'));
}
