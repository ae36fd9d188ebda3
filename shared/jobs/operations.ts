// Long-running operations: what the caller who started a job sees of it. A record holds its status and, when it is done,
// its result; never what the job is about. It is kept for a limited time.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  type DueIndex,
  eraseRows,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Table,
} from '../storage/index.js';
import { Fault } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import { jobFaults } from './faults.js';
import type { JobFault } from './model.js';

/** How long a record is kept after its operation ended, product ms. */
const operationLifeMs = 7 * 24 * 60 * 60_000;

/** Kind of the due work that removes records of operations whose time has come. */
export const dropOperationKind = 'drop-operation';

const maxTries = 5;

/** `notStarted` and `running` are under way; the others are ends. */
export type OperationStatus = 'notStarted' | 'running' | 'succeeded' | 'failed' | 'canceled';

/** For an operation whose id the client has chosen, or that waits for its turn. */
export interface BeginOptions {
  readonly status?: 'notStarted' | 'running';
  /** Tells the client's requests apart. Keyed, so that nobody can guess from it what was sent. */
  readonly requestHash?: string;
}

export interface OperationRecord {
  readonly id: string;
  readonly kind: string;
  readonly status: OperationStatus;
  /** Product ms. */
  readonly createdOn: number;
  /** Product ms. */
  readonly endedOn?: number;
  /** Product ms; undefined while it runs. */
  readonly keptUntil?: number;
  /** How far one has come that runs, as its job has noted it. */
  readonly progress?: unknown;
  /** Of one that has succeeded. */
  readonly result?: unknown;
  /** Of one that has failed. */
  readonly error?: JobFault;
}

/** How an operation ended. */
export type OperationOutcome =
  | {
      readonly status: 'succeeded';
      readonly result?: unknown;
      /** Product ms; by default a week from now. */
      readonly keptUntil?: number;
    }
  | { readonly status: 'failed'; readonly error: JobFault }
  | { readonly status: 'canceled' };

export class Operations {
  readonly #table: Table;
  readonly #due: DueIndex;
  readonly #clock: Clock;

  constructor(table: Table, due: DueIndex, clock: Clock) {
    this.#table = table;
    this.#due = due;
    this.#clock = clock;
  }

