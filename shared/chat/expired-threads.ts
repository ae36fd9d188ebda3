// What an operator can do with expired threads: list them, without topic or content, and restore one in time.
import { Fault } from '../http/index.js';
import type { Resource } from '../geography/index.js';
import { LogNotFound } from '../storage/index.js';
import { scheduleExpiry, withSchedule } from './expire-thread.js';
import { chatFaults } from './faults.js';
import { internalColumns } from './log-entry.js';
import type { RetentionPolicy, ThreadState } from './model.js';
import { type ChatParts, requireThreadId } from './parts.js';
import { expiredOn, restoreWindowMs, runsOutOn } from './retention.js';
import { formatThreadId, type ThreadId } from './thread-id.js';

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
  const thread = requireThreadId(threadId);
  try {
    requireRestorable(parts, resource, thread, await parts.threads.state(thread.key, 0));
    const now = parts.clock.now();
    const end = runsOutOn({ createdOn: thread.createdOn, retention: policy });
    if (end !== undefined && end <= now) {
      throw new Fault(chatFaults.policyRunOut);
    }
    const next = { retention: policy, retentionSince: now };
    await scheduleExpiry(parts, thread.key, { createdOn: thread.createdOn, ...next });
    await parts.threads.append(thread.key, {
      deadline,
      propose: (state) => {
        requireRestorable(parts, resource, thread, state);
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

function requireRestorable(parts: ChatParts, resource: Resource, thread: ThreadId, state: ThreadState): void {
  const now = parts.clock.now();
  const on = expiredOn(state, now);
  const isThisThread = state.resourceId === resource.immutableId && state.createdOn === thread.createdOn;
  const isInTime = on !== undefined && now < on + restoreWindowMs;
  if (!isThisThread || state.deleted !== undefined || !isInTime) {
    throw new Fault(chatFaults.notRestorable);
  }
}

async function describe(parts: ChatParts, resource: Resource, key: string): Promise<ExpiredThread | undefined> {
  try {
    const state = await parts.threads.state(key, 0);
    const on = expiredOn(state, parts.clock.now());
    const isOver = on === undefined || parts.clock.now() >= on + restoreWindowMs;
    if (state.resourceId !== resource.immutableId || state.deleted !== undefined || isOver) {
      return undefined;
    }
    return {
      id: formatThreadId({ key, createdOn: state.createdOn }),
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
