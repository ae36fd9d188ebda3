// Removes every row of a deleted thread, in transactions of a hundred. May be stopped anywhere and run again: the state
// row goes last, and what it says is enough to go on.
import { LogNotFound, type LogPage, StorageStale } from '../storage/index.js';
import { formerPrefix } from './access.js';
import { closeExpiredKind, expireThreadKind } from './expire-thread.js';
import { imageBlobName } from './image-names.js';
import { lifecycleOf } from './lifecycle.js';
import { namedPrefix } from './named-people.js';
import { purgeDelayMs } from './limits.js';
import type { ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { restoreWindowMs } from './retention.js';

/** Former members beyond number are taken out in portions. */
const maxForgottenAtOnce = 1_000;

/**
 * @returns false when it is too early, because a process may still hold a cache from before the deletion, or when
 *   somebody wrote meanwhile
 */
export async function purgeThread(parts: ChatParts, threadKey: string): Promise<boolean> {
  let page: LogPage<ThreadState>;
  try {
    page = await parts.threads.page(threadKey, 1);
  } catch (error) {
    if (error instanceof LogNotFound) {
      return true;
    }
    throw error;
  }
  const { state, stateEtag, entries } = page;
  const life = lifecycleOf(state, parts.clock.now());
  // The pointer was written for a deletion that did not happen.
  if (life.stage !== 'deleted') {
    return true;
  }
  if (parts.clock.now() < life.on + purgeDelayMs) {
    return false;
  }

  await parts.copies.dropWhole(state.resourceId, threadKey);
  // By name, and with what uploads have left that were broken off.
  for await (const name of parts.images.names(imageBlobName(threadKey, ''))) {
    await parts.images.discard(name);
  }
  await forgetEverybody(parts, threadKey, state);
  await forgetExpiry(parts, threadKey, state);
  await parts.telling.beforePurge(threadKey, state);
  try {
    // An erasure writes to a deleted thread too: its last entry need not be the deletion.
    const sequence = Math.max(life.sequence, entries[0]?.sequence ?? 0);
    await parts.threads.purge(threadKey, { sequence, stateEtag });
  } catch (error) {
    if (error instanceof StorageStale) {
      return false;
    }
    throw error;
  }
  return true;
}

/** Whatever leads to the thread at a time that is still to come, and its place in the operator's list. */
async function forgetExpiry(parts: ChatParts, threadKey: string, { scheduled = [], resourceId }: ThreadState) {
  for (const dueMs of scheduled) {
    await parts.due.removeAllOf({ kind: expireThreadKind, id: threadKey, dueMs });
    await parts.due.removeAllOf({ kind: closeExpiredKind, id: threadKey, dueMs: dueMs + restoreWindowMs });
  }
  if (scheduled.length > 0) {
    await parts.expired.remove(threadKey, resourceId);
  }
}

/** Out of the index of users; who left and came back is named twice and counts once. */
async function forgetEverybody(parts: ChatParts, threadKey: string, state: ThreadState): Promise<void> {
  const everybody = new Set(state.members.map(({ id }) => id));
  const prefixes = state.namesOthers ? [formerPrefix, namedPrefix] : [formerPrefix];
  for (const prefix of prefixes) {
    for await (const { rowKey } of parts.threads.allBeside(threadKey, prefix)) {
      everybody.add(rowKey.slice(prefix.length));
      if (everybody.size < maxForgottenAtOnce) {
        continue;
      }
      await parts.users.remove([...everybody], threadKey);
      everybody.clear();
    }
  }
  await parts.users.remove([...everybody], threadKey);
}
