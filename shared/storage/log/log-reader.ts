// Reads of a log: from storage, and, where it is remembered and proved to be current, from memory.
import type { Table } from '../table.js';
import type { EntryMemory } from './entry-memory.js';
import { afterLog, rowKeyOf, stateKey } from './keys.js';
import { type Columns, type LogEntry, LogNotFound, type LogPage, type LogView, type Older } from './model.js';
import { isNewer, ProvedReads } from './proved-reads.js';
import type { Remembered } from './remembered.js';
import { toEntry, toPage } from './rows.js';
import { decodeState } from './snapshot.js';

export class LogReader<State> {
  readonly #tableOf: (partition: string) => Table;
  readonly #memory: EntryMemory<State>;
  readonly #proved: ProvedReads<State>;

  constructor(tableOf: (partition: string) => Table, memory: EntryMemory<State>) {
    this.#tableOf = tableOf;
    this.#memory = memory;
    this.#proved = new ProvedReads(tableOf, memory);
  }

  /** @throws {LogNotFound} */
  async page(partition: string, limit: number, before?: number): Promise<LogPage<State>> {
    const table = this.#tableOf(partition);
    const from = before === undefined ? stateKey : rowKeyOf(before - 1);
    const [state, { rows, continuation }] = await Promise.all([
      before === undefined ? undefined : table.get<Columns>(partition, stateKey),
      table.query<Columns>({ partition, from, to: afterLog, top: before === undefined ? limit + 1 : limit }),
    ]);
    const stateRow = before === undefined ? rows[0] : state;
    if (stateRow === undefined || stateRow.rowKey !== stateKey) {
      throw new LogNotFound();
    }
    return { state: decodeState<State>(stateRow), stateEtag: stateRow.etag, ...toPage(rows, continuation) };
  }

  /** @throws {LogNotFound} */
  async view(
    partition: string,
    limit: number,
    before: number | undefined,
    isFor: (state: State) => boolean,
  ): Promise<LogView<State>> {
    const remembered = await this.#current(partition, isFor);
    const start = before === undefined ? remembered?.newest.sequence : before - 1;
    const entries = start === undefined ? [] : (remembered?.from(start, limit) ?? []);
    if (remembered !== undefined && entries.length > 0) {
      const hasMore = entries.at(-1)?.sequence !== 1;
      const { state, newest } = remembered;
      return { state, asOf: newest.sequence, entries, hasMore, ...this.#behind(partition, remembered) };
    }
    const { state, entries: read, hasMore } = await this.page(partition, limit, before);
    const isWorthIt = before === undefined && isFor(state) && this.#memory.isReadAgain(partition);
    const taken = isWorthIt ? this.#memory.put(partition, state, read) : undefined;
    // What is remembered otherwise is proved by nobody: whoever is not answered out of it sees nothing of it.
    const asOf = numberOfState(read, before);
    return { state, asOf, entries: read, hasMore, ...this.#behind(partition, taken ?? remembered) };
  }

  /** @throws {LogNotFound} */
  async entry(
    partition: string,
    sequence: number,
    isFor: (state: State) => boolean,
  ): Promise<{ state: State; entry: LogEntry | undefined }> {
    const remembered = await this.#current(partition, isFor);
    if (remembered !== undefined) {
      const { state, newest } = remembered;
      const [entry] = sequence > newest.sequence ? [] : await this.#entriesAt(partition, remembered, [sequence]);
      if (entry === undefined || !isNewer(entry.columns, newest.sequence)) {
        return { state, entry };
      }
    }
    const table = this.#tableOf(partition);
    const [state, row] = await Promise.all([
      table.get<Columns>(partition, stateKey),
      table.get<Columns>(partition, rowKeyOf(sequence)),
    ]);
    const entry = row && toEntry(row);
    // It may have been changed after the state was read.
    const later = entry && isNewer(entry.columns, 0) ? await table.get<Columns>(partition, stateKey) : state;
    if (later === undefined) {
      throw new LogNotFound();
    }
    return { state: decodeState<State>(later), entry };
  }

  /** By what is remembered already one sees for whom it is: others are told nothing quicker than of what is nowhere. */
  async #current(partition: string, isFor: (state: State) => boolean): Promise<Remembered<State> | undefined> {
    const remembered = this.#memory.find(partition);
    return remembered !== undefined && isFor(remembered.state) ? this.#proved.current(partition) : undefined;
  }

  #behind(partition: string, proved: Remembered<State> | undefined): Pick<LogView<State>, 'older' | 'entriesAt'> {
    return {
      older: (limit, before) => this.#older(partition, proved, limit, before),
      entriesAt: (sequences) => this.#entriesAt(partition, proved, sequences),
    };
  }

  async #older(
    partition: string,
    proved: Remembered<State> | undefined,
    limit: number,
    before: number,
  ): Promise<Older> {
    const held = proved?.from(before - 1, limit) ?? [];
    if (held.length > 0) {
      return { entries: held, hasMore: held.at(-1)?.sequence !== 1 };
    }
    const query = { partition, from: rowKeyOf(before - 1), to: afterLog, top: limit };
    let page: Older | undefined;
    await this.#remembering(partition, proved, async () => {
      const { rows, continuation } = await this.#tableOf(partition).query<Columns>(query);
      page = toPage(rows, continuation);
      return (remembered) => remembered.addOlder(page?.entries ?? []);
    });
    return page as unknown as Older;
  }

  async #entriesAt(
    partition: string,
    remembered: Remembered<State> | undefined,
    sequences: readonly number[],
  ): Promise<readonly LogEntry[]> {
    const held = sequences.flatMap((sequence) => remembered?.at(sequence) ?? []);
    const missing = sequences.filter((sequence) => remembered?.at(sequence) === undefined);
    if (missing.length === 0) {
      return held;
    }
    const table = this.#tableOf(partition);
    let read: readonly LogEntry[] = [];
    await this.#remembering(partition, remembered, async () => {
      const rows = await Promise.all(missing.map((sequence) => table.get<Columns>(partition, rowKeyOf(sequence))));
      read = rows.flatMap((row) => (row === undefined ? [] : [toEntry(row)]));
      return (present) => {
        for (const entry of read) {
          present.setChanged(entry);
        }
      };
    });
    return [...held, ...read];
  }

  /** Remembers what was read, unless the partition has changed since the reading began: then it may be older than the rest. */
  async #remembering(
    partition: string,
    before: Remembered<State> | undefined,
    read: () => Promise<(remembered: Remembered<State>) => void>,
  ): Promise<void> {
    const newest = before?.newest;
    const add = await read();
    if (before !== undefined && before === this.#memory.find(partition) && before.newest === newest) {
      this.#memory.change(partition, add);
    }
  }
}

/** Of a page's state, which was read with the newest entries, or at once with those before a number that was there already. */
function numberOfState([first]: readonly LogEntry[], before: number | undefined): number {
  const isDense = before === undefined || first?.sequence === before - 1;
  return isDense ? (first?.sequence ?? 0) : 0;
}
