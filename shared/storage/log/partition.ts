// Appends to one partition: serialised within the process, grouped into transactions, made safe against other processes
// by the insert conflict on the next sequence number. What arrives while a commit is in flight goes into the next one.
import type { Clock } from '../../time/clock.js';
import type { Ids } from '../../time/ids.js';
import { StorageConflict, StorageStale, StorageUnknownOutcome } from '../storage-error.js';
import type { Table } from '../table.js';
import { maxTransactionActions } from '../table-transaction.js';
import { actionsOf, type Batch, takeBatch, toBeRead, type Waiting } from './batch.js';
import type { EntryMemory } from './entry-memory.js';
import { foldBatch } from './fold-batch.js';
import { withoutContent } from './fingerprint.js';
import { rowKeyOf, sequenceOf } from './keys.js';
import { AppendQueueFull, type Appended, type AppendRequest, type AppendWatch, type Columns } from './model.js';
import type { RecentEntry } from './recent-entries.js';
import type { RememberedPeople } from './remembered.js';
import {
  columnsToChange,
  maxSnapshotAgeMs,
  readSnapshot,
  rememberedColumns,
  type NewRows,
  type Remembering,
  type Snapshot,
  toRecent,
} from './snapshot.js';

/** Appends that wait for one partition at most; one more is refused. */
const maxWaiting = 1_000;
/** A lost race is tried again after a random part of the last commit's time, doubled each time; ms. */
const minBackoffMs = 4;
const maxBackoffMs = 200;

export interface LogPartitionParts<State> extends Remembering {
  readonly table: Table;
  readonly partition: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly stateColumns: ((state: State) => Columns) | undefined;
  readonly watch?: AppendWatch<State> | undefined;
  readonly memory: EntryMemory<State>;
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

