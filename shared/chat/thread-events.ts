// The log of threads as the source of their events. See shared/events/log-source.ts.
import { hiddenIdentities } from '../data-map/index.js';
import type { LogPortion, LogRef, LogSource } from '../events/index.js';
import { erasedRawId } from '../identity/index.js';
import { entriesBetween, type LogEntry, longTextColumns } from '../storage/index.js';
import { asSeen } from './access.js';
import { eventsOfEntry } from './events-of-entry.js';
import { entriesOf, readAmended, unlessGone } from './follow-thread.js';
import { lifecycleOf } from './lifecycle.js';
import { accessSince, isMembershipChange, membersAt } from './members-at.js';
import type { IdentifiedMessage } from './model.js';
import type { ChatParts } from './parts.js';
import { stateWithout } from './without-people.js';

/** Entries that are read at once, and as many as are looked for where nobody knows how many there are. */
const entriesAtOnce = 100;
const entriesLookedFor = 4;

type Parts = Pick<ChatParts, 'tables' | 'threads' | 'isHidden' | 'clock'>;

/** @param idKey for the ids of events */
export function threadEvents(parts: Parts, idKey: Buffer): LogSource {
  return {
    newest: async ({ key }) => (await unlessGone(() => parts.threads.page(key, 1)))?.entries[0]?.sequence,
    read: (log, told, newest) => read(parts, idKey, log, told, newest),
  };
}

async function read(
  parts: Parts,
  idKey: Buffer,
  { key }: LogRef,
  told: number,
  known: number | undefined,
): Promise<LogPortion | undefined> {
  const behind = known === undefined || known <= told ? entriesLookedFor : known - told + 1;
  const page = await unlessGone(() => parts.threads.page(key, Math.min(behind, entriesAtOnce)));
  if (page === undefined) {
    return undefined;
  }
  const { state } = page;
  const newest = page.entries[0]?.sequence ?? told;
  const upTo = Math.min(newest, told + entriesAtOnce);
  // Nearly always all of it was in the page that brought the state.
  const isAll = (page.entries.at(-1)?.sequence ?? 0) <= told + 1;
  const entries = isAll ? page.entries.toReversed() : await entriesOf(parts, key, told + 1, upTo);
  const later = isAll ? entries : [...entries, ...(await changesBetween(parts, key, upTo + 1, newest))];
  const wanted = entries.filter(({ sequence }) => sequence > told && sequence <= upTo);
  const amended = await readAmended(parts, key, wanted);
  const placeholder = erasedRawId(state.resourceId);
  const isHidden = hiddenIdentities(parts.isHidden);
  const isGone = (rawId: string) => rawId === placeholder || isHidden(rawId);
  const changes = later.filter(({ columns }) => isMembershipChange(columns));
  const accessOf = accessSince(state, changes);
  const thread = {
    idKey,
    key,
    // Without what those wrote of whom nothing is shown any more.
    state: stateWithout(state, isHidden) ?? state,
    isOver: lifecycleOf(state, parts.clock.now()).stage !== 'active',
    isGone,
    membersAt: membersAt(state, changes),
    mayRead: (rawId: string, message: IdentifiedMessage) => asSeen(message, accessOf(rawId)) === message,
    amended: (sequence: number) => amended.get(sequence),
  };
  return {
    upTo,
    newest,
    entries: wanted.map((entry) => ({ sequence: entry.sequence, events: () => eventsOfEntry(thread, entry) })),
  };
}

/** The changes of membership in a stretch that is not told yet; after an hour without a topic it is a long one. */
async function changesBetween(parts: Parts, key: string, first: number, last: number): Promise<readonly LogEntry[]> {
  const changes: LogEntry[] = [];
  const columns = ['kind', ...longTextColumns('participants')];
  for await (const entry of entriesBetween(parts.tables.threads.of(key), key, first, last, columns)) {
    if (isMembershipChange(entry.columns)) {
      changes.push(entry);
    }
  }
  return changes;
}
