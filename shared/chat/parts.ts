// What the use cases of chat are made of, and how refusals of storage become errors of chat.
import type { IsHidden } from '../data-map/index.js';
import { Fault, faults } from '../http/index.js';
import type { KeyRing, UserCaller } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import {
  AppendQueueFull,
  AppendTimeout,
  type Blobs,
  type DueIndex,
  type Log,
  LogNotFound,
  type ShardedTable,
  StorageTooLarge,
} from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { Standing } from '../identity/index.js';
import { chatFaults } from './faults.js';
import type { ExpiredIndex } from './expired-index.js';
import type { ThreadState } from './model.js';
import { type AskedThread, askedThread } from './thread-id.js';
import type { UserIndex } from './user-index.js';

/** Copies of what users wrote that lie elsewhere. */
export interface Copies {
  /**
   * Makes a change after which somebody's earlier words are to be kept nowhere, and sees to their copies.
   *
   * @param words.whose raw ids of those whose words, or what was said about whom, is replaced; asked for only where there may
   *   be copies, before the change is made and after it
   * @param requireAllowed throws when the change will be refused, so that nobody drops copies by trying; called only
   *   where there may be copies
   */
  changing<Result>(
    resourceId: string,
    words: { readonly within: string; readonly whose: () => Promise<readonly string[]> },
    change: () => Promise<Result>,
    requireAllowed?: () => Promise<void>,
  ): Promise<Result>;
  /** Drops the copies of a thread that nobody reads any more. May be done again. */
  dropWhole(resourceId: string, threadKey: string): Promise<void>;
}

/** Tells those who are online what stands in no log, now or never; all of it does nothing where live chat is off. */
export interface ChatLive {
  typing(threadKey: string, state: ThreadState, rawId: string, displayName: string): void;
  /** Somebody has read up to a message; `readOn` is product ms. */
  read(
    threadKey: string,
    state: ThreadState,
    receipt: { readonly reader: string; readonly messageId: string; readonly readOn: number },
  ): void;
}

/** Tells the outside what stands in no log; all of it does nothing where events are off. */
export interface ChatTelling {
  /** Sees to it that the end of a thread is told although its log is about to go. May be done again. */
  beforePurge(threadKey: string, state: ThreadState): Promise<void>;
  /** Somebody is typing: told now or never. */
  typing(threadKey: string, state: ThreadState, rawId: string, displayName: string): void;
}

/** The big tables, for walks that go through them. */
export interface ChatTables {
  readonly threads: ShardedTable;
  readonly userIndex: ShardedTable;
}

export interface ChatParts {
  readonly tables: ChatTables;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: KeyRing;
  readonly threads: Log<ThreadState>;
  readonly users: UserIndex;
  readonly due: DueIndex;
  readonly expired: ExpiredIndex;
  readonly images: Blobs;
  readonly copies: Copies;
  readonly live: ChatLive;
  readonly telling: ChatTelling;
  /** Whether an identity is one of the resource's own. */
  standingOf(resource: Resource, rawId: string): Promise<Standing>;
  /** Asked by everything that shows something: nothing of the hidden is shown, even while their erasure is under way. */
  readonly isHidden: IsHidden;
  /** The same by what every process knows for two seconds at least; costs a look when this one has not looked lately. */
  wasDeleted(resourceId: string, rawId: string): Promise<boolean>;
}

/** A request of a user about one thread. */
export interface ThreadAccess {
  readonly resource: Resource;
  readonly caller: UserCaller;
  readonly threadId: string;
}

/** State this old may decide what is not written to the log itself: amendments, typing, receipts. */
export const maxStateAgeMs = 2_000;

/** An id of elsewhere without what stands around it. */
const bareId = /^[\da-f]{32}$/i;

/** @throws {Fault} 400 when no thread could have this id, 403 when one could elsewhere */
export function requireThread({ resource, threadId }: Pick<ThreadAccess, 'resource' | 'threadId'>): AskedThread {
  const thread = askedThread(resource.immutableId, threadId);
  if (thread === undefined && bareId.test(threadId)) {
    throw new Fault(chatFaults.notAParticipant);
  }
  if (thread === undefined) {
    throw new Fault(chatFaults.malformedThreadId, { target: 'chatThreadId' });
  }
  return thread;
}

/** Runs a step on a thread's log and gives its refusals the errors of chat. */
export async function onThread<Result>(step: () => Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    // A thread that never existed must look like one that the caller has no part in.
    if (error instanceof LogNotFound) {
      throw new Fault(chatFaults.notAParticipant);
    }
    if (error instanceof AppendQueueFull) {
      throw new Fault(faults.tooManyRequests, { retryAfterSeconds: 1 });
    }
    if (error instanceof AppendTimeout) {
      throw new Fault(faults.serviceUnavailable, { retryAfterSeconds: 1 });
    }
    if (error instanceof StorageTooLarge) {
      throw new Fault(chatFaults.threadTooLarge);
    }
    throw error;
  }
}

/** Changes what the caller has said in a thread, so that the earlier words are kept nowhere. See {@link Copies}. */
export function changingOwnWords<Result>(
  { copies }: ChatParts,
  { resource, caller }: ThreadAccess,
  thread: AskedThread,
  change: () => Promise<Result>,
  requireAllowed?: () => Promise<void>,
): Promise<Result> {
  const words = { within: thread.key, whose: async () => [caller.rawId] };
  return copies.changing(resource.immutableId, words, change, requireAllowed);
}
