// Starts jobs and works on them, a slice at a time, on any instance, with any instance dying at any moment.
import { StorageNotFound, StorageStale } from '../storage/index.js';
import type { Ids } from '../time/ids.js';
import { findJob } from './find-job.js';
import type { Job, JobFault, JobKind, JobStep, StoredJob } from './model.js';
import type { Operations } from './operations.js';
import { wakeAt, type WakeParts } from './wake-at.js';
import { wakeAfterMs } from './wake-job.js';

/** One invocation works this long at most, monotonic ms; then a new message carries on. */
const sliceMs = 20_000;
/** Seven days: what a queue allows. */
const maxQueueDelaySeconds = 604_800;

export interface JobsParts extends WakeParts {
  readonly operations: Operations;
  readonly ids: Ids;
  /** Rejects when the storage is that of another geography: then no job is made or worked on. */
  requireOwnStorage(): Promise<void>;
  /** Told of every job that is worked on, and how long ago it was made, product ms. */
  recordWork?(kind: string, ageMs: number): void;
  /** Told of every job that has failed for good, once or twice, and the code of the error. */
  recordFailure(job: Pick<Job, 'id' | 'kind'>, code: string): void;
}

export class Jobs {
  readonly #parts: JobsParts;
  readonly #kinds = new Map<string, JobKind>();

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /**
   * Takes kinds of jobs to work on.
   *
   * @throws {Error} when a kind is known already
   */
  learn(kinds: Readonly<Record<string, JobKind>>): void {
    for (const [name, kind] of Object.entries(kinds)) {
      if (this.#kinds.has(name)) {
        throw new Error(`Two capabilities work on jobs of kind ${name}.`);
      }
      this.#kinds.set(name, kind);
    }
  }

  /**
   * Makes a job that will be done from now on, whatever happens to this process. It is not queued yet: {@link enqueue}
   * is to be called when what the job relies on is written.
   */
  async add(kind: string, resourceId: string, payload: unknown): Promise<Pick<Job, 'id' | 'createdOn'>> {
    const { store, due, clock, ids, requireOwnStorage } = this.#parts;
    await requireOwnStorage();
    const id = ids.uuid();
    const createdOn = clock.now();
    const dueMs = createdOn + wakeAfterMs;
    await due.add(wakeAt(id, dueMs));
    await store.add({ id, kind, resourceId, payload, cursor: null, createdOn }, dueMs);
    return { id, createdOn };
  }

  /** Rejects when the storage is that of another geography. */
  requireOwnStorage(): Promise<void> {
    return this.#parts.requireOwnStorage();
  }

  async enqueue(id: string): Promise<void> {
    await this.#parts.queue.send(id);
  }

  /** Works on a job for a slice of time. A job that is gone is done. */
  async work(id: string): Promise<void> {
    const { clock, requireOwnStorage } = this.#parts;
    await requireOwnStorage();
    const until = clock.monotonic() + sliceMs;
    let job = await findJob(this.#parts, id);
    if (job !== undefined) {
      this.#parts.recordWork?.(job.kind, clock.now() - job.createdOn);
    }
    while (job !== undefined && clock.monotonic() < until) {
      const step = await this.#kindOf(job).step(job);
      if (step.state === 'done') {
        await this.#finish(job, step);
        return;
      }
      if (step.state === 'failed') {
        await this.#fail(job, step.fault);
        return;
      }
      if (step.state === 'wait') {
        return await this.#wait(job, step);
      }
      job = await this.#save(job, step.cursor, step.wakeAt);
    }
    if (job !== undefined) {
      await this.enqueue(id);
    }
  }

  /** Called when the platform has given up on a job. @returns whether there is such a job (still) */
  async park(id: string): Promise<boolean> {
    const { store, clock, requireOwnStorage } = this.#parts;
    await requireOwnStorage();
    if ((await findJob(this.#parts, id)) === undefined) {
      return false;
    }
    await store.park(id, clock.now());
    // Marked first: whoever finishes it meanwhile takes the mark away, or has finished before this look.
    if ((await store.find(id)) !== undefined) {
      return true;
    }
    await store.unpark(id);
    return false;
  }

  /** Where a job stands; undefined when it is done, or there is none. */
  async cursorOf(id: string): Promise<{ readonly cursor: unknown } | undefined> {
    const job = await findJob(this.#parts, id);
    return job && { cursor: job.cursor };
  }

  parked(): Promise<{ count: number; since: number | undefined }> {
    return this.#parts.store.parked();
  }

  #kindOf(job: Job): JobKind {
    const kind = this.#kinds.get(job.kind);
    if (kind === undefined) {
      throw new Error(`Nobody works on jobs of kind ${job.kind}.`);
    }
    return kind;
  }

  /**
   * Puts a job off. A message that stays hidden until then wakes it to the second; the due index does when that message
   * is lost, or product time has jumped. A job that is put off to the same time once more has its message already.
   */
  async #wait(job: StoredJob, { cursor, until }: JobStep & { state: 'wait' }): Promise<void> {
    const saved = await this.#save(job, cursor, until);
    if (saved === undefined || until === job.dueMs) {
      return;
    }
    const delaySeconds = Math.ceil(Math.max(0, until - this.#parts.clock.now()) / 1000);
    await this.#parts.queue.send(job.id, Math.min(delaySeconds, maxQueueDelaySeconds));
  }

  /** undefined when another worker is at it: this one leaves the job to that one. */
  async #save(job: StoredJob, cursor: unknown, wakeAtMs: number | undefined): Promise<StoredJob | undefined> {
    const { store, due } = this.#parts;
    const dueMs = wakeAtMs ?? job.dueMs;
    try {
      if (dueMs !== job.dueMs) {
        await due.add(wakeAt(job.id, dueMs));
      }
      return await store.save(job, cursor, dueMs);
    } catch (error) {
      if (error instanceof StorageStale || error instanceof StorageNotFound) {
        return undefined;
      }
      throw error;
    }
  }

  async #finish(job: StoredJob, { result, keptUntil }: JobStep & { state: 'done' }): Promise<void> {
    if (result !== undefined) {
      await this.#parts.operations.end(job.resourceId, job.id, {
        status: 'succeeded',
        result,
        ...(keptUntil !== undefined && { keptUntil }),
      });
    }
    // What is still to wake it finds nothing, and goes.
    await this.#parts.store.remove(job.id);
  }

  async #fail(job: StoredJob, error: JobFault): Promise<void> {
    this.#parts.recordFailure(job, error.code);
    await this.#parts.operations.end(job.resourceId, job.id, { status: 'failed', error });
    await this.#parts.store.remove(job.id);
  }
}
