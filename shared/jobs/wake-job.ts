// Waking jobs: an entry of the due index puts a job back into the queue whose message was lost, or whose time has come.
import type { DueEntry, DueIndex, Queue } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { JobStore } from './store.js';

/** Kind of the due work that wakes jobs. */
export const wakeJobKind = 'wake-job';

/** A message that is lost is made up for after this time, product ms. */
export const wakeAfterMs = 5 * 60_000;

export interface WakeParts {
  readonly store: JobStore;
  readonly queue: Queue;
  readonly due: DueIndex;
  readonly clock: Clock;
}

export function wakeAt(id: string, dueMs: number): DueEntry {
  return { kind: wakeJobKind, id, dueMs: Math.floor(dueMs) };
}

/** Due work: puts a job back into the queue, and makes sure that it is woken again. */
export async function wakeJob({ store, queue, due, clock }: WakeParts, id: string): Promise<boolean> {
  if ((await store.find(id)) === undefined) return true;
  await due.add(wakeAt(id, clock.now() + wakeAfterMs));
  await queue.send(id);
  return true;
}
