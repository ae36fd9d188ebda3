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
import type { Clock } from '../time/clock.js';
import type { JobFault } from './model.js';

/** How long a record is kept after its operation ended, product ms. */
const operationLifeMs = 7 * 24 * 60 * 60_000;

/** Kind of the due work that removes records of operations whose time has come. */
export const dropOperationKind = 'drop-operation';

const maxTries = 5;

export interface OperationRecord {
  readonly id: string;
  readonly kind: string;
  readonly status: 'running' | 'succeeded' | 'failed';
  /** Product ms. */
  readonly createdOn: number;
  /** Product ms. */
  readonly endedOn?: number;
  /** Product ms; undefined while it runs. */
  readonly keptUntil?: number;
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
  | { readonly status: 'failed'; readonly error: JobFault };

export class Operations {
  readonly #table: Table;
  readonly #due: DueIndex;
  readonly #clock: Clock;

  constructor(table: Table, due: DueIndex, clock: Clock) {
    this.#table = table;
    this.#due = due;
    this.#clock = clock;
  }

  /** Beginning it again, even when it has ended, changes nothing. */
  async begin(resourceId: string, id: string, kind: string): Promise<void> {
    const row = { partitionKey: resourceId, rowKey: id, kind, status: 'running', createdOn: this.#clock.now() };
    try {
      await this.#table.insert(row);
    } catch (error) {
      if (!(error instanceof StorageConflict)) {
        throw error;
      }
    }
  }

  /**
   * Ends an operation, or changes how it ended: a failure stays a failure. An operation that nobody was told of, because
   * the process died while starting it, has no record to end.
   */
  async end(resourceId: string, id: string, outcome: OperationOutcome): Promise<void> {
    const endedOn = this.#clock.now();
    const hasFailed = outcome.status === 'failed';
    const keptUntil = (hasFailed ? undefined : outcome.keptUntil) ?? endedOn + operationLifeMs;
    await this.#due.add({ kind: dropOperationKind, id: `${resourceId}~${id}`, dueMs: keptUntil });
    // What it had come to before goes when it fails afterwards.
    const result = JSON.stringify((hasFailed ? undefined : outcome.result) ?? null);
    const failure = hasFailed ? { error: JSON.stringify(outcome.error) } : {};
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
      if (found === undefined || found['status'] === 'failed') {
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
    const error = row['error'] === undefined ? result : JSON.parse(String(row['error']));
    return {
      id,
      kind: String(row['kind']),
      status,
      createdOn: Number(row['createdOn']),
      ...(row['endedOn'] !== undefined && { endedOn: Number(row['endedOn']) }),
      ...(keptUntil !== undefined && { keptUntil }),
      ...(status === 'failed' ? { error: error as JobFault } : result !== undefined && { result }),
    };
  }

  /** Removes the records of a resource that is deleted, a thousand at a time. */
  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }

  /** Due work: removes a record whose time has come. */
  async drop(dueId: string): Promise<boolean> {
    const [resourceId = '', id = ''] = dueId.split('~');
    const row = await this.#table.get<Columns>(resourceId, id);
    if (row === undefined) {
      return true;
    }
    if (Number(row['keptUntil']) > this.#clock.now()) {
      return false;
    }
    await this.#table.remove(resourceId, id);
    return true;
  }
}
