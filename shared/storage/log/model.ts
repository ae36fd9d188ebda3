// The words of the partition log. A partition holds one state row and a dense sequence of entries; every change of
// the state takes a sequence number too, so a successful append proves that the state it was decided on was current.

/** Columns of a row beside its keys: strings, numbers and booleans. */
export type Columns = Readonly<Record<string, string | number | boolean>>;

export interface LogEntry {
  readonly sequence: number;
  /** Product time of the append, ms; never goes backwards within a partition. */
  readonly at: number;
  readonly etag: string;
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
}

export interface AppendRequest<State> {
  /**
   * Decides, on the state as it is at this sequence number, what is written. Called again after every lost race.
   * Throws when the append is not permitted (any more); that error reaches the caller.
   */
  propose(state: State, sequence: number, at: number): Proposal<State>;
  /** Equal fingerprints among the newest 200 entries are the same append, repeated by a client. */
  readonly fingerprint?: string;
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

export interface AmendRequest<State> {
  /** Further columns that the decision needs; the entry is then read in any case. */
  readonly reads?: readonly string[];
  /**
   * Decides what becomes of an entry. Called again when it was amended by somebody else meanwhile.
   *
   * @param entry with the columns that the log remembers and those of `reads`, and no others
   * @param now product time, ms
   */
  amend(state: State, entry: LogEntry, now: number): { readonly columns: Columns; readonly mode: 'merge' | 'replace' };
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
