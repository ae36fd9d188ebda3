// The log: one partition a thing (a chat thread), its state first, its entries newest first. See docs/storage.md.
import type { Clock } from '../../time/clock.js';
import type { Ids } from '../../time/ids.js';
import {
  StorageConflict,
  StorageNotFound,
  StorageStale,
  StorageTooLarge,
  StorageUnknownOutcome,
} from '../storage-error.js';
import type { Table } from '../table.js';
import { maxTransactionActions, type TableAction } from '../table-transaction.js';
import { EntryMemory, type MemoryOptions } from './entry-memory.js';
import { rowKeyOf, stateKey } from './keys.js';
import { LogReader } from './log-reader.js';
import { LookLater } from './look-later.js';
import {
  type Appended,
  type AppendRequest,
  type AppendWatch,
  type BesideRow,
  type Columns,
  type LogEntry,
  LogNotFound,
  type LogPage,
  type LogView,
  type RememberedEntry,
  type Rewriting,
} from './model.js';
import { LogPartition } from './partition.js';
import { behind, purgePartition } from './purge.js';
import type { MemoryBudget } from './recent-entries.js';
import { toEntry } from './rows.js';
import { columnsToChange, decodeState, encodeState, maxSnapshotAgeMs, rememberedColumns } from './snapshot.js';

/** What is kept in memory at most; the partitions used longest ago are forgotten first. */
const maxKnownPartitions = 10_000;
const maxRememberedEntries = 200_000;

/** Each try that fails was overtaken by another that went through. */
const maxAdvanceTries = 50;

export interface LogOptions<State> {
  /** The table that a partition lies in. */
  tableOf(partition: string): Table;
  /** Columns of the newest entries that are kept in memory, so that changing them needs no read. */
  readonly remember: readonly string[];
  readonly clock: Clock;
  readonly ids: Ids;
  /** Columns of the state row that say something of the state without its JSON; they are written with every state. */
  readonly stateColumns?: (state: State) => Columns;
  readonly watch?: AppendWatch<State> | undefined;
  /** For reads; without it they all go to storage. */
  readonly memory?: Omit<MemoryOptions<State>, 'clock'>;
}

export class Log<State> {
  readonly #options: LogOptions<State>;
  readonly #known = new Map<string, LogPartition<State>>();
  readonly #budget: MemoryBudget = { entries: 0 };
  readonly #memory: EntryMemory<State>;
  readonly #reader: LogReader<State>;
  readonly #look = new LookLater(maxSnapshotAgeMs, () => this.#forgetOld());

