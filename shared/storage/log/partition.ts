// Appends to one partition: serialised within the process, grouped into transactions, made safe against other processes
// by the insert conflict on the next sequence number. What arrives while a commit is in flight goes into the next one.
import type { Clock } from '../../time/clock.js';
import type { Ids } from '../../time/ids.js';
import { StorageConflict, StorageStale, StorageUnknownOutcome } from '../storage-error.js';
import type { Table } from '../table.js';
import type { Row } from '../table-row.js';
import { maxTransactionActions, type TableAction } from '../table-transaction.js';
import { rowKeyOf, stateKey } from './keys.js';
import {
  AppendQueueFull,
  AppendTimeout,
  type Appended,
  type AppendRequest,
  type Columns,
  type Proposal,
} from './model.js';
import type { RecentEntry } from './recent-entries.js';
import {
  encodeState,
  maxSnapshotAgeMs,
  readSnapshot,
  rememberedColumns,
  type NewRows,
  type Remembering,
  type Snapshot,
} from './snapshot.js';

/** Appends that wait for one partition at most; one more is refused. */
const maxWaiting = 1_000;
/** A lost race is tried again after a random part of the last commit's time, doubled each time; ms. */
const minBackoffMs = 4;
const maxBackoffMs = 200;

interface Waiting<State> {
  readonly request: AppendRequest<State>;
  /** Random, kept over all attempts: a row that bears it is this append, whoever's answer was lost. */
  readonly nonce: string;
  readonly resolve: (appended: Appended<State>) => void;
  readonly reject: (error: unknown) => void;
}

/** One transaction about to be sent. */
interface Batch<State> {
  readonly items: Waiting<State>[];
  readonly rows: Row[];
  readonly at: number[];
  readonly beside: Row[];
  readonly state: State;
  readonly isStateChanged: boolean;
  readonly firstSequence: number;
}

export interface LogPartitionParts<State> extends Remembering {
  readonly table: Table;
  readonly partition: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly stateColumns: ((state: State) => Columns) | undefined;
}

export class LogPartition<State> {
  readonly #parts: LogPartitionParts<State>;
  #snapshot: Snapshot<State> | undefined;
  #waiting: Waiting<State>[] = [];
  #isRunning = false;
  #actionLimit = maxTransactionActions;
  #lastCommitMs = 0;

  constructor(parts: LogPartitionParts<State>) {
    this.#parts = parts;
  }

  get isIdle(): boolean {
    return !this.#isRunning;
  }

  /** The state, when what is known of it is at most `maxAgeMs` old; no read. */
  knownState(maxAgeMs: number): State | undefined {
    const snapshot = this.#snapshot;
    return snapshot !== undefined && this.#parts.clock.monotonic() - snapshot.knownSince <= maxAgeMs
      ? snapshot.state
      : undefined;
  }

  /** What is remembered of a recent entry. */
  recentEntry(sequence: number): RecentEntry | undefined {
    return this.#snapshot?.recent.find(sequence);
  }

  /** Newest sequence number that is known; entries up to it exist. */
  get knownSequence(): number {
    return this.#snapshot?.sequence ?? 0;
  }

  /** Replaces what is remembered of an entry after it was amended, or found to be. */
  remember(entry: RecentEntry): void {
    if (this.#snapshot?.recent.find(entry.sequence) !== undefined) {
      this.#snapshot.recent.set(entry);
    }
  }

  forget(): void {
    this.#snapshot?.recent.forget();
    this.#snapshot = undefined;
  }

