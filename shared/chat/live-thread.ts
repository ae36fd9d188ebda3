// The log of threads as the source of live chat: what a stretch of it tells whom, by what the log and the state say now. An
// entry is told to those who take part now and may read it; somebody who was removed is told that, and nothing newer.
import { hiddenIdentities } from '../data-map/index.js';
import type { LiveDelivery, LiveNotice, LiveSource, ReadNotice } from '../realtime/index.js';
import { type LogEntry, readLongText } from '../storage/index.js';
import { accessOf, type ReadAccess } from './access.js';
import { entriesOf, readAmended, unlessGone } from './follow-thread.js';
import { lifecycleOf } from './lifecycle.js';
import { changeOf, endOfThread, noticeOf, type ThreadToShow } from './live-notices.js';
import type { NamedParticipant, ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { readReceipts } from './read-receipts.js';
import { showing } from './show-message.js';
import { threadIdOf } from './thread-id.js';
import { stateWithout } from './without-people.js';

type Parts = Pick<ChatParts, 'tables' | 'threads' | 'isHidden' | 'clock'>;

interface Reader {
  readonly rawId: string;
  readonly access: ReadAccess;
}

export function liveThreads(parts: Parts): LiveSource<ThreadState> {
  return {
    peopleOf: ({ members }) => members.map(({ id }) => id),
    placeOf: (key, state) => ({ resourceId: state.resourceId, threadId: threadIdOf(key, state) }),
    read: (key, first, last, isWanted) => read(parts, key, first, last, isWanted),
    readBeside: (key, readOn, isWanted) => receiptsOf(parts, key, readOn, isWanted),
  };
}

async function read(
  parts: Parts,
  key: string,
  first: number,
  last: number,
  isWanted: (rawId: string) => boolean,
): Promise<readonly LiveDelivery[]> {
  const found = await stretch(parts, key, first, last);
  if (found === undefined) {
    return [];
  }
  const { state, entries } = found;
  // What was brought along from elsewhere has happened there.
  const told = entries.filter(({ sequence }) => sequence > (state.statedUpTo ?? 0));
  const isGone = hiddenIdentities(parts.isHidden);
  const isFor = (rawId: string) => isWanted(rawId) && !isGone(rawId);
  if (lifecycleOf(state, parts.clock.now()).stage !== 'active') {
    const end = endOfThread(key, state, told, isGone);
    const people = end === undefined ? [] : state.members.filter(({ id }) => isFor(id));
    return people.map(({ id }) => ({ rawId: id, notices: end === undefined ? [] : [end] }));
  }
  const amended = await readAmended(parts, key, told);
  const shown = stateWithout(state, isGone) ?? state;
  const thread: ThreadToShow = { key, state: shown, amended: (sequence) => amended.get(sequence) };
  return readersOf(state, told)
    .filter(({ rawId }) => isFor(rawId))
    .map((reader) => ({ rawId: reader.rawId, notices: noticesFor(parts, thread, told, reader) }))
    .filter(({ notices }) => notices.length > 0);
}

function noticesFor(
  parts: Parts,
  thread: ThreadToShow,
  entries: readonly LogEntry[],
  { rawId, access }: Reader,
): readonly LiveNotice[] {
  const show = showing(parts, thread.state, access);
  const isGone = hiddenIdentities(parts.isHidden);
  return entries.flatMap((entry) => {
    // Who comes or goes is told of that, whatever of the history is theirs to read.
    const isAboutReader = namedIn(entry).includes(rawId);
    const reads = { from: 0, first: entry.sequence, last: entry.sequence };
    const shown = isAboutReader ? showing(parts, thread.state, { intervals: [reads] }) : show;
    return noticeOf(thread, entry, shown) ?? (isRead(access, entry) ? (changeOf(thread, entry, isGone) ?? []) : []);
  });
}

function isRead({ intervals }: ReadAccess, { sequence }: LogEntry): boolean {
  return intervals.some(({ first, last = sequence }) => first <= sequence && sequence <= last);
}

/** Those who have read at this time, told to the others. */
async function receiptsOf(
  parts: Parts,
  key: string,
  readOn: number,
  isWanted: (rawId: string) => boolean,
): Promise<readonly LiveDelivery[]> {
  const found = await unlessGone(() => readReceipts(parts, key));
  if (found === undefined || lifecycleOf(found.state, parts.clock.now()).stage !== 'active') {
    return [];
  }
  const { state, receipts } = found;
  const threadId = threadIdOf(key, state);
  const notices = receipts
    .filter((receipt) => receipt.readOn === readOn)
    .map((receipt): ReadNotice => ({ kind: 'read', threadId, ...receipt }));
  const isGone = hiddenIdentities(parts.isHidden);
  return state.members
    .filter(({ id }) => isWanted(id) && !isGone(id))
    .map(({ id }) => ({ rawId: id, notices: notices.filter(({ reader }) => reader !== id) }))
    .filter(({ notices: theirs }) => theirs.length > 0);
}

function readersOf({ members }: ThreadState, entries: readonly LogEntry[]): readonly Reader[] {
  const readers = new Map<string, Reader>();
  for (const { columns } of entries) {
    if (columns['kind'] === 'participantRemoved') {
      for (const rawId of namedIn({ columns })) {
        // Nothing of the thread itself: only what is about them.
        readers.set(rawId, { rawId, access: { intervals: [] } });
      }
    }
  }
  for (const member of members) {
    readers.set(member.id, { rawId: member.id, access: accessOf(member) });
  }
  return [...readers.values()];
}

function namedIn({ columns }: Pick<LogEntry, 'columns'>): readonly string[] {
  const text = readLongText(columns, 'participants');
  return text === undefined ? [] : (JSON.parse(text) as NamedParticipant[]).map(({ id }) => id);
}

async function stretch(
  parts: Parts,
  key: string,
  first: number,
  last: number,
): Promise<{ readonly state: ThreadState; readonly entries: readonly LogEntry[] } | undefined> {
  const page = await unlessGone(() => parts.threads.page(key, last - first + 1));
  if (page === undefined) {
    return undefined;
  }
  const { state, entries } = page;
  const isAll = (entries.at(-1)?.sequence ?? 0) <= first;
  // Else more was appended meanwhile.
  const wanted = isAll
    ? entries.filter(({ sequence }) => sequence >= first && sequence <= last).toReversed()
    : await entriesOf(parts, key, first, last);
  return { state, entries: wanted };
}
