// Due work on threads whose policy has run out: marks them expired, lists them for the operator, and closes them for
// good when nobody has restored them in time.
import { LogNotFound } from '../storage/index.js';
import { closeThread } from './delete-thread.js';
import { lifecycleOf } from './lifecycle.js';
import { internalColumns } from './log-entry.js';
import type { ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { type Lifetime, restoreWindowMs, runsOutOn } from './retention.js';

/** Kinds of due work. */
export const expireThreadKind = 'expire-thread';
export const closeExpiredKind = 'close-expired-thread';

const appendTimeoutMs = 10_000;

/** The thread is not to be marked (any more). */
class NotExpired extends Error {}

/** Makes sure that a thread is looked at when its policy runs out; before the policy is written. */
export async function scheduleExpiry(parts: ChatParts, threadKey: string, lifetime: Lifetime): Promise<void> {
  const dueMs = runsOutOn(lifetime);
  if (dueMs !== undefined) {
    await parts.due.add({ kind: expireThreadKind, id: threadKey, dueMs });
  }
}

/** The state with the time that {@link scheduleExpiry} wrote, so that the purge finds it. */
export function withSchedule(state: ThreadState): ThreadState {
  const dueMs = runsOutOn(state);
  if (dueMs === undefined || state.scheduled?.includes(dueMs)) {
    return state;
  }
  return { ...state, scheduled: [...(state.scheduled ?? []), dueMs] };
}

/** Due work: marks a thread expired, if it agrees. */
export async function expireThread(parts: ChatParts, threadKey: string): Promise<boolean> {
  try {
    const state = await parts.threads.state(threadKey, 0);
    const on = isDue(parts, state);
    if (on === undefined) {
      return true;
    }
    // Superset first: the list of expired threads, and the end of the restore window.
    await parts.expired.add(threadKey, state, on);
    await parts.due.add({ kind: closeExpiredKind, id: threadKey, dueMs: on + restoreWindowMs });
    // Before the mark, so that a stop in between does it again. Archives end with what is in them, but one may be older
    // than the policy.
    await parts.copies.dropWhole(state.resourceId, threadKey);
    await parts.threads.append(threadKey, {
      deadline: parts.clock.monotonic() + appendTimeoutMs,
      propose: (current, sequence) => {
        const since = isDue(parts, current);
        if (since === undefined) {
          throw new NotExpired();
        }
        return { columns: internalColumns('threadExpired'), state: { ...current, expired: { on: since, sequence } } };
      },
    });
    return true;
  } catch (error) {
    if (error instanceof LogNotFound || error instanceof NotExpired) {
      return true;
    }
    throw error;
  }
}

/** Due work: closes a thread that nobody has restored in time; its rows go with the next purge. */
export async function closeExpiredThread(parts: ChatParts, threadKey: string): Promise<boolean> {
  try {
    const state = await parts.threads.state(threadKey, 0);
    const isOver = (current: ThreadState) => {
      const now = parts.clock.now();
      const life = lifecycleOf(current, now);
      return life.stage === 'expired' && life.isMarked && now >= life.on + restoreWindowMs;
    };
    if (isOver(state)) {
      await closeThread(parts, threadKey, parts.clock.monotonic() + appendTimeoutMs, (current) => {
        if (!isOver(current)) {
          throw new NotExpired();
        }
      });
    }
    // Restored or closed: it is not an expired thread any more. One that has run out again is about to be listed again.
    const { stage } = lifecycleOf(state, parts.clock.now());
    if (isOver(state) || stage !== 'expired') {
      await parts.expired.remove(threadKey, state.resourceId);
    }
    return true;
  } catch (error) {
    if (error instanceof LogNotFound || error instanceof NotExpired) {
      return true;
    }
    throw error;
  }
}

/** Since when the thread is to be marked; undefined when it is not. */
function isDue(parts: ChatParts, state: ThreadState): number | undefined {
  const life = lifecycleOf(state, parts.clock.now());
  return life.stage === 'expired' && !life.isMarked ? life.on : undefined;
}
