// One transaction of a partition's group commit: takes from the queue, in order, what fits into it, and decides each append
// on the state, and on the entry that it changes, as they are before it.
import type { Row } from '../table-row.js';
import { maxTransactionActions, type TableAction } from '../table-transaction.js';
import { toColumn, withoutContent } from './fingerprint.js';
import { rowKeyOf, stateKey } from './keys.js';
import {
  amendedColumn,
  type Appended,
  type AppendRequest,
  AppendTimeout,
  type Columns,
  ofColumn,
  type Proposal,
  rewritesColumn,
} from './model.js';
import type { RecentEntry } from './recent-entries.js';
import { Repeats } from './repeats.js';
import { encodeState, type Snapshot } from './snapshot.js';

export interface Waiting<State> {
  readonly request: AppendRequest<State>;
  /** Random, kept over all attempts: a row that bears it is this append, whoever's answer was lost. */
  readonly nonce: string;
  /** Monotonic ms: what was read before decides no refusal. */
  readonly since: number;
  readonly resolve: (appended: Appended<State>) => void;
  readonly reject: (error: unknown) => void;
}

/** An entry that is changed in its place. */
export interface ChangedEntry {
  readonly row: Row;
  readonly etag: string;
  readonly mode: 'merge' | 'replace';
  /** What was known of it; absent of one that was read by who rewrites it. */
  readonly before?: RecentEntry;
}

/** One transaction about to be sent. */
export interface Batch<State> {
  readonly items: Waiting<State>[];
  readonly rows: Row[];
  readonly at: number[];
  readonly changed: ChangedEntry[];
  readonly beside: Row[];
  readonly state: State;
  readonly isStateChanged: boolean;
  readonly firstSequence: number;
}

export interface Ground<State> {
  readonly partition: string;
  readonly snapshot: Snapshot<State>;
  /** What was just read of entries that are not remembered; undefined of one that is not there. */
  readonly rows: ReadonlyMap<number, RecentEntry | undefined>;
  /** Product ms. */
  now(): number;
  readonly monotonicNow: number;
  /** Actions of a transaction at most; one append may have more. */
  readonly actionLimit: number;
}

/**
 * Empties the queue as far as it can. An append that nothing is to be decided on anew is answered here.
 *
 * @returns `mustLook`: the next one would be refused, or answered, by what is known, which is older than it
 */
export function takeBatch<State>(
  queue: Waiting<State>[],
  { partition, snapshot, rows: read, now, monotonicNow, actionLimit }: Ground<State>,
): { batch: Batch<State>; mustLook: boolean } {
  const batch = {
    items: [] as Waiting<State>[],
    rows: [] as Row[],
    at: [] as number[],
    changed: [] as ChangedEntry[],
    beside: [] as Row[],
  };
  const held = new Set<string>();
  const repeats = new Repeats(snapshot.recent);
  const later: Waiting<State>[] = [];
  let mustLook = false;
  let state = snapshot.state;
  let isStateChanged = false;
  let at = snapshot.lastAt;
  while (queue.length > 0) {
    const item = queue[0] as Waiting<State>;
    const { fingerprint, deadline, of } = item.request;
    const isOlder = snapshot.knownSince < item.since;
    const itemAt = Math.max(at, now());
    const repeated = fingerprint && repeats.find(fingerprint, itemAt);
    if (monotonicNow > deadline) {
      queue.shift();
      item.reject(new AppendTimeout());
      continue;
    }
    if (repeated === 'awaited') {
      queue.shift();
      later.push(item);
      continue;
    }
    if (repeated !== undefined) {
      if (isOlder) {
        // It may have been deleted since, or not be the newest of its request any more.
        mustLook = batch.items.length === 0;
        break;
      }
      queue.shift();
      item.resolve({ state: snapshot.state, sequence: repeated.sequence, at: repeated.at, isRepeat: true });
      continue;
    }
    // One row once a transaction: what changes a row that this one holds is decided when it is written.
    if (of !== undefined && held.has(rowKeyOf(of))) {
      break;
    }
    const sequence = snapshot.sequence + batch.items.length + 1;
    const before = of === undefined ? undefined : known(of, snapshot, read);
    if (before === 'unread' && item.request.mayChange?.(state) !== false) {
      break;
    }
    const entry = before === 'unread' ? undefined : before;
    let proposal: Proposal<State>;
    try {
      proposal = item.request.propose(state, sequence, itemAt, entry && asProposed(entry));
    } catch (error) {
      // What those before it make of the state holds once they are written: a refusal that rests on it waits for that.
      if (isOlder || isStateChanged) {
        mustLook = batch.items.length === 0;
        break;
      }
      queue.shift();
      item.reject(error);
      continue;
    }
    const changed = changedBy(proposal, partition, sequence, entry);
    if (changed.some(({ row }) => held.has(row.rowKey))) {
      break;
    }
    const beside = (proposal.beside ?? []).map(({ rowKey, columns }) => ({
      ...columns,
      partitionKey: partition,
      rowKey,
    }));
    const changesState: boolean = isStateChanged || proposal.state !== undefined;
    const more = 1 + changed.length + beside.length;
    const actions = batch.rows.length + batch.changed.length + batch.beside.length + more + (changesState ? 1 : 0);
    if (actions > actionLimit && batch.items.length > 0) {
      break;
    }
    queue.shift();
    const row = insertedRow(proposal, item, { partition, sequence, at: itemAt });
    batch.items.push(item);
    batch.rows.push(row);
    batch.at.push(itemAt);
    batch.changed.push(...changed);
    batch.beside.push(...beside);
    held.add(row.rowKey);
    for (const each of changed) {
      held.add(each.row.rowKey);
    }
    if (fingerprint !== undefined) {
      repeats.note(fingerprint);
    }
    if (proposal.state !== undefined) {
      state = proposal.state;
    }
    isStateChanged = changesState;
    at = itemAt;
  }
  queue.unshift(...later);
  return { batch: { ...batch, state, isStateChanged, firstSequence: snapshot.sequence + 1 }, mustLook };
}

