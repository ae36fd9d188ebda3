// How one partition was at one number: its state and its newest entries, as far as they are remembered.
import type { Columns, LogEntry } from './model.js';

/** Entries of one partition at most. */
const maxEntries = 1_000;
/** What an object takes beyond its texts, with what is made of it, bytes; rather too much. */
const bytesPerEntry = 1_200;
const bytesPerColumn = 48;
const bytesPerPerson = 160;
const bytesPerPartition = 2_000;

const isWide = /[\u0100-\uffff]/;

/** Of whom that is hidden nothing is kept. */
export interface RememberedPeople<State> {
  /** Everybody whom a state names, or the columns of an entry. */
  inState(state: State): Iterable<string>;
  inEntry(columns: Columns): Iterable<string>;
  /** Stands for somebody in announcements. */
  subjectOf(person: string): string;
  isHidden(subject: string): boolean;
}

export class Remembered<State> {
  readonly #entries = new Map<number, LogEntry>();
  readonly #people: RememberedPeople<State> | undefined;
  /** Everybody who is, or was, in it, and what stands for them. */
  readonly #subjects = new Map<string, string>();
  #state: State;
  #stateBytes = 0;
  #newest: LogEntry;
  #oldest: number;
  #bytes = bytesPerPartition;
  #counted = 0;
  #namesHidden = false;
  /** Monotonic ms. */
  usedOn = 0;

  constructor(state: State, newest: LogEntry, people: RememberedPeople<State> | undefined) {
    this.#people = people;
    this.#newest = newest;
    this.#oldest = newest.sequence;
    this.#state = state;
    this.setState(state);
    this.#set(newest);
  }

  get state(): State {
    return this.#state;
  }

  get newest(): LogEntry {
    return this.#newest;
  }

  /** All entries from the newest to this one are there. */
  get oldest(): number {
    return this.#oldest;
  }

  /** Whether somebody is in it who is hidden. */
  get namesHidden(): boolean {
    return this.#namesHidden;
  }

  /** Bytes that were taken into account. */
  get counted(): number {
    return this.#counted;
  }

  /** By how many bytes it has grown since this was asked last. */
  takeGrowth(): number {
    const growth = this.#bytes - this.#counted;
    this.#counted = this.#bytes;
    return growth;
  }

  names(subject: string): boolean {
    for (const each of this.#subjects.values()) {
      if (each === subject) {
        return true;
      }
    }
    return false;
  }

  at(sequence: number): LogEntry | undefined {
    return this.#entries.get(sequence);
  }

  /** Newest first; as many as are there without a gap. */
  from(sequence: number, limit: number): LogEntry[] {
    const entries: LogEntry[] = [];
    if (sequence > this.#newest.sequence) {
      return entries;
    }
    for (let next = sequence; entries.length < limit && next >= this.#oldest; next--) {
      entries.push(this.#entries.get(next) as LogEntry);
    }
    return entries;
  }

  setState(state: State): void {
    // About as long as it is in storage; it takes more as objects.
    const bytes = 4 * JSON.stringify(state).length;
    this.#bytes += bytes - this.#stateBytes;
    this.#stateBytes = bytes;
    this.#state = state;
    this.#note(this.#people?.inState(state) ?? []);
  }

  /** @param entries oldest first, each the next after the newest */
  addNewer(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      this.#newest = entry;
      this.#set(entry);
    }
    for (; this.#newest.sequence - this.#oldest >= maxEntries; this.#oldest++) {
      this.#remove(this.#oldest);
    }
  }

  /** @param entries newest first; what does not follow the oldest without a gap is left out */
  addOlder(entries: readonly LogEntry[]): void {
    for (const entry of entries) {
      const isNext = entry.sequence === this.#oldest - 1;
      if (isNext && this.#newest.sequence - entry.sequence < maxEntries) {
        this.#oldest = entry.sequence;
        this.#set(entry);
      }
    }
  }

  /** An entry as it is now: one that is remembered, or one behind the oldest that is listed among the newest. */
  setChanged(entry: LogEntry): void {
    if (this.#entries.has(entry.sequence) || this.#entries.size < 2 * maxEntries) {
      this.#set(entry);
    }
  }

  #set(entry: LogEntry): void {
    this.#remove(entry.sequence);
    this.#entries.set(entry.sequence, { ...entry, made: {} });
    this.#bytes += bytesOf(entry);
    this.#note(this.#people?.inEntry(entry.columns) ?? []);
  }

  #remove(sequence: number): void {
    const entry = this.#entries.get(sequence);
    if (entry !== undefined) {
      this.#entries.delete(sequence);
      this.#bytes -= bytesOf(entry);
    }
  }

  #note(people: Iterable<string>): void {
    for (const person of people) {
      let subject = this.#subjects.get(person);
      if (subject === undefined) {
        subject = this.#people?.subjectOf(person) ?? '';
        this.#subjects.set(person, subject);
        this.#bytes += bytesPerPerson + 2 * person.length;
      }
      this.#namesHidden ||= this.#people?.isHidden(subject) ?? false;
    }
  }
}

/**
 * A character takes one byte, in a text with any beyond Latin-1 two; and all of it is there once more as it is written in an
 * answer.
 */
function bytesOf({ columns }: LogEntry): number {
  let bytes = bytesPerEntry;
  for (const name in columns) {
    const value = columns[name];
    bytes += bytesPerColumn + (typeof value === 'string' ? (isWide.test(value) ? 4 : 2) * value.length : 0);
  }
  return bytes;
}
