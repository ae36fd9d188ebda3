// Who may read what: a list of intervals. A member reads from where the history was shared; a former member reads what
// lay inside the membership and nothing newer, not even the new text of an old message.
import { Fault, faults } from '../http/index.js';
import type { Columns } from '../storage/index.js';
import { chatFaults } from './faults.js';
import { lifecycleOf } from './lifecycle.js';
import type { IdentifiedMessage, Interval, Member, ThreadState } from './model.js';
import { type ChatParts, onThread, type ThreadAccess } from './parts.js';
import { type AskedThread, isIdOf } from './thread-id.js';

/** Closed stretches that are remembered of one person; older ones are dropped, which only ever shows less. */
const maxPastIntervals = 50;

/** What is known this long may begin a change; its append proves, or disproves, that it still holds. */
const maxKnownStateAgeMs = 30_000;

/** When a client may try again a thread that is still being brought here. */
const movingRetrySeconds = 5;

export interface ReadAccess {
  readonly intervals: readonly Interval[];
  /** When a former member left, product ms. */
  readonly leftOn?: number;
}

/** What a removed member leaves behind beside the log, and takes back when added again. */
export interface FormerMember {
  readonly intervals: readonly Interval[];
  readonly leftOn: number;
}

export function accessOf(member: Member): ReadAccess {
  return { intervals: [...(member.readBefore ?? []), member.reads] };
}

/**
 * What the caller may read of a thread that is theirs to read, now or formerly.
 *
 * @throws {Fault} 403 for a stranger, 404 to a member or former member when the thread was deleted
 */
export async function requireReader(
  parts: ChatParts,
  state: ThreadState,
  thread: AskedThread,
  access: ThreadAccess,
): Promise<ReadAccess> {
  const member = memberOf(state, thread, access);
  const reader = member === undefined ? await formerAccess(parts, state, thread, access) : accessOf(member);
  if (reader === undefined) {
    throw new Fault(chatFaults.notAParticipant);
  }
  requireActive(parts, state);
  return reader;
}

/** Whether the thread can be read and written to: not deleted, not expired, not still being brought here. */
export function isActive({ clock }: Pick<ChatParts, 'clock'>, state: ThreadState): boolean {
  return lifecycleOf(state, clock.now()).stage === 'active';
}

/** @throws {Fault} 404 when the thread is deleted or expired, 503 while it is still being brought here */
function requireActive({ clock }: ChatParts, state: ThreadState): void {
  const { stage } = lifecycleOf(state, clock.now());
  if (stage === 'moving') {
    throw new Fault(faults.serviceUnavailable, { retryAfterSeconds: movingRetrySeconds });
  }
  if (stage !== 'active') {
    throw new Fault(chatFaults.threadGone);
  }
}

/**
 * The caller's membership.
 *
 * @throws {Fault} 403 for everybody else, 404 to a member when the thread was deleted
 */
export function requireMember(parts: ChatParts, state: ThreadState, thread: AskedThread, access: ThreadAccess): Member {
  const member = memberOf(state, thread, access);
  if (member === undefined) {
    throw new Fault(chatFaults.notAParticipant);
  }
  requireActive(parts, state);
  return member;
}

/**
 * The state of a thread that the caller takes part in, decided on what is known; only a refusal is looked up afresh.
 *
 * @throws {Fault} as {@link requireMember}
 */
export async function memberState(parts: ChatParts, thread: AskedThread, access: ThreadAccess): Promise<ThreadState> {
  return onThread(async () => {
    const known = await parts.threads.state(thread.key, maxKnownStateAgeMs);
    const isMember = memberOf(known, thread, access) !== undefined && isActive(parts, known);
    const state = isMember ? known : await parts.threads.state(thread.key, 0);
    requireMember(parts, state, thread, access);
    return state;
  });
}

export async function findFormer(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
): Promise<FormerMember | undefined> {
  const row = await parts.threads.beside(threadKey, formerKey(rawId));
  return row && { intervals: JSON.parse(String(row['intervals'])) as Interval[], leftOn: Number(row['leftOn']) };
}

/** The row that remembers a member who leaves with this sequence number. */
export function formerRow(member: Member, last: number, leftOn: number): { rowKey: string; columns: Columns } {
  const intervals = [...(member.readBefore ?? []), { ...member.reads, last: last }].slice(-maxPastIntervals);
  return { rowKey: formerKey(member.id), columns: { intervals: JSON.stringify(intervals), leftOn } };
}

/** Rows of former members begin with this. */
export const formerPrefix = 'left!';

function formerKey(rawId: string): string {
  return `${formerPrefix}${rawId}`;
}

/** The newest entry that can be visible; undefined when nothing limits it. */
export function newestReadable({ intervals }: ReadAccess): number | undefined {
  let newest = 0;
  for (const { last } of intervals) {
    if (last === undefined) {
      return undefined;
    }
    newest = Math.max(newest, last);
  }
  return newest;
}

/** Nothing created before this is visible, product ms. */
export function oldestReadable({ intervals }: ReadAccess): number {
  return Math.min(...intervals.map(({ from }) => from));
}

/** The message as this reader may see it; undefined when not at all. */
export function asSeen(message: IdentifiedMessage, { intervals, leftOn }: ReadAccess): IdentifiedMessage | undefined {
  const { sequence, createdOn } = message;
  const isInside = intervals.some(
    ({ from, first, last }) => createdOn >= from && sequence >= first && sequence <= (last ?? Number.POSITIVE_INFINITY),
  );
  if (!isInside) {
    return undefined;
  }
  // Within one millisecond nobody can tell which came first.
  if (leftOn === undefined || !('sender' in message) || (message.editedOn ?? 0) < leftOn) {
    return message;
  }
  // Edited after the reader left: what it said then is kept nowhere, what it says now is not for this reader.
  const { content: _content, attachments: _attachments, metadata: _metadata, editedOn: _editedOn, ...rest } = message;
  return rest;
}

function memberOf(state: ThreadState, thread: AskedThread, { caller }: ThreadAccess): Member | undefined {
  return isIdOf(state, thread) ? state.members.find((member) => member.id === caller.rawId) : undefined;
}

async function formerAccess(
  parts: ChatParts,
  state: ThreadState,
  thread: AskedThread,
  { caller }: ThreadAccess,
): Promise<ReadAccess | undefined> {
  return isIdOf(state, thread) && state.lastRemoval > 0 ? findFormer(parts, thread.key, caller.rawId) : undefined;
}
