// Reading threads: one thread, its participants, and the list of a user's threads.
import type { UserCaller } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { LogNotFound } from '../storage/index.js';
import type { Member, ThreadState } from './model.js';
import { findFormer, type FormerMember, isActive, newestReadable, requireMember } from './access.js';
import { pageOfPeople, type PeoplePage } from './page-of-people.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';
import { threadIdOf } from './thread-id.js';

/** How many of the listed threads are looked at at once. */
const parallelReads = 32;

/** The state of a thread that the caller takes part in: one point read. */
export async function getThread(parts: ChatParts, access: ThreadAccess): Promise<{ key: string; state: ThreadState }> {
  const thread = requireThread(access);
  const state = await onThread(() => parts.threads.state(thread.key, 0));
  requireMember(parts, state, thread, access);
  return { key: thread.key, state };
}

/** In the order of their ids, so that nobody is missed when others come and go between two pages. */
export async function listParticipants(
  parts: ChatParts,
  access: ThreadAccess,
  page: PeoplePage,
): Promise<{ participants: readonly Member[]; after?: string }> {
  const { state } = await getThread(parts, access);
  const members = state.members.filter(({ id }) => !parts.isBuried(id));
  const { items, after } = pageOfPeople(members, ({ id }) => id, page);
  return { participants: items, ...(after !== undefined && { after }) };
}

export interface ListedThread {
  readonly id: string;
  readonly topic: string;
  /** Product ms of the newest entry. */
  readonly lastMessageOn: number;
}

/**
 * The threads that a user takes or took part in, in the order of the index: one query, one more a listed thread, and a get
 * for one that the user has left.
 *
 * @param options.from only threads with a message at or after this, product ms
 * @param options.after key of the last thread of the page before
 */
export async function listThreads(
  parts: ChatParts,
  resource: Resource,
  caller: UserCaller,
  options: { readonly limit: number; readonly from?: number | undefined; readonly after?: string | undefined },
): Promise<{ threads: readonly ListedThread[]; after?: string }> {
  const { threadKeys, next } = await parts.users.page(caller.rawId, options.limit, { after: options.after });
  const threads: ListedThread[] = [];
  for (let start = 0; start < threadKeys.length; start += parallelReads) {
    const keys = threadKeys.slice(start, start + parallelReads);
    const found = await Promise.all(keys.map((key) => readListed(parts, resource, caller, key)));
    for (const thread of found) {
      if (thread !== undefined && thread.lastMessageOn >= (options.from ?? 0)) {
        threads.push(thread);
      }
    }
  }
  return next === undefined ? { threads } : { threads, after: next };
}

/** undefined when the index row has outlived the membership or the thread: it is a superset. */
async function readListed(
  parts: ChatParts,
  resource: Resource,
  caller: UserCaller,
  key: string,
): Promise<ListedThread | undefined> {
  try {
    const { state, entries } = await parts.threads.page(key, 1);
    if (state.resourceId !== resource.immutableId || !isActive(parts, state)) {
      return undefined;
    }
    const { createdOn, topic } = state;
    const listed = { id: threadIdOf(key, state), topic, lastMessageOn: entries[0]?.at ?? createdOn };
    if (state.members.some((member) => member.id === caller.rawId)) {
      return listed;
    }
    const former = state.lastRemoval > 0 ? await findFormer(parts, key, caller.rawId) : undefined;
    return former && asLeft(listed, state, former);
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    throw error;
  }
}

/** A thread as who has left it knew it: with nothing that came later, not even its new topic. */
function asLeft(listed: ListedThread, { topicSince }: ThreadState, former: FormerMember): ListedThread {
  const isKnown = topicSince !== undefined && topicSince <= (newestReadable(former) ?? 0);
  return {
    ...listed,
    topic: isKnown ? listed.topic : '',
    lastMessageOn: Math.min(listed.lastMessageOn, former.leftOn),
  };
}
