// Removes every row of a deleted thread, in transactions of a hundred. May be stopped anywhere and run again: the state
// row goes last, and what it says is enough to go on.
import { LogNotFound } from '../storage/index.js';
import { formerPrefix } from './access.js';
import { expireThreadKind } from './expire-thread.js';
import { imageBlobName } from './image-names.js';
import { purgeDelayMs } from './limits.js';
import type { ThreadState } from './model.js';
import type { ChatParts } from './parts.js';

/** Former members beyond number are taken out in portions. */
const maxForgottenAtOnce = 1_000;

/**
 * @returns false when it is too early: a process may still hold a cache from before the deletion
 */
export async function purgeThread(parts: ChatParts, threadKey: string): Promise<boolean> {
  let state: ThreadState;
  try {
    state = await parts.threads.state(threadKey, 0);
  } catch (error) {
    if (error instanceof LogNotFound) return true;
    throw error;
  }
  // The pointer was written for a deletion that did not happen.
  if (state.deleted === undefined) return true;
  if (parts.clock.now() < state.deleted.on + purgeDelayMs) return false;

  // By name, so that images go too whose row was never written.
  let continuation: string | undefined;
  do {
    const page = await parts.images.list(imageBlobName(threadKey, ''), continuation);
    for (const name of page.names) await parts.images.remove(name);
    continuation = page.continuation;
  } while (continuation !== undefined);
  await forgetEverybody(parts, threadKey, state);
  for (const dueMs of state.scheduled ?? []) {
    await parts.due.removeAllOf({ kind: expireThreadKind, id: threadKey, dueMs });
  }
  await parts.threads.purge(threadKey, state.deleted.sequence);
  return true;
}

/** Out of the index of users; who left and came back is named twice and counts once. */
async function forgetEverybody(parts: ChatParts, threadKey: string, { members }: ThreadState): Promise<void> {
  const everybody = new Set(members.map(({ id }) => id));
  for await (const { rowKey } of parts.threads.allBeside(threadKey, formerPrefix)) {
    everybody.add(rowKey.slice(formerPrefix.length));
    if (everybody.size < maxForgottenAtOnce) continue;
    await parts.users.remove([...everybody], threadKey);
    everybody.clear();
  }
  await parts.users.remove([...everybody], threadKey);
}
