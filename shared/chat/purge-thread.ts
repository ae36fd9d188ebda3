// Removes every row of a deleted thread, in transactions of a hundred. May be stopped anywhere and run again: the state
// row goes last, and what it says is enough to go on.
import { LogNotFound } from '../storage/index.js';
import { formerPrefix } from './access.js';
import { imageBlobName } from './image-names.js';
import { purgeDelayMs } from './limits.js';
import type { ChatParts } from './parts.js';

/**
 * @returns false when it is too early: a process may still hold a cache from before the deletion
 */
export async function purgeThread(parts: ChatParts, threadKey: string): Promise<boolean> {
  let state: Awaited<ReturnType<ChatParts['threads']['state']>>;
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
  for await (const { rowKey } of parts.threads.allBeside(threadKey, formerPrefix)) {
    await parts.users.remove([rowKey.slice(formerPrefix.length)], threadKey);
  }
  const members = state.members.map(({ id }) => id);
  await parts.users.remove(members, threadKey);
  await parts.threads.purge(threadKey, state.deleted.sequence);
  return true;
}
