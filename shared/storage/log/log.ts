// The log: one partition a thing (a chat thread), its state first, its entries newest first. See docs/storage.md.
import type { Clock } from '../../time/clock.js';
import type { Ids } from '../../time/ids.js';
import { StorageConflict, StorageNotFound, StorageStale, StorageUnknownOutcome } from '../storage-error.js';
import type { Stored, Table } from '../table.js';
import { maxTransactionActions, type TableAction } from '../table-transaction.js';
import { afterLog, isLogKey, rowKeyOf, sequenceOf, stateKey } from './keys.js';
import {
  type AmendRequest,
  type Appended,
  type AppendRequest,
  AppendTimeout,
  type BesideRow,
  type Columns,
  type LogEntry,
  LogNotFound,
  type LogPage,
} from './model.js';
import { LogPartition } from './partition.js';
import { behind, purgePartition } from './purge.js';
import type { MemoryBudget } from './recent-entries.js';
import { decodeState, encodeState, rememberedColumns, toRecent } from './snapshot.js';

/** What is kept in memory at most; the partitions used longest ago are forgotten first. */
const maxKnownPartitions = 10_000;
const maxRememberedEntries = 200_000;

/** How old the state may be on which an amendment is decided. */
const maxAmendStateAgeMs = 2_000;
const maxAmendTries = 10;
/** Each try that fails was overtaken by another that went through. */
const maxAdvanceTries = 50;

export interface LogOptions<State> {
  /** The table that a partition lies in. */
  tableOf(partition: string): Table;
  /** Columns of the newest entries that are kept in memory, so that amending them needs no read. */
  readonly remember: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  /** Columns of the state row that say something of the state without its JSON; they are written with every state. */
  readonly stateColumns?: (state: State) => Columns;
}

export class Log<State> {
  readonly #options: LogOptions<State>;
  readonly #known = new Map<string, LogPartition<State>>();
  readonly #budget: MemoryBudget = { entries: 0 };

  constructor(options: LogOptions<State>) {
    this.#options = options;
  }

  /**
   * Makes a partition: its state, its first entries and rows beside them in one transaction.
   *
   * @returns the state that is there now, which is another's when the partition existed already
   */
  async create(
    partition: string,
    state: State,
    entries: readonly Columns[],
    beside: readonly BesideRow[] = [],
  ): Promise<{ state: State; isNew: boolean }> {
    const { ids, clock, stateColumns } = this.#options;
    const nonce = ids.bytes(12).toString('base64url');
    const at = clock.now();
    const table = this.#options.tableOf(partition);
    const actions: TableAction[] = [
      {
        kind: 'insert',
        row: { ...stateColumns?.(state), ...encodeState(state), partitionKey: partition, rowKey: stateKey, nonce },
      },
      ...entries.map((columns, index): TableAction => {
        return {
          kind: 'insert',
          row: { ...columns, partitionKey: partition, rowKey: rowKeyOf(index + 1), at, nonce },
        };
      }),
      ...beside.map(({ rowKey, columns }): TableAction => {
        return { kind: 'insert', row: { ...columns, partitionKey: partition, rowKey } };
      }),
    ];
    try {
      await table.transaction(partition, actions);
      return { state, isNew: true };
    } catch (error) {
      if (!(error instanceof StorageConflict) && !(error instanceof StorageUnknownOutcome)) {
        throw error;
      }
      const found = await table.get<Columns>(partition, stateKey);
      if (found === undefined) {
        throw error;
      }
      return { state: decodeState<State>(found), isNew: found['nonce'] === nonce };
    }
  }

  append(partition: string, request: AppendRequest<State>): Promise<Appended<State>> {
    return this.#partition(partition).append(request);
  }

