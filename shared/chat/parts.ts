// What the use cases of chat are made of, and the checks that all of them begin with.
import { Fault } from '../api/index.js';
import type { KeyRing, UserCaller } from '../auth/index.js';
import type { Resource } from '../resources/index.js';
import { AppendQueueFull, AppendTimeout, type Log, LogNotFound } from '../storage/index.js';
import { faults } from '../api/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { chatFaults } from './faults.js';
import type { Member, ThreadState } from './model.js';
import { parseThreadId, type ThreadId } from './thread-id.js';
import type { UserIndex } from './user-index.js';

export interface ChatParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: KeyRing;
  readonly threads: Log<ThreadState>;
  readonly users: UserIndex;
}

/** A request of a user about one thread. */
export interface ThreadAccess {
  readonly resource: Resource;
  readonly caller: UserCaller;
  readonly threadId: string;
}

/** @throws {Fault} 400 when no thread could have this id */
export function requireThreadId(text: string): ThreadId {
  const id = parseThreadId(text);
  if (id === undefined) throw new Fault(chatFaults.malformedThreadId, { target: 'chatThreadId' });
  return id;
}

/**
 * The caller's membership in a thread that is theirs to read.
 *
 * @throws {Fault} 403 for a stranger (also when the thread is of another resource), 404 to a member when it was deleted
 */
export function requireMember(state: ThreadState, id: ThreadId, { resource, caller }: ThreadAccess): Member {
  // The id carries the creation time; one that was tampered with is nobody's.
  const isThisThread = state.resourceId === resource.immutableId && state.createdOn === id.createdOn;
  const member = isThisThread ? state.members.find((each) => each.id === caller.rawId) : undefined;
  if (member === undefined) throw new Fault(chatFaults.notAParticipant);
  if (state.deletedOn !== undefined) throw new Fault(chatFaults.threadGone);
  return member;
}

/** Runs a step on a thread's log and gives its refusals the errors of chat. */
export async function onThread<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    // A thread that never existed must look like one that the caller has no part in.
    if (error instanceof LogNotFound) throw new Fault(chatFaults.notAParticipant);
    if (error instanceof AppendQueueFull) throw new Fault(faults.tooManyRequests, { retryAfterSeconds: 1 });
    if (error instanceof AppendTimeout) throw new Fault(faults.serviceUnavailable, { retryAfterSeconds: 1 });
    throw error;
  }
}
