// Reading threads: one thread, its participants, and the list of a user's threads.
import type { UserCaller } from '../auth/index.js';
import { hiddenIdentities } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import { type LogEntry, LogNotFound, slicesOf } from '../storage/index.js';
import { isInternalKind } from './log-entry.js';
import type { Member, ThreadState } from './model.js';
import { findFormer, type FormerMember, isActive, requireMember, topicFor } from './access.js';
import { pageOfPeople, type PeoplePage } from './page-of-people.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';
import { threadIdOf } from './thread-id.js';
import { stateWithout } from './without-people.js';

/** How many of the listed threads are looked at at once. */
const parallelReads = 32;
/** Of each, entries from the newest on, in the query that reads its state: for the newest that is a message. */
const lookedAt = 5;

/** A state as it is shown: without anybody who is hidden, and without their words. */
export function shownState({ isHidden }: Pick<ChatParts, 'isHidden'>, state: ThreadState): ThreadState {
  return stateWithout(state, hiddenIdentities(isHidden)) ?? state;
}

/** The state of a thread that the caller takes part in, as it is shown: one point read. */
export async function getThread(parts: ChatParts, access: ThreadAccess): Promise<{ key: string; state: ThreadState }> {
  const thread = requireThread(access);
  const state = await onThread(() => parts.threads.state(thread.key, 0));
  requireMember(parts, state, thread, access);
  return { key: thread.key, state: shownState(parts, state) };
}

/** In the order of their ids, so that nobody is missed when others come and go between two pages. */
export async function listParticipants(
  parts: ChatParts,
  access: ThreadAccess,
  page: PeoplePage,
): Promise<{ participants: readonly Member[]; after?: string }> {
  const { state } = await getThread(parts, access);
  const { items, after } = pageOfPeople(state.members, ({ id }) => id, page);
  return { participants: items, ...(after !== undefined && { after }) };
}

export interface ListedThread {
  readonly id: string;
  readonly topic: string;
  /** When the newest message came, product ms. */
  readonly lastMessageOn: number;
}

/**
 * The threads that a user takes or took part in: one query, one more a listed thread, and a get for one that the user has
 * left. In the order of the index, because paging needs one that does not change; all on one page, newest activity first.
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
  for (const keys of slicesOf(threadKeys, parallelReads)) {
    const found = await Promise.all(keys.map((key) => readListed(parts, resource, caller, key)));
    for (const thread of found) {
      if (thread !== undefined && thread.lastMessageOn >= (options.from ?? 0)) {
        threads.push(thread);
      }
    }
  }
  if (next !== undefined) {
    return { threads, after: next };
  }
  const isOnlyPage = options.after === undefined;
  return { threads: isOnlyPage ? threads.sort((one, other) => other.lastMessageOn - one.lastMessageOn) : threads };
}

/** undefined when the index row has outlived the membership or the thread: it is a superset. */
async function readListed(
  parts: ChatParts,
  resource: Resource,
  caller: UserCaller,
  key: string,
): Promise<ListedThread | undefined> {
  try {
    const { state, entries } = await parts.threads.page(key, lookedAt);
    if (state.resourceId !== resource.immutableId || !isActive(parts, state)) {
      return undefined;
    }
    const { createdOn } = state;
    const shown = { ...state, topic: parts.isHidden({ kind: 'identity', rawId: state.topicBy }) ? '' : state.topic };
    const listed = {
      id: threadIdOf(key, state),
      topic: shown.topic,
      lastMessageOn: lastMessageOn(entries) ?? createdOn,
    };
    if (state.members.some((member) => member.id === caller.rawId)) {
      return listed;
    }
    const former = state.lastRemoval > 0 ? await findFormer(parts, key, caller.rawId) : undefined;
    return former && asLeft(listed, shown, former);
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    throw error;
  }
}

/** Edits, and what an erasure takes out, are no messages; of a thread where nothing else came lately it is about then. */
function lastMessageOn(entries: readonly LogEntry[]): number | undefined {
  const newest = entries.find(({ columns }) => !isInternalKind(columns['kind'])) ?? entries.at(-1);
  return newest?.at;
}

/** A thread as who has left it knew it: with nothing that came later, not even its new topic. */
function asLeft(listed: ListedThread, state: ThreadState, former: FormerMember): ListedThread {
  return {
    ...listed,
    topic: topicFor(state, former) ?? '',
    lastMessageOn: Math.min(listed.lastMessageOn, former.leftOn),
  };
}