  /** @throws {AppendQueueFull} {AppendTimeout} {LogNotFound} or what `propose` throws */
  append(request: AppendRequest<State>): Promise<Appended<State>> {
    if (this.#waiting.length >= maxWaiting) {
      return Promise.reject(new AppendQueueFull());
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, nonce: this.#parts.ids.bytes(12).toString('base64url'), resolve, reject });
      if (!this.#isRunning) {
        this.#isRunning = true;
        void this.#run();
      }
    });
  }

  async #run(): Promise<void> {
    let attempt = 0;
    while (this.#waiting.length > 0) {
      try {
        const snapshot = await this.#current();
        const batch = this.#takeBatch(snapshot);
        if (batch.items.length === 0) {
          continue;
        }
        attempt = (await this.#commit(snapshot, batch)) ? 0 : attempt + 1;
      } catch (error) {
        // What is known can no longer be told from what is stored; everybody who waits hears of it.
        this.forget();
        for (const item of this.#waiting.splice(0)) {
          item.reject(error);
        }
      }
      if (attempt > 0) {
        await this.#backOff(attempt);
      }
    }
    this.#isRunning = false;
  }

  async #current(): Promise<Snapshot<State>> {
    const known = this.#snapshot;
    if (known !== undefined && this.#parts.clock.monotonic() - known.knownSince <= maxSnapshotAgeMs) {
      return known;
    }
    // Too old to build on: the partition may have been purged and made anew since.
    this.forget();
    return (await this.#refresh()).snapshot;
  }

  async #refresh(): Promise<{ snapshot: Snapshot<State>; newRows: NewRows }> {
    const { table, partition, clock } = this.#parts;
    const read = await readSnapshot(table, partition, clock.monotonic(), this.#snapshot, this.#parts);
    this.#snapshot = read.snapshot;
    return read;
  }

  /** Takes from the queue what fits into one transaction, in order, and decides each item on the state before it. */
  #takeBatch(snapshot: Snapshot<State>): Batch<State> {
    const batch = { items: [] as Waiting<State>[], rows: [] as Row[], at: [] as number[], beside: [] as Row[] };
    const fingerprints = new Set<string>();
    const later: Waiting<State>[] = [];
    let state = snapshot.state;
    let isStateChanged = false;
    let at = snapshot.lastAt;
    const now = this.#parts.clock.monotonic();
    while (this.#waiting.length > 0) {
      const item = this.#waiting[0] as Waiting<State>;
      const { fingerprint } = item.request;
      const repeated = fingerprint === undefined ? undefined : snapshot.recent.findRepeated(fingerprint);
      if (repeated !== undefined || now > item.request.deadline || (fingerprint && fingerprints.has(fingerprint))) {
        this.#waiting.shift();
        if (repeated !== undefined) {
          item.resolve({ state: snapshot.state, sequence: repeated.sequence, at: repeated.at, isRepeat: true });
        } else if (now > item.request.deadline) {
          item.reject(new AppendTimeout());
        } else {
          later.push(item);
        }
        continue;
      }
      const sequence = snapshot.sequence + batch.items.length + 1;
      const itemAt = Math.max(at, this.#parts.clock.now());
      let proposal: Proposal<State>;
      try {
        proposal = item.request.propose(state, sequence, itemAt);
      } catch (error) {
        this.#waiting.shift();
        item.reject(error);
        continue;
      }
      const row = this.#row(sequence, itemAt, item, proposal);
      const beside = (proposal.beside ?? []).map(({ rowKey, columns }) => ({
        ...columns,
        partitionKey: this.#parts.partition,
        rowKey,
      }));
      const changesState: boolean = isStateChanged || proposal.state !== undefined;
      const actions = batch.rows.length + 1 + batch.beside.length + beside.length + (changesState ? 1 : 0);
      if (actions > this.#actionLimit && batch.items.length > 0) {
        break;
      }
      this.#waiting.shift();
      batch.items.push(item);
      batch.rows.push(row);
      batch.at.push(itemAt);
      batch.beside.push(...beside);
      if (fingerprint !== undefined) {
        fingerprints.add(fingerprint);
      }
      if (proposal.state !== undefined) {
        state = proposal.state;
      }
      isStateChanged = changesState;
      at = itemAt;
    }
    this.#waiting.unshift(...later);
    return { ...batch, state, isStateChanged, firstSequence: snapshot.sequence + 1 };
  }

  #row(sequence: number, at: number, item: Waiting<State>, proposal: Proposal<State>): Row {
    return {
      ...proposal.columns,
      partitionKey: this.#parts.partition,
      rowKey: rowKeyOf(sequence),
      at,
      nonce: item.nonce,
      fingerprint: item.request.fingerprint,
    };
  }

  /** @returns false when another process was first, or the outcome had to be looked up, and the batch is tried again */
  async #commit(snapshot: Snapshot<State>, batch: Batch<State>): Promise<boolean> {
    const began = this.#parts.clock.monotonic();
    let etags: readonly (string | undefined)[];
    try {
      etags = await this.#write(batch);
      this.#lastCommitMs = this.#parts.clock.monotonic() - began;
    } catch (error) {
      this.#lastCommitMs = this.#parts.clock.monotonic() - began;
      if (error instanceof StorageConflict || error instanceof StorageStale || error instanceof StorageUnknownOutcome) {
        await this.#settle(batch);
        return false;
      }
      if (batch.items.length > 1) {
        // One bad row must not take the good ones with it: halve until only it fails.
        this.#actionLimit = Math.max(1, Math.floor(batch.items.length / 2));
        this.#waiting.unshift(...batch.items);
        return true;
      }
      this.#actionLimit = maxTransactionActions;
      batch.items[0]?.reject(error);
      return true;
    }
    // Forgotten meanwhile (the clock was moved): what is written is written, but nothing is remembered of it.
    const isCurrent = this.#snapshot === snapshot;
    if (isCurrent) {
      Object.assign(snapshot, { state: batch.state, knownSince: began });
    }
    batch.items.forEach((item, index) => {
      const sequence = batch.firstSequence + index;
      const at = batch.at[index] as number;
      if (isCurrent) {
        snapshot.sequence = sequence;
        snapshot.lastAt = at;
        snapshot.recent.set({
          sequence,
          at,
          etag: etags[index],
          remembered: rememberedColumns(batch.rows[index] as Columns, this.#parts.remember),
          fingerprint: item.request.fingerprint,
        });
      }
      item.resolve({ state: batch.state, sequence, at, isRepeat: false });
    });
    this.#actionLimit = Math.min(maxTransactionActions, this.#actionLimit * 2);
    return true;
  }

  /** @returns the ETags of the entries */
  async #write(batch: Batch<State>): Promise<readonly (string | undefined)[]> {
    const [row] = batch.rows;
    if (batch.rows.length === 1 && row !== undefined && !batch.isStateChanged && batch.beside.length === 0) {
      return [await this.#parts.table.insert(row)];
    }
    const actions: TableAction[] = batch.rows.map((each) => ({ kind: 'insert', row: each }));
    if (batch.isStateChanged) {
      // Any ETag: the sequence number that this transaction takes already proves that nobody changed the state.
      const { partition, stateColumns } = this.#parts;
      const columns = { ...stateColumns?.(batch.state), ...encodeState(batch.state) };
      const state = { ...columns, partitionKey: partition, rowKey: stateKey };
      actions.push({ kind: 'update', row: state, etag: '*', mode: 'replace' });
    }
    for (const each of lastOfEach(batch.beside)) {
      actions.push({ kind: 'upsert', row: each, mode: 'replace' });
    }
    return this.#parts.table.transaction(this.#parts.partition, actions);
  }

  /** Rows with our nonces are ours and done; the rest goes back to the head of the queue. */
  async #settle(batch: Batch<State>): Promise<void> {
    let state: State;
    let newRows: NewRows;
    try {
      ({
        snapshot: { state },
        newRows,
      } = await this.#refresh());
    } catch (error) {
      for (const item of batch.items) {
        item.reject(error);
      }
      throw error;
    }
    const unsettled = batch.items.filter((item) => {
      const row = newRows.get(item.nonce);
      if (row === undefined) {
        return true;
      }
      item.resolve({ state, sequence: row.sequence, at: row.at, isRepeat: false });
      return false;
    });
    this.#waiting.unshift(...unsettled);
  }

  #backOff(attempt: number): Promise<void> {
    const ceiling = Math.min(maxBackoffMs, Math.max(minBackoffMs, this.#lastCommitMs) * 2 ** attempt);
    return new Promise((resolve) => setTimeout(resolve, this.#parts.ids.fraction() * ceiling));
  }
}

/** One row at most once a transaction: the newest wins. */
function lastOfEach(rows: readonly Row[]): Row[] {
  return [...new Map(rows.map((row) => [row.rowKey, row])).values()];
}