  /** Nothing that could be built on is known, and nothing is under way. */
  get isWorthNothing(): boolean {
    return this.isIdle && (this.#snapshot === undefined || this.#isTooOld(this.#snapshot));
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

  /** Whether what is known names somebody, or is too old to be built on. */
  names({ inState, inEntry }: RememberedPeople<State>, isThey: (person: string) => boolean): boolean {
    const snapshot = this.#snapshot;
    if (snapshot === undefined || this.#isTooOld(snapshot)) {
      return snapshot !== undefined;
    }
    const entries = snapshot.recent.all().flatMap(({ remembered = {} }) => [...inEntry(remembered)]);
    return [...inState(snapshot.state), ...entries].some(isThey);
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
      const { ids, clock } = this.#parts;
      const nonce = ids.bytes(12).toString('base64url');
      this.#waiting.push({ request, nonce, since: clock.monotonic(), resolve, reject });
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
        const wait = this.#parts.watch?.before(this.#parts.partition, snapshot.state, snapshot.sequence);
        if (wait !== undefined) {
          await wait;
          continue;
        }
        const rows = await this.#readToChange(snapshot);
        if (this.#snapshot !== snapshot || this.#isTooOld(snapshot)) {
          // Forgotten, or grown too old, while something was read.
          continue;
        }
        const { batch, mustLook } = this.#takeBatch(snapshot, rows);
        if (mustLook) {
          await this.#refresh();
        }
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
    if (known !== undefined && !this.#isTooOld(known)) {
      return known;
    }
    // The partition may have been purged and made anew since.
    this.forget();
    return (await this.#refresh()).snapshot;
  }

  /** To build on. */
  #isTooOld({ knownSince }: Snapshot<State>): boolean {
    return this.#parts.clock.monotonic() - knownSince > maxSnapshotAgeMs;
  }

  async #refresh(): Promise<{ snapshot: Snapshot<State>; newRows: NewRows }> {
    const { table, partition, clock } = this.#parts;
    const read = await readSnapshot(table, partition, clock.monotonic(), this.#snapshot, this.#parts);
    this.#snapshot = read.snapshot;
    return read;
  }

  /** Reads what waiting appends change and nobody remembers: on what is known now, so that the append proves it as well. */
  async #readToChange(snapshot: Snapshot<State>): Promise<ReadonlyMap<number, RecentEntry | undefined>> {
    const sequences = [...toBeRead(this.#waiting, snapshot)];
    const { table, partition, remember } = this.#parts;
    const select = columnsToChange(remember);
    const rows = await Promise.all(
      sequences.map((sequence) => table.get<Columns>(partition, rowKeyOf(sequence), { select })),
    );
    return new Map(
      rows.map((row, index) => [sequences[index] as number, row && toRecent(row, remember, Number.POSITIVE_INFINITY)]),
    );
  }

  #takeBatch(snapshot: Snapshot<State>, rows: ReadonlyMap<number, RecentEntry | undefined>) {
    const { partition, clock } = this.#parts;
    return takeBatch(this.#waiting, {
      partition,
      snapshot,
      rows,
      now: () => clock.now(),
      monotonicNow: clock.monotonic(),
      actionLimit: this.#actionLimit,
    });
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
      if (error instanceof StorageConflict || error instanceof StorageUnknownOutcome) {
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
      const [outdated] = batch.changed;
      if (error instanceof StorageStale && outdated?.before !== undefined) {
        // An instance of an earlier build has changed the entry and taken no number: it is read, and decided on anew.
        snapshot.recent.noteChange(outdated.before.sequence);
        this.#waiting.unshift(...batch.items);
        return false;
      }
      batch.items[0]?.reject(error);
      return true;
    }
    const newest = batch.firstSequence + batch.items.length - 1;
    this.#parts.watch?.after(this.#parts.partition, batch.state, newest, batch.items.length);
    // Forgotten meanwhile (the clock was moved): what is written is written, but nothing is remembered of it.
    const isCurrent = this.#snapshot === snapshot;
    if (isCurrent) {
      Object.assign(snapshot, { state: batch.state, knownSince: began });
    }
    const previous = snapshot.recent.find(batch.firstSequence - 1);
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
          nonce: item.nonce,
          remembered: rememberedColumns(batch.rows[index] as Columns, this.#parts.remember),
          fingerprint: item.request.fingerprint,
        });
      }
      item.resolve({ state: batch.state, sequence, at, isRepeat: false });
    });
    this.#remember(batch, previous, etags);
    if (isCurrent) {
      this.#rememberChanges(snapshot, batch, etags.slice(batch.rows.length));
    }
    this.#actionLimit = Math.min(maxTransactionActions, this.#actionLimit * 2);
    return true;
  }

  /** What is read often is remembered for reads too. */
  #remember(batch: Batch<State>, previous: RecentEntry | undefined, etags: readonly (string | undefined)[]): void {
    const { memory, partition } = this.#parts;
    memory.change(partition, (remembered) => foldBatch(remembered, batch, previous, etags));
  }

  #rememberChanges({ recent }: Snapshot<State>, { changed }: Batch<State>, etags: readonly (string | undefined)[]) {
    for (const [index, { row, mode, before }] of changed.entries()) {
      if (before === undefined) {
        recent.unremember(sequenceOf(row.rowKey));
        continue;
      }
      const columns = mode === 'merge' ? { ...before.remembered, ...row } : row;
      const remembered = rememberedColumns(columns as Columns, this.#parts.remember);
      const { fingerprint: known } = before;
      // What was replaced is deleted: nothing is a repetition of it.
      const fingerprint = known && mode === 'replace' ? withoutContent(known) : known;
      recent.replace({ ...before, etag: etags[index], remembered, fingerprint });
    }
  }

  /** @returns the ETags of the entries, and of those that are changed */
  async #write(batch: Batch<State>): Promise<readonly (string | undefined)[]> {
    const { table, partition, stateColumns } = this.#parts;
    const actions = actionsOf(batch, partition, stateColumns);
    const [only] = actions;
    return only?.kind === 'insert' && actions.length === 1
      ? [await table.insert(only.row)]
      : table.transaction(partition, actions);
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
