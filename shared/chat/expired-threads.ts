// What an operator can do with expired threads: list them, without topic or content, and restore one in time.
import { Fault } from '../http/index.js';
import type { Resource } from '../geography/index.js';
import { LogNotFound } from '../storage/index.js';
import { scheduleExpiry, withSchedule } from './expire-thread.js';
import { chatFaults } from './faults.js';
import { lifecycleOf } from './lifecycle.js';
import { internalColumns } from './log-entry.js';
import type { RetentionPolicy, ThreadState } from './model.js';
import { type ChatParts, requireThread } from './parts.js';
import { restoreWindowMs, runsOutOn } from './retention.js';
import { type AskedThread, isIdOf, threadIdOf } from './thread-id.js';

export interface ExpiredThread {
  readonly id: string;
  readonly participants: number;
  /** Product ms. */
  readonly expiredOn: number;
  /** Product ms. */
  readonly restorableUntil: number;
}

export async function listExpiredThreads(
  parts: ChatParts,
  resource: Resource,
  options: { readonly limit: number; readonly after?: string | undefined },
): Promise<{ threads: readonly ExpiredThread[]; after?: string }> {
  const { threadKeys, next } = await parts.expired.page(resource.immutableId, options.limit, options.after);
  const found = await Promise.all(threadKeys.map((key) => describe(parts, resource, key)));
  const threads = found.filter((thread) => thread !== undefined);
  return next === undefined ? { threads } : { threads, after: next };
}

/**
 * Brings an expired thread back, with what had not been deleted or erased meanwhile.
 *
 * @param deadline monotonic time, ms
 * @throws {Fault} 404 when there is no such expired thread (any more), 400 when the new policy would have run out too
 */
export async function restoreThread(
  parts: ChatParts,
  resource: Resource,
  threadId: string,
  policy: RetentionPolicy,
  deadline: number,
): Promise<void> {
  const thread = requireThread({ resource, threadId });
  try {
    const { createdOn } = requireRestorable(parts, thread, await parts.threads.state(thread.key, 0));
    const now = parts.clock.now();
    const end = runsOutOn({ createdOn, retention: policy });
    if (end !== undefined && end <= now) {
      throw new Fault(chatFaults.policyRunOut);
    }
    const next = { retention: policy, retentionSince: now };
    await scheduleExpiry(parts, thread.key, { createdOn, ...next });
    await parts.threads.append(thread.key, {
      deadline,
      propose: (state) => {
        requireRestorable(parts, thread, state);
        const { expired: _expired, ...rest } = state;
        return { columns: internalColumns('threadRestored'), state: withSchedule({ ...rest, ...next }) };
      },
    });
    await parts.expired.remove(thread.key, resource.immutableId);
  } catch (error) {
    if (error instanceof LogNotFound) {
      throw new Fault(chatFaults.notRestorable);
    }
    throw error;
  }
}

/** @returns the state, which is that of the thread that was asked for */
function requireRestorable(parts: ChatParts, thread: AskedThread, state: ThreadState): ThreadState {
  if (!isIdOf(state, thread) || restorableSince(parts, state) === undefined) {
    throw new Fault(chatFaults.notRestorable);
  }
  return state;
}

/** Since when the thread is expired, product ms; undefined unless it is, and can still be restored. */
function restorableSince({ clock }: ChatParts, state: ThreadState): number | undefined {
  const now = clock.now();
  const life = lifecycleOf(state, now);
  return life.stage === 'expired' && now < life.on + restoreWindowMs ? life.on : undefined;
}

async function describe(parts: ChatParts, resource: Resource, key: string): Promise<ExpiredThread | undefined> {
  try {
    const state = await parts.threads.state(key, 0);
    const on = restorableSince(parts, state);
    if (state.resourceId !== resource.immutableId || on === undefined) {
      return undefined;
    }
    return {
      id: threadIdOf(key, state),
      participants: state.members.length,
      expiredOn: on,
      restorableUntil: on + restoreWindowMs,
    };
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    throw error;
  }
}
