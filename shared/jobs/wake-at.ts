// The entries of the due index that wake jobs.
import type { DueEntry, DueIndex, Queue } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { JobStore } from './store.js';

/** Kind of the due work that wakes jobs. */
export const wakeJobKind = 'resume-job';
/** The same of version 0.1.0, which drops an entry of its own kind when it does not find the job where it looks. */
export const formerWakeJobKind = 'wake-job';

export interface WakeParts {
  readonly store: JobStore;
  readonly queue: Queue;
  readonly due: DueIndex;
  readonly clock: Clock;
}

export function wakeAt(id: string, dueMs: number): DueEntry {
  return { kind: wakeJobKind, id, dueMs: Math.floor(dueMs) };
}
