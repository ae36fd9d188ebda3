// Who may read what: a list of intervals. A member reads from where the history was shared; a former member reads what
// lay inside the membership and nothing newer, not even the new text of an old message.
import { Fault, faults } from '../http/index.js';
import { type Columns, LogNotFound } from '../storage/index.js';
import { chatFaults } from './faults.js';
import { lifecycleOf } from './lifecycle.js';
import type { IdentifiedMessage, Interval, Member, SentMessage, ThreadState } from './model.js';
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
    const known = parts.threads.known(thread.key, maxKnownStateAgeMs);
    if (known !== undefined && memberOf(known, thread, access) !== undefined && isActive(parts, known)) {
      return known;
    }
    const state = await parts.threads.state(thread.key, 0);
    requireMember(parts, state, thread, access);
    return state;
  });
}

/**
 * Looks before a step that would be decided on what is known here, where by that the caller takes no part: a refusal out of
 * memory would be quicker than one for a thread that is nowhere, which tells that this one is somewhere; and it may be old.
 *
 * @param look reads what the step reads of a thread that is not known
 * @throws {Fault} as {@link requireMember}
 */
export async function lookBeforeRefusing(
  parts: ChatParts,
  thread: AskedThread,
  access: ThreadAccess,
  look: () => Promise<{ readonly state: ThreadState }>,
): Promise<void> {
  const known = parts.threads.known(thread.key, maxKnownStateAgeMs);
  if (known !== undefined && memberOf(known, thread, access) === undefined) {
    const { state } = await onThread(look);
    requireMember(parts, state, thread, access);
  }
}

/** The same before an append, which of a thread that is not known reads the state with the newest entries. */
export function lookBeforeAppending(parts: ChatParts, thread: AskedThread, access: ThreadAccess): Promise<void> {
  return lookBeforeRefusing(parts, thread, access, () => parts.threads.page(thread.key, 1));
}

/** Reads for somebody who may have taken part once; of a thread that is nowhere it looks for that, too. */
export function onReadThread<Result>(
  parts: ChatParts,
  thread: AskedThread,
  { caller }: ThreadAccess,
  read: () => Promise<Result>,
): Promise<Result> {
  return onThread(async () => {
    try {
      return await read();
    } catch (error) {
      if (error instanceof LogNotFound) {
        await findFormer(parts, thread.key, caller.rawId);
      }
      throw error;
    }
  });
}

export async function findFormer(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
): Promise<FormerMember | undefined> {
  const row = await parts.threads.beside(threadKey, formerKey(rawId));
  if (row === undefined) {
    return undefined;
  }
  const leftOn = Number(row['leftOn']);
  const intervals = JSON.parse(String(row['intervals'])) as Interval[];
  const last = intervals.length - 1;
  // Earlier builds did not write the end of each; that of the last is known all the same.
  return { intervals: intervals.map((each, n) => (n === last ? { until: leftOn, ...each } : each)), leftOn };
}

/** The row that remembers a member who leaves with this sequence number. */
export function formerRow(member: Member, last: number, leftOn: number): { rowKey: string; columns: Columns } {
  const intervals = [...(member.readBefore ?? []), { ...member.reads, last, until: leftOn }].slice(-maxPastIntervals);
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
export function asSeen(message: IdentifiedMessage, { intervals }: ReadAccess): IdentifiedMessage | undefined {
  const { sequence, createdOn } = message;
  const [only, another] = intervals;
  if (only !== undefined && another === undefined && only.last === undefined) {
    // Whoever never left reads everything from there on as it is: most messages that are ever read.
    return createdOn >= only.from && sequence >= only.first ? message : undefined;
  }
  const inside = intervals.filter(
    ({ from, first, last }) => createdOn >= from && sequence >= first && sequence <= (last ?? Number.POSITIVE_INFINITY),
  );
  if (inside.length === 0) {
    return undefined;
  }
  if (!('sender' in message) || inside.some((interval) => isChangedWithin(message, interval))) {
    return message;
  }
  // Changed after the reader left: what it said then is kept nowhere, and what it says now, or that it says nothing any
  // more, is not for this reader; also when they are back, and that time is not theirs to read. So it stays where it was.
  const { content: _content, attachments: _attachments, metadata: _metadata, ...rest } = message;
  const { editedOn: _editedOn, deletedOn: _deletedOn, amended: _amended, ...left } = rest;
  return left;
}

/** Whether all that became of a message did so while an interval lasted. */
function isChangedWithin(
  { amended, editedOn = 0, deletedOn = 0 }: SentMessage,
  { last, until = 0 }: Interval,
): boolean {
  const changedOn = Math.max(editedOn, deletedOn);
  if (last === undefined || changedOn === 0) {
    return true;
  }
  // Earlier builds took no number for a change, and may have made one since. Within one millisecond nobody can tell which
  // came first; where no end was kept nobody can tell either.
  return amended === undefined ? changedOn < until : amended <= last && changedOn <= until;
}

/** Whether somebody could read a thread at a time, product ms; who takes part now reads whatever messages lead to. */
export function couldReadAt({ intervals }: ReadAccess, at: number): boolean {
  return intervals.some(({ from, last, until = 0 }) => last === undefined || (at >= from && at <= until));
}

/** The topic as somebody knows it: who has left does not learn a later one. */
export function topicFor(state: ThreadState, access: ReadAccess): string | undefined {
  const newest = newestReadable(access);
  const { topic, topicSince } = state;
  return newest === undefined || (topicSince !== undefined && topicSince <= newest) ? topic : undefined;
}

/** Whether the caller takes part, by this state. */
export function isMember(state: ThreadState, thread: AskedThread, access: ThreadAccess): boolean {
  return memberOf(state, thread, access) !== undefined;
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
  // Looked for in any case: whether somebody was ever removed would be seen from the time that a refusal takes.
  const former = await findFormer(parts, thread.key, caller.rawId);
  return isIdOf(state, thread) ? former : undefined;
}