  /**
   * Changes an entry in its place: one conditional write when the entry is among the newest and the state was seen in
   * the last two seconds; each of the two costs a read otherwise.
   *
   * @returns false when there is no such entry
   * @throws {LogNotFound} or what `amend` throws
   */
  async amend(partition: string, sequence: number, request: AmendRequest<State>): Promise<boolean> {
    const { clock } = this.#options;
    const remember = [...this.#options.remember, ...(request.reads ?? [])];
    const table = this.#options.tableOf(partition);
    const rowKey = rowKeyOf(sequence);
    const known = this.#partition(partition);
    let recent = request.reads === undefined ? known.recentEntry(sequence) : undefined;
    for (let tries = 0; tries < maxAmendTries; tries++) {
      const isKnown = recent?.etag !== undefined;
      const [state, row] = await Promise.all([
        this.state(partition, maxAmendStateAgeMs),
        isKnown ? undefined : table.get<Columns>(partition, rowKey, { select: ['at', 'fingerprint', ...remember] }),
      ]);
      if (row !== undefined) {
        recent = toRecent(row, remember);
      }
      if (recent === undefined) {
        return false;
      }
      const { at, etag = '', remembered } = recent;
      const { columns, mode } = request.amend(state, { sequence, at, etag, columns: remembered }, clock.now());
      try {
        const written = await table.update({ ...columns, partitionKey: partition, rowKey, at }, etag, mode);
        const now = mode === 'merge' ? { ...remembered, ...columns } : columns;
        known.remember({ ...recent, etag: written, remembered: rememberedColumns(now, this.#options.remember) });
        return true;
      } catch (error) {
        if (error instanceof StorageNotFound) {
          return false;
        }
        if (!(error instanceof StorageStale)) {
          throw error;
        }
        recent = undefined;
      }
    }
    throw new AppendTimeout();
  }

  /**
   * Replaces entries as they were read, up to a hundred in a transaction; their places and times stay.
   *
   * @throws {StorageStale} when one was changed meanwhile; those before it may be replaced
   */
  async rewrite(partition: string, changes: readonly LogEntry[]): Promise<void> {
    const table = this.#options.tableOf(partition);
    for (let start = 0; start < changes.length; start += maxTransactionActions) {
      const slice = changes.slice(start, start + maxTransactionActions);
      await table.transaction(
        partition,
        slice.map(({ sequence, at, etag, columns }) => ({
          kind: 'update',
          row: { ...columns, partitionKey: partition, rowKey: rowKeyOf(sequence), at },
          etag,
          mode: 'replace',
        })),
      );
    }
    // What is remembered of the entries is not what they are any more.
    if (changes.length > 0) {
      this.#known.get(partition)?.forget();
    }
  }

  /** Whether an entry exists: from memory, since the log is dense, else by reading it together with the state. */
  async has(partition: string, sequence: number): Promise<boolean> {
    if (sequence <= (this.#known.get(partition)?.knownSequence ?? 0)) {
      return true;
    }
    const row = await this.#options.tableOf(partition).get(partition, rowKeyOf(sequence), { select: [] });
    return row !== undefined;
  }

  /**
   * The state: from memory when what is known is at most `maxAgeMs` old, else one point read.
   *
   * @throws {LogNotFound}
   */
  async state(partition: string, maxAgeMs: number): Promise<State> {
    const known = this.#known.get(partition)?.knownState(maxAgeMs);
    if (known !== undefined) {
      return known;
    }
    const entity = await this.#options.tableOf(partition).get<Columns>(partition, stateKey);
    if (entity === undefined) {
      throw new LogNotFound();
    }
    return decodeState<State>(entity);
  }

  /**
   * State and one entry: two point reads at once. The entry is undefined when there is none.
   *
   * @throws {LogNotFound}
   */
  async entry(partition: string, sequence: number): Promise<{ state: State; entry: LogEntry | undefined }> {
    const table = this.#options.tableOf(partition);
    const [state, row] = await Promise.all([
      table.get<Columns>(partition, stateKey),
      table.get<Columns>(partition, rowKeyOf(sequence)),
    ]);
    if (state === undefined) {
      throw new LogNotFound();
    }
    return { state: decodeState<State>(state), entry: row === undefined ? undefined : toEntry(row) };
  }

  /**
   * State and a page of entries, newest first. The first page is one query; a later one is a query and a point read at
   * once, because no range holds both.
   *
   * @param before only entries older than this sequence number
   * @param limit 1 to 999
   * @throws {LogNotFound}
   */
  async page(partition: string, limit: number, before?: number): Promise<LogPage<State>> {
    const table = this.#options.tableOf(partition);
    const from = before === undefined ? stateKey : rowKeyOf(before - 1);
    const [state, { rows, continuation }] = await Promise.all([
      before === undefined ? undefined : table.get<Columns>(partition, stateKey),
      table.query<Columns>({ partition, from, to: afterLog, top: before === undefined ? limit + 1 : limit }),
    ]);
    const stateRow = before === undefined ? rows[0] : state;
    if (stateRow === undefined || stateRow.rowKey !== stateKey) {
      throw new LogNotFound();
    }
    const entries = rows.filter(({ rowKey }) => isLogKey(rowKey)).map(toEntry);
    const hasMore = continuation !== undefined && entries.at(-1)?.sequence !== 1;
    return { state: decodeState<State>(stateRow), stateEtag: stateRow.etag, entries, hasMore };
  }

  /** One row beside the log; undefined when there is none. */
  async beside(partition: string, rowKey: string): Promise<Columns | undefined> {
    return this.#options.tableOf(partition).get<Columns>(partition, rowKey);
  }

  /** The first thousand rows beside the log whose keys begin like this: one query. */
  async listBeside(partition: string, prefix: string): Promise<readonly BesideRow[]> {
    const range = { partition, from: prefix, to: behind(prefix) };
    const { rows } = await this.#options.tableOf(partition).query<Columns>(range);
    return rows.map((row) => ({ rowKey: row.rowKey, columns: row }));
  }

  /** All rows beside the log whose keys begin like this, a page at a time. */
  async *allBeside(partition: string, prefix: string): AsyncGenerator<BesideRow> {
    const range = { partition, from: prefix, to: behind(prefix) };
    for await (const row of this.#options.tableOf(partition).rows<Columns>(range)) {
      yield { rowKey: row.rowKey, columns: row };
    }
  }

  /** Writes a row beside the log, whatever was there. It is not ordered with the entries. */
  async writeBeside(partition: string, rowKey: string, columns: Columns): Promise<void> {
    await this.#options.tableOf(partition).upsert({ ...columns, partitionKey: partition, rowKey }, 'replace');
  }

  /**
   * Writes a row beside the log unless what is there has got as far already: one get and a conditional write.
   *
   * @param column a number that only grows
   */
  async advanceBeside(partition: string, rowKey: string, columns: Columns, column: string): Promise<void> {
    const table = this.#options.tableOf(partition);
    const row = { ...columns, partitionKey: partition, rowKey };
    for (let tries = 1; ; tries++) {
      const present = await table.get<Columns>(partition, rowKey);
      if (present !== undefined && Number(present[column]) >= Number(columns[column])) {
        return;
      }
      try {
        await (present === undefined ? table.insert(row) : table.update(row, present.etag, 'replace'));
        return;
      } catch (error) {
        const isOvertaken =
          error instanceof StorageConflict || error instanceof StorageStale || error instanceof StorageNotFound;
        if (!isOvertaken || tries === maxAdvanceTries) {
          throw error;
        }
      }
    }
  }

  async removeBeside(partition: string, rowKey: string): Promise<void> {
    await this.#options.tableOf(partition).remove(partition, rowKey);
  }

  /**
   * Removes every row of a partition whose newest entry has this sequence number; may be stopped and run again.
   *
   * @throws {StorageStale} when the state is not the one with this ETag: there is an entry more, and the purge has to be
   *   run again
   */
  async purge(partition: string, newest: { readonly sequence: number; readonly stateEtag: string }): Promise<void> {
    await purgePartition(this.#options.tableOf(partition), partition, newest);
    this.#known.get(partition)?.forget();
  }

  /** Forgets what is cached; the next append reads first. */
  forgetAll(): void {
    for (const [partition, known] of this.#known) {
      known.forget();
      if (known.isIdle) {
        this.#known.delete(partition);
      }
    }
  }

  #partition(name: string): LogPartition<State> {
    const known = this.#known.get(name);
    const partition =
      known ??
      new LogPartition<State>({
        table: this.#options.tableOf(name),
        partition: name,
        clock: this.#options.clock,
        ids: this.#options.ids,
        remember: this.#options.remember,
        stateColumns: this.#options.stateColumns,
        budget: this.#budget,
      });
    // Set again, so that iteration order is the order of use.
    this.#known.delete(name);
    this.#known.set(name, partition);
    const isTooMuch = this.#known.size > maxKnownPartitions || this.#budget.entries > maxRememberedEntries;
    if (isTooMuch) {
      this.#forgetOldest();
    }
    return partition;
  }

  #forgetOldest(): void {
    for (const [name, partition] of this.#known) {
      if (!partition.isIdle) {
        continue;
      }
      partition.forget();
      this.#known.delete(name);
      return;
    }
  }
}

function toEntry(row: Stored<Columns>): LogEntry {
  return { sequence: sequenceOf(row.rowKey), at: Number(row['at']), etag: row.etag, columns: row };
}
