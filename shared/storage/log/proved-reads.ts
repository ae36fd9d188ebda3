// Proves that what is remembered of a partition is current: every change takes a number, so number and nonce of the newest
// entry are the version of the whole. Reading that one row is all it takes; who waits meanwhile shares the next proof.
import type { Stored, Table } from '../table.js';
import type { EntryMemory } from './entry-memory.js';
import { afterLog, firstOfLog, isLogKey, rowKeyOf, stateKey } from './keys.js';
import { amendedColumn, type Columns, type LogEntry, ofColumn, rewritesColumn } from './model.js';
import { toEntry } from './rows.js';
import type { Remembered } from './remembered.js';
import { decodeState } from './snapshot.js';

/** More that is new is not caught up with, but read when it is wanted. */
const maxNewer = 250;
const maxChanged = 50;
const maxTries = 3;

interface Newest {
  readonly sequence: number;
  readonly nonce: unknown;
}

interface Turn<State> {
  /** Settles when the proof is there, or has failed. */
  readonly over: Promise<void>;
  next: Promise<Remembered<State> | undefined> | undefined;
}

export class ProvedReads<State> {
  readonly #tableOf: (partition: string) => Table;
  readonly #memory: EntryMemory<State>;
  readonly #turns = new Map<string, Turn<State>>();

  constructor(tableOf: (partition: string) => Table, memory: EntryMemory<State>) {
    this.#tableOf = tableOf;
    this.#memory = memory;
  }

  /**
   * What is remembered of a partition, as it was at a moment after this was called, or later: one query, shared with all who
   * ask before it begins. undefined when it has to be read.
   */
  async current(partition: string): Promise<Remembered<State> | undefined> {
    if (this.#memory.find(partition) === undefined) {
      return undefined;
    }
    const turn = this.#turns.get(partition);
    // Never the one under way: that may have been answered before this was asked.
    return turn === undefined ? this.#begin(partition) : (turn.next ??= turn.over.then(() => this.#begin(partition)));
  }

  #begin(partition: string): Promise<Remembered<State> | undefined> {
    const proof = this.#prove(partition);
    const turn: Turn<State> = { over: proof.then(noMatter, noMatter), next: undefined };
    this.#turns.set(partition, turn);
    void turn.over.finally(() => {
      if (turn.next === undefined) {
        this.#turns.delete(partition);
      }
    });
    return proof;
  }

  async #prove(partition: string): Promise<Remembered<State> | undefined> {
    const newest = await this.#readNewest(partition);
    for (let tries = 0; tries < maxTries; tries++) {
      const remembered = this.#memory.find(partition);
      if (remembered === undefined) {
        return undefined;
      }
      if (newest === undefined) {
        break;
      }
      if (isIn(remembered, newest)) {
        return remembered;
      }
      const isBehind = newest.sequence > remembered.newest.sequence;
      if (!isBehind || !(await this.#catchUp(partition, remembered))) {
        break;
      }
    }
    this.#memory.drop(partition);
    return undefined;
  }

  async #readNewest(partition: string): Promise<Newest | undefined> {
    const range = { partition, from: firstOfLog, to: afterLog, top: 1, select: ['nonce'] };
    for await (const row of this.#tableOf(partition).rows<Columns>(range)) {
      const { sequence, columns } = toEntry(row);
      return { sequence, nonce: columns['nonce'] };
    }
    return undefined;
  }

  /** Reads state and entries that are new, and the entries that these changed. @returns false when that is too much */
  async #catchUp(partition: string, remembered: Remembered<State>): Promise<boolean> {
    const table = this.#tableOf(partition);
    const known = remembered.newest;
    // With the newest that is known: a partition can be purged, and made anew with as many entries.
    const range = { partition, from: stateKey, to: rowKeyOf(known.sequence - 1), top: maxNewer };
    const { rows, continuation } = await table.query<Columns>(range);
    const [state] = rows;
    const entries = rows.filter(({ rowKey }) => isLogKey(rowKey)).map(toEntry);
    const last = entries.pop();
    const isSame = last?.sequence === known.sequence && last.columns['nonce'] === known.columns['nonce'];
    if (continuation !== undefined || state?.rowKey !== stateKey || !isSame) {
      return false;
    }
    const changed = changedBy(entries);
    if (changed === undefined) {
      return false;
    }
    const changedRows = await Promise.all(changed.map((each) => table.get<Columns>(partition, rowKeyOf(each))));
    if (remembered.newest !== known) {
      // An append of this process went through meanwhile.
      return true;
    }
    const newest = entries[0] ?? known;
    if (changedRows.some((row) => row === undefined || isNewer(row, newest.sequence))) {
      return false;
    }
    this.#memory.change(partition, (present) => {
      present.setState(decodeState<State>(state));
      present.addNewer(entries.toReversed());
      for (const row of changedRows) {
        present.setChanged(toEntry(row as Stored<Columns>));
      }
    });
    return true;
  }
}

function noMatter(): void {}

/** Whether the newest entry of storage is the one that is remembered under its number. */
function isIn<State>(remembered: Remembered<State>, { sequence, nonce }: Newest): boolean {
  const entry = remembered.at(sequence);
  return entry !== undefined && nonce !== undefined && entry.columns['nonce'] === nonce;
}

/** Numbers of older entries that these have changed; undefined when they are too many, or not told. */
function changedBy(entries: readonly LogEntry[]): readonly number[] | undefined {
  const numbers = new Set<number>();
  const oldest = entries.at(-1)?.sequence ?? 0;
  for (const { columns } of entries) {
    const of = columns[ofColumn];
    if (typeof columns[rewritesColumn] === 'number') {
      return undefined;
    }
    if (typeof of === 'number' && of < oldest) {
      numbers.add(of);
    }
  }
  return numbers.size > maxChanged ? undefined : [...numbers];
}

/** Whether an entry was changed later than by this number. */
export function isNewer(columns: Columns, sequence: number): boolean {
  const amended = columns[amendedColumn];
  return typeof amended === 'number' && amended > sequence;
}