  /**
   * Beginning it again, even when it has ended, changes nothing.
   *
   * @returns whether it was begun now
   * @throws {Fault} 409 when the id is that of another request
   */
  async begin(resourceId: string, id: string, kind: string, options: BeginOptions = {}): Promise<boolean> {
    const { status = 'running', requestHash } = options;
    const hash = requestHash === undefined ? {} : { requestHash };
    const row = { partitionKey: resourceId, rowKey: id, kind, status, createdOn: this.#clock.now(), ...hash };
    try {
      await this.#table.insert(row);
      return true;
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
    }
    const found = requestHash === undefined ? undefined : await this.#table.get<Columns>(resourceId, id);
    if (found !== undefined && (found['kind'] !== kind || found['requestHash'] !== requestHash)) {
      throw new Fault(jobFaults.operationIdTaken);
    }
    return false;
  }

  /** Says that work on an operation that waited for its turn has begun. */
  async start(resourceId: string, id: string): Promise<void> {
    const found = await this.#table.get<Columns>(resourceId, id, { select: ['status'] });
    if (found?.['status'] !== 'notStarted') {
      return;
    }
    try {
      await this.#table.update({ partitionKey: resourceId, rowKey: id, status: 'running' }, found.etag, 'merge');
    } catch (error) {
      // Somebody has started, cancelled or ended it meanwhile.
      if (!(error instanceof StorageNotFound || error instanceof StorageStale)) {
        throw error;
      }
    }
  }

  /** Notes how far the work has come: counts and names of stores, never what it is about. One that is not there stays so. */
  async note(resourceId: string, id: string, progress: unknown): Promise<void> {
    try {
      const row = { partitionKey: resourceId, rowKey: id, progress: JSON.stringify(progress) };
      await this.#table.update(row, '*', 'merge');
    } catch (error) {
      if (!(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  /**
   * Cancels an operation that is under way; whoever works on it has to look. One that has ended stays what it is.
   *
   * @param only `notStarted`: one that somebody works on goes on
   */
  async cancel(resourceId: string, id: string, only?: 'notStarted'): Promise<void> {
    await this.#end(resourceId, id, { status: 'canceled' }, only);
  }

  /**
   * Ends an operation, or changes how it ended: a failure stays one, and what is cancelled too. An operation that nobody
   * was told of, because the process died while starting it, has no record to end.
   */
  async end(resourceId: string, id: string, outcome: OperationOutcome): Promise<void> {
    await this.#end(resourceId, id, outcome);
  }

  async #end(resourceId: string, id: string, outcome: OperationOutcome, only?: OperationStatus): Promise<void> {
    const endedOn = this.#clock.now();
    const succeeded = outcome.status === 'succeeded' ? outcome : undefined;
    const keptUntil = succeeded?.keptUntil ?? endedOn + operationLifeMs;
    await this.#due.add({ kind: dropOperationKind, id: `${resourceId}~${id}`, dueMs: keptUntil });
    // What it had come to before goes when it fails afterwards.
    const result = JSON.stringify(succeeded?.result ?? null);
    const failure = outcome.status === 'failed' ? { error: JSON.stringify(outcome.error) } : {};
    const row = {
      partitionKey: resourceId,
      rowKey: id,
      status: outcome.status,
      endedOn,
      keptUntil,
      result,
      ...failure,
    };
    for (let tries = 1; ; tries++) {
      const found = await this.#table.get<Columns>(resourceId, id, { select: ['status'] });
      if (found === undefined || !mayEnd(found['status'], outcome.status)) {
        return;
      }
      if (only !== undefined && found['status'] !== only) {
        return;
      }
      try {
        await this.#table.update(row, found.etag, 'merge');
        return;
      } catch (error) {
        if (error instanceof StorageNotFound) {
          return;
        }
        if (!(error instanceof StorageStale) || tries === maxTries) {
          throw error;
        }
      }
    }
  }

  /** undefined when there is none, or its time is over. */
  async find(resourceId: string, id: string): Promise<OperationRecord | undefined> {
    // What is no id of ours is no key in storage either.
    const row = /^[\da-f-]{36}$/.test(id) ? await this.#table.get<Columns>(resourceId, id) : undefined;
    const keptUntil = row?.['keptUntil'] === undefined ? undefined : Number(row['keptUntil']);
    if (row === undefined || (keptUntil !== undefined && keptUntil <= this.#clock.now())) {
      return undefined;
    }
    const status = row['status'] as OperationRecord['status'];
    const result = row['result'] === undefined ? undefined : (JSON.parse(String(row['result'])) as unknown);
    // Version 0.1.0 wrote the error in place of the result.
    const progress = row['progress'] === undefined || status !== 'running' ? undefined : String(row['progress']);
    const error = row['error'] === undefined ? result : JSON.parse(String(row['error']));
    return {
      id,
      kind: String(row['kind']),
      status,
      createdOn: Number(row['createdOn']),
      ...(row['endedOn'] !== undefined && { endedOn: Number(row['endedOn']) }),
      ...(keptUntil !== undefined && { keptUntil }),
      ...(progress !== undefined && { progress: JSON.parse(progress) as unknown }),
      ...(status === 'failed' ? { error: error as JobFault } : result !== undefined && { result }),
    };
  }

  /** Removes the records of a resource that is deleted, a thousand at a time. */
  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }

  /** Due work: removes a record whose time has come. One that ended again is kept longer: it is due then, and not before. */
  async drop(dueId: string): Promise<boolean> {
    const [resourceId = '', id = ''] = dueId.split('~');
    const row = await this.#table.get<Columns>(resourceId, id);
    if (row === undefined) {
      return true;
    }
    const keptUntil = Number(row['keptUntil']);
    if (keptUntil > this.#clock.now()) {
      await this.#due.add({ kind: dropOperationKind, id: dueId, dueMs: keptUntil });
      return true;
    }
    await this.#table.remove(resourceId, id);
    return true;
  }
}

function mayEnd(from: unknown, to: OperationStatus): boolean {
  return from === 'notStarted' || from === 'running' || (from === 'succeeded' && to !== 'canceled');
}
