// Finds a job wherever it lies. A job that is gone is done.
import type { StoredJob } from './model.js';
import { wakeAt, type WakeParts } from './wake-at.js';

/**
 * @param isFormer an entry of version 0.1.0 in the due index names it
 * @returns undefined when there is no such job (any more)
 */
export async function findJob(
  { store, due }: Pick<WakeParts, 'store' | 'due'>,
  id: string,
  isFormer = false,
): Promise<StoredJob | undefined> {
  // What is no id of ours is no key in storage either.
  if (!/^[\w-]{1,64}$/.test(id)) {
    return undefined;
  }
  const found = await store.find(id);
  if (found !== undefined && !isFormer) {
    return found;
  }
  // Also one that was found: whoever was taking it over may have been stopped before the end.
  const former = await store.findFormer(id, isFormer);
  if (former === undefined) {
    return found;
  }
  // An instance of that version that goes on for a while drops its own entry when it does not find the job.
  await due.add(wakeAt(id, former.dueMs));
  return store.takeOver(former);
}