/** Entries that appends in the queue change, and that nobody remembers: to be read before they are decided on. */
export function toBeRead<State>(queue: readonly Waiting<State>[], snapshot: Snapshot<State>): ReadonlySet<number> {
  const sequences = new Set<number>();
  for (const { request } of queue.slice(0, maxTransactionActions)) {
    const { of } = request;
    if (of !== undefined && known(of, snapshot) === 'unread' && request.mayChange?.(snapshot.state) !== false) {
      sequences.add(of);
    }
  }
  return sequences;
}

/** The log is dense: of what is newer than the newest there is nothing, and everything else is there. */
function known<State>(
  sequence: number,
  { sequence: newest, recent }: Snapshot<State>,
  read?: ReadonlyMap<number, RecentEntry | undefined>,
): RecentEntry | 'unread' | undefined {
  if (sequence > newest || sequence < 1) {
    return undefined;
  }
  const found = recent.find(sequence);
  if (found?.remembered !== undefined) {
    return found;
  }
  return read?.has(sequence) ? read.get(sequence) : 'unread';
}

function asProposed({ sequence, at, remembered = {} }: RecentEntry) {
  return { sequence, at, columns: remembered };
}

function insertedRow<State>(
  { columns, rewrites }: Proposal<State>,
  { nonce, request: { of, fingerprint } }: Waiting<State>,
  { partition, sequence, at }: { readonly partition: string; readonly sequence: number; readonly at: number },
): Row {
  const print = fingerprint && toColumn(fingerprint);
  const row = { ...columns, partitionKey: partition, rowKey: rowKeyOf(sequence), at, nonce, fingerprint: print };
  // Apart: a computed name makes the whole object slow, and most entries change no other.
  return of === undefined && rewrites === undefined
    ? row
    : { ...row, [ofColumn]: of, [rewritesColumn]: rewrites?.length };
}

function changedBy<State>(
  { change, rewrites = [] }: Proposal<State>,
  partitionKey: string,
  amended: number,
  before: RecentEntry | undefined,
): ChangedEntry[] {
  const changed = rewrites.map(({ entry: { sequence, at, etag, columns }, columns: replacing }): ChangedEntry => {
    const nonce = columns['nonce'];
    return {
      row: { ...replacing, partitionKey, rowKey: rowKeyOf(sequence), at, ...(nonce !== undefined && { nonce }) },
      etag,
      mode: 'replace',
    };
  });
  if (change !== undefined && before !== undefined) {
    const { columns, mode } = change;
    const { sequence, at, etag = '*', nonce, fingerprint } = before;
    // What the append was recognised by goes with what it said; the process that edits it still recognises it for as long
    // as repetitions come.
    const left = fingerprint && { fingerprint: toColumn(withoutContent(fingerprint)) };
    const kept = mode === 'replace' ? { nonce } : {};
    const row = {
      ...columns,
      ...kept,
      ...left,
      partitionKey,
      rowKey: rowKeyOf(sequence),
      at,
      [amendedColumn]: amended,
    };
    changed.push({ row, etag, mode, before });
  }
  return changed;
}

/** The batch as storage takes it: inserted rows, changed ones, the state, rows beside the log. */
export function actionsOf<State>(
  batch: Batch<State>,
  partition: string,
  stateColumns: ((state: State) => Columns) | undefined,
): readonly TableAction[] {
  const actions: TableAction[] = batch.rows.map((row) => ({ kind: 'insert', row }));
  for (const { row, etag, mode } of batch.changed) {
    actions.push({ kind: 'update', row, etag, mode });
  }
  if (batch.isStateChanged) {
    // Any ETag: the sequence number that this transaction takes already proves that nobody changed the state.
    const columns = { ...stateColumns?.(batch.state), ...encodeState(batch.state) };
    const state = { ...columns, partitionKey: partition, rowKey: stateKey };
    actions.push({ kind: 'update', row: state, etag: '*', mode: 'replace' });
  }
  for (const row of lastOfEach(batch.beside)) {
    actions.push({ kind: 'upsert', row, mode: 'replace' });
  }
  return actions;
}

/** One row at most once a transaction: the newest wins. */
function lastOfEach(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.rowKey, row])).values()];
}