  constructor(options: LogOptions<State>) {
    this.#options = options;
    this.#memory = new EntryMemory({ maxBytes: 0, mayAnswer: nobody, ...options.memory, clock: options.clock });
    this.#reader = new LogReader((partition) => options.tableOf(partition), this.#memory);
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
    const { ids, clock, stateColumns, watch } = this.#options;
    await watch?.before(partition, state, 0);
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
      watch?.after(partition, state, entries.length, entries.length);
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
   * Replaces entries as they were read, up to 99 in a transaction, each with an entry of its own; their places and times stay.
   *
   * @param options.columns of the entries that say so
   * @param options.isClosed whether the partition is about to be purged: its state is written too, so that a purge under
   *   way, which takes the state last, sees that there is an entry more
   * @throws {StorageStale} when one was changed meanwhile; those before it may be replaced
   */
  async rewrite(
    partition: string,
    changes: readonly Rewriting[],
    options: { readonly columns: Columns; readonly deadline: number; isClosed(state: State): boolean },
  ): Promise<void> {
    const { columns, deadline, isClosed } = options;
    let most = maxTransactionActions - 1;
    for (let done = 0; done < changes.length; ) {
      let rewrites: readonly Rewriting[] = [];
      try {
        await this.append(partition, {
          deadline,
          propose: (state) => {
            const isLast = isClosed(state);
            rewrites = changes.slice(done, done + (isLast ? Math.min(most, maxTransactionActions - 2) : most));
            return { columns, rewrites, ...(isLast && { state }) };
          },
        });
      } catch (error) {
        if (!(error instanceof StorageTooLarge) || rewrites.length <= 1) {
          throw error;
        }
        most = Math.floor(rewrites.length / 2);
        continue;
      }
      done += rewrites.length;
    }
  }

  /** An entry with the columns that the log remembers: from memory, else one read. undefined when there is none. */
  async facts(partition: string, sequence: number): Promise<RememberedEntry | undefined> {
    const { remember } = this.#options;
    const recent = this.#known.get(partition)?.recentEntry(sequence);
    if (recent?.remembered !== undefined) {
      return { ...recent, columns: recent.remembered };
    }
    const select = columnsToChange(remember);
    const row = await this.#options.tableOf(partition).get<Columns>(partition, rowKeyOf(sequence), { select });
    return row && { ...toEntry(row), columns: rememberedColumns(row, remember, Number.POSITIVE_INFINITY) ?? {} };
  }

  /** The state, when what is known of it is at most `maxAgeMs` old; no read. */
  known(partition: string, maxAgeMs: number): State | undefined {
    return this.#known.get(partition)?.knownState(maxAgeMs);
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
   * State and one entry: two point reads at once, or a proof that what is remembered is current; the state once more, after
   * an entry that was changed. The entry is undefined when there is none.
   *
   * @param isFor whether it is for somebody who may know by this state that there is such a partition; others get nothing
   *   out of memory, not even time
   * @throws {LogNotFound}
   */
  entry(
    partition: string,
    sequence: number,
    isFor: (state: State) => boolean = nobody,
  ): Promise<{ state: State; entry: LogEntry | undefined }> {
    return this.#reader.entry(partition, sequence, isFor);
  }

  /**
   * State and a page of entries, newest first. The first page is one query; a later one is a query and a point read at
   * once, because no range holds both.
   *
   * @param before only entries older than this sequence number
   * @param limit 1 to 999
   * @throws {LogNotFound}
   */
  page(partition: string, limit: number, before?: number): Promise<LogPage<State>> {
    return this.#reader.page(partition, limit, before);
  }

  /**
   * The same, with what lies behind it; what is remembered of a partition that is read often is proved to be current, and
   * then not read.
   *
   * @param options.isFor as in {@link entry}
   * @throws {LogNotFound}
   */
  view(
    partition: string,
    options: { readonly limit: number; readonly before?: number | undefined; isFor(state: State): boolean },
  ): Promise<LogView<State>> {
    return this.#reader.view(partition, options.limit, options.before, options.isFor);
  }

  /** One row beside the log; undefined when there is none. */
  async beside(partition: string, rowKey: string): Promise<Columns | undefined> {
    return this.#options.tableOf(partition).get<Columns>(partition, rowKey);
  }

  /** The first thousand rows beside the log whose keys begin like this, or columns of them: one query. */
  async listBeside(partition: string, prefix: string, select?: readonly string[]): Promise<readonly BesideRow[]> {
    const range = { partition, from: prefix, to: behind(prefix), ...(select !== undefined && { select }) };
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
    this.#memory.drop(partition);
  }

  /** What reads have left in memory, by an estimate that is rather too high. */
  get rememberedBytes(): number {
    return this.#memory.bytes;
  }

  /**
   * Forgets whatever names somebody, and what is too old to be built on.
   *
   * @param subject stands for them, by the people of the options of the memory
   */
  forgetPerson(subject: string): void {
    this.#memory.dropPerson(subject);
    const { people } = this.#options.memory ?? {};
    const subjects = new Map<string, string>();
    const isThey = (person: string) => {
      const known = subjects.get(person) ?? people?.subjectOf(person) ?? '';
      subjects.set(person, known);
      return known === subject;
    };
    for (const partition of this.#known.values()) {
      if (people !== undefined && partition.names(people, isThey)) {
        partition.forget();
      }
    }
  }

  /** Forgets what is cached; the next append reads first. */
  forgetAll(): void {
    this.#memory.dropAll();
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
        watch: this.#options.watch,
        budget: this.#budget,
        people: this.#options.memory?.people,
        memory: this.#memory,
      });
    // Set again, so that iteration order is the order of use.
    this.#known.delete(name);
    this.#known.set(name, partition);
    this.#look.begin();
    const isTooMuch = this.#known.size > maxKnownPartitions || this.#budget.entries > maxRememberedEntries;
    if (isTooMuch) {
      this.#forgetOldest();
    }
    return partition;
  }

  /** What is too old to be built on names people for nothing. @returns whether anything is left */
  #forgetOld(): boolean {
    for (const [name, partition] of this.#known) {
      if (partition.isWorthNothing) {
        partition.forget();
        this.#known.delete(name);
      }
    }
    return this.#known.size > 0;
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

function nobody(): boolean {
  return false;
}
