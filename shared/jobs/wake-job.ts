// Waking jobs: an entry of the due index puts a job back into the queue whose message was lost, or whose time has come.
import { findJob } from './find-job.js';
import { wakeAt, type WakeParts } from './wake-at.js';

/** A message that is lost is made up for after this time, product ms. */
export const wakeAfterMs = 5 * 60_000;

/**
 * Due work: puts a job back into the queue, parked or not, and makes sure that it is woken again.
 *
 * @param isFormer the entry is of version 0.1.0
 */
export async function wakeJob(parts: WakeParts, id: string, isFormer = false): Promise<boolean> {
  const { store, queue, due, clock } = parts;
  if ((await findJob(parts, id, isFormer)) === undefined) {
    // Whoever finished it may have been stopped before this.
    await store.unpark(id);
    return true;
  }
  await due.add(wakeAt(id, clock.now() + wakeAfterMs));
  await queue.send(id);
  return true;
}
