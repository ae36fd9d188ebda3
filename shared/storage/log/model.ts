// The words of the partition log. A partition holds one state row and a dense sequence of entries; every change of
// the state takes a sequence number too, so a successful append proves that the state it was decided on was current.
import type { Fingerprint } from './fingerprint.js';

/** Columns of a row beside its keys: strings, numbers and booleans. */
export type Columns = Readonly<Record<string, string | number | boolean>>;

export interface LogEntry {
  readonly sequence: number;
  /** Product time of the append, ms; never goes backwards within a partition. */
  readonly at: number;
  readonly etag: string;
  readonly columns: Columns;
  /** Present when the entry stays in memory: what was made of it stays with it there, and goes with it. */
  readonly made?: { message?: unknown; text?: string };
}

/** Column of an entry that was changed in its place: number of the newest entry that says so. */
export const amendedColumn = 'amended';
/** Column of an entry that says that another was changed: the number of that one. */
export const ofColumn = 'of';
/** Column of an entry that came with the rewriting of others: how many. */
export const rewritesColumn = 'rewrites';

/** An entry as far as the log remembers it. */
export type RememberedEntry = Pick<LogEntry, 'sequence' | 'at' | 'columns'>;

/** An entry and the columns that replace its own. */
export interface Rewriting {
  readonly entry: LogEntry;
  readonly columns: Columns;
}

/** A row beside the log; its key begins with a letter. */
export interface BesideRow {
  readonly rowKey: string;
  readonly columns: Columns;
}

/** What an append wants written, decided on the current state. */
export interface Proposal<State> {
  readonly columns: Columns;
  /** The new state, when the append changes it. */
  readonly state?: State;
  /** Rows beside the log, written in the same transaction; keys begin with a letter. */
  readonly beside?: readonly BesideRow[];
  /** What becomes of the entry that the append is `of`; its place, time and nonce stay. */
  readonly change?: { readonly columns: Columns; readonly mode: 'merge' | 'replace' };
  /** Entries that are replaced, as they were read; their places, times and nonces stay. */
  readonly rewrites?: readonly Rewriting[];
}

export interface AppendRequest<State> {
  /** Number of an entry that the append changes in its place: what is known of it is decided on as well. */
  readonly of?: number;
  /** Whether that entry is worth a read, by the state alone: not for who will be refused in any case. */
  mayChange?(state: State): boolean;
  /**
   * Decides, on the state as it is at this sequence number, what is written. Called again after every lost race.
   * Throws when the append is not permitted (any more); that error reaches the caller, once it was decided on what was
   * read, or proved by an append, after the request came.
   *
   * @param entry what the append is `of`, as it is at this sequence number, with the columns that the log remembers;
   *   undefined when there is none
   */
  propose(state: State, sequence: number, at: number, entry: RememberedEntry | undefined): Proposal<State>;
  /**
   * An append within a minute that says the same as the newest of its request is that one, repeated by a client; unless that
   * was deleted since.
   */
  readonly fingerprint?: Fingerprint;
  /** Monotonic time, ms, after which the append is given up. */
  readonly deadline: number;
}

export interface Appended<State> {
  /** A state that the partition had when it was written, or has had since. */
  readonly state: State;
  readonly sequence: number;
  readonly at: number;
  /** True when an earlier request had already written it. */
  readonly isRepeat: boolean;
}

/** Who wants to know that a partition is appended to. */
export interface AppendWatch<State> {
  /**
   * Asked right before entries are written, also those that make the partition.
   *
   * @param newest number of the newest entry that is known; 0 while there is none
   * @returns undefined when they may be written at once; else awaited, and asked again. When it rejects nothing is written
   */
  before(partition: string, state: State, newest: number): Promise<void> | undefined;
  /**
   * Told of what was written.
   *
   * @param changes entries that went in the one transaction
   */
  after(partition: string, state: State, newest: number, changes: number): void;
}

/** State and newest entries, as one query found them. */
export interface LogPage<State> {
  readonly state: State;
  /** Changes with the state. */
  readonly stateEtag: string;
  /** Newest first. */
  readonly entries: readonly LogEntry[];
  /** True when older entries may exist. */
  readonly hasMore: boolean;
}

export interface Older {
  /** Newest first. */
  readonly entries: readonly LogEntry[];
  readonly hasMore: boolean;
}

/** State and newest entries, with what lies behind them. */
export interface LogView<State> extends Older {
  readonly state: State;
  /**
   * The state is that of this number, or of a later one. What lies behind the view is read later: of an entry that was changed
   * by a higher number nobody knows by this state who may see it.
   */
  readonly asOf: number;
  /** Further entries: one query, when they are not remembered. At most 1,000. */
  older(limit: number, before: number): Promise<Older>;
  /** Entries by their numbers, where they are there: a point read each that is not remembered, at once. */
  entriesAt(sequences: readonly number[]): Promise<readonly LogEntry[]>;
}

/** No state row: never made, or purged. */
export class LogNotFound extends Error {
  override readonly name = 'LogNotFound';
}

/** The append was not made before its deadline; nothing, or (after a time-out of storage) possibly something, is written. */
export class AppendTimeout extends Error {
  override readonly name = 'AppendTimeout';
}

/** Too many appends wait for this partition. */
export class AppendQueueFull extends Error {
  override readonly name = 'AppendQueueFull';
}
