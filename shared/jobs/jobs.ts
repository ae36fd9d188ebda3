// Starts jobs and works on them, a slice at a time, on any instance, with any instance dying at any moment.
import { StorageNotFound, StorageStale } from '../storage/index.js';
import type { Ids } from '../time/ids.js';
import type { Job, JobKind, JobStep } from './model.js';
import type { Operations } from './operations.js';
import type { StoredJob } from './store.js';
import { wakeAfterMs, wakeAt, type WakeParts } from './wake-job.js';

/** One invocation works this long at most, monotonic ms; then a new message carries on. */
const sliceMs = 20_000;

export interface JobsParts extends WakeParts {
  readonly operations: Operations;
  readonly ids: Ids;
  readonly kinds: Readonly<Record<string, JobKind>>;
}

export class Jobs {
  readonly #parts: JobsParts;

  constructor(parts: JobsParts) {
    this.#parts = parts;
  }

  /**
   * Makes a job that will be done from now on, whatever happens to this process. It is not queued yet: {@link enqueue}
   * is to be called when what the job relies on is written.
   */
  async add(kind: string, resourceId: string, payload: unknown): Promise<string> {
    const { store, due, clock, ids } = this.#parts;
    const id = ids.uuid();
    const dueMs = clock.now() + wakeAfterMs;
    await due.add(wakeAt(id, dueMs));
    await store.add({ id, kind, resourceId, payload, cursor: null, createdOn: clock.now() }, dueMs);
    return id;
  }

  /** Makes a job that somebody watches as a long-running operation of the same id, and queues it. */
  async start(kind: string, resourceId: string, payload: unknown): Promise<string> {
    const id = await this.add(kind, resourceId, payload);
    await this.#parts.operations.begin(resourceId, id, kind);
    await this.enqueue(id);
    return id;
  }

  async enqueue(id: string): Promise<void> {
    await this.#parts.queue.send(id);
  }

  /** Works on a job for a slice of time. A job that is gone is done. */
  async work(id: string): Promise<void> {
    const { store, clock } = this.#parts;
    const until = clock.monotonic() + sliceMs;
    let job = await store.find(id);
    while (job !== undefined && clock.monotonic() < until) {
      const step = await this.#kindOf(job).step(job);
      if (step.state === 'done') {
        await this.#finish(job, step);
        return;
      }
      const saved = await this.#save(job, step.cursor, step.state === 'wait' ? step.until : step.wakeAt);
      if (step.state === 'wait') return;
      job = saved;
    }
    if (job !== undefined) await this.enqueue(id);
  }

  /** Called when the platform has given up on a job. */
  async park(id: string): Promise<void> {
    if ((await this.#parts.store.find(id)) !== undefined) await this.#parts.store.park(id, this.#parts.clock.now());
  }

  parked(): Promise<{ count: number; since: number | undefined }> {
    return this.#parts.store.parked();
  }

  #kindOf(job: Job): JobKind {
    const kind = this.#parts.kinds[job.kind];
    if (kind === undefined) throw new Error(`Nobody works on jobs of kind ${job.kind}.`);
    return kind;
  }

  /** undefined when another worker is at it: this one leaves the job to that one. */
  async #save(job: StoredJob, cursor: unknown, wakeAtMs: number | undefined): Promise<StoredJob | undefined> {
    const { store, due } = this.#parts;
    const dueMs = wakeAtMs ?? job.dueMs;
    try {
      if (dueMs !== job.dueMs) await due.add(wakeAt(job.id, dueMs));
      return await store.save(job, cursor, dueMs);
    } catch (error) {
      if (error instanceof StorageStale || error instanceof StorageNotFound) return undefined;
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
}
