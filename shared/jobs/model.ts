// Work that outlives a request: erasure, export, purge. A job is a row; a queue message carries its random id and
// nothing else; an entry of the due index wakes a job whose message was lost, or whose time to go on has come.

export interface Job {
  readonly id: string;
  readonly kind: string;
  /** Immutable id of the resource that it works for. */
  readonly resourceId: string;
  /** What it is to do; may hold personal data, and is dropped when the job is done. */
  readonly payload: unknown;
  /** Where the step before ended, as the kind wrote it. */
  readonly cursor: unknown;
  /** Product ms. */
  readonly createdOn: number;
}

/** As it lies in storage. */
export interface StoredJob extends Job {
  readonly etag: string;
  /** When the due index wakes it, product ms. */
  readonly dueMs: number;
}

/** What one bounded step of a job came to. */
export type JobStep =
  | {
      readonly state: 'more';
      readonly cursor: unknown;
      /** The next step is a long one: the due index need not wake the job before this product time, ms. */
      readonly wakeAt?: number;
    }
  /** Go on at this product time, ms, not earlier. */
  | { readonly state: 'wait'; readonly cursor: unknown; readonly until: number }
  /** With a result when somebody watches: it becomes the result of the long-running operation. */
  | { readonly state: 'done'; readonly result?: unknown; readonly keptUntil?: number }
  /** For good: trying again would not help. The job ends, and so does its operation, with this error. */
  | { readonly state: 'failed'; readonly fault: JobFault };

/** An error of a catalogue, as whoever watches the operation gets to see it: no personal data. */
export interface JobFault {
  readonly code: string;
  readonly message: string;
}

export interface JobKind {
  /**
   * Does a bounded piece of work. Must come to the same end when it is done twice, or stopped anywhere.
   *
   * What it throws is tried again, and in the end parked. A failure for good is counted and logged for it; a kind that
   * writes an audit trail writes there itself what became of the work, before it says so.
   */
  step(job: Job): Promise<JobStep>;
}
