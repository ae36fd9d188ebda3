// Who took part at a number: the members that there are now, folded back over the changes of membership since. Entries say
// who came and who went, so nothing has to be kept for it.
import { erasedRawId } from '../identity/index.js';
import { type Columns, type LogEntry, readLongText } from '../storage/index.js';
import { accessOf, type ReadAccess } from './access.js';
import type { Interval, NamedParticipant, ThreadState } from './model.js';

interface Change {
  readonly sequence: number;
  readonly isArrival: boolean;
  readonly ids: readonly string[];
}

/**
 * @param later changes of membership, in their order; all behind the lowest number that is asked for
 * @returns raw ids of those who took part right behind a number; asked for in rising order it costs least
 */
export function membersAt(state: ThreadState, later: readonly LogEntry[]): (sequence: number) => readonly string[] {
  const changes = later.flatMap((entry) => toChange(entry) ?? []);
  const placeholder = erasedRawId(state.resourceId);
  let known: { readonly behind: number; readonly ids: readonly string[] } | undefined;
  return (sequence) => {
    const open = changes.filter((change) => change.sequence > sequence);
    if (known?.behind !== open.length) {
      const ids = new Set(state.members.map(({ id }) => id));
      for (const change of open.toReversed()) {
        for (const id of change.ids) {
          if (change.isArrival) {
            ids.delete(id);
          } else {
            ids.add(id);
          }
        }
      }
      ids.delete(placeholder);
      known = { behind: open.length, ids: [...ids] };
    }
    return known.ids;
  };
}

/**
 * What each of those who took part at a number may read: members what they may now, others what they could before they left.
 *
 * @param later as for {@link membersAt}
 */
export function accessSince(state: ThreadState, later: readonly LogEntry[]): (rawId: string) => ReadAccess {
  const found = new Map<string, ReadAccess>();
  for (const { sequence, at, columns } of later) {
    if (columns['kind'] === 'participantRemoved') {
      for (const { id, sharedFrom } of participantsOf(columns)) {
        // From which number they read was not kept with it: of what was made within that millisecond they are told nothing.
        const from = sharedFrom === 0 ? 0 : sharedFrom + 1;
        const left: Interval = { from, first: 1, last: sequence, until: at };
        found.set(id, { intervals: [...(found.get(id)?.intervals ?? []), left] });
      }
    }
  }
  for (const member of state.members) {
    found.set(member.id, accessOf(member));
  }
  return (rawId) => found.get(rawId) ?? { intervals: [] };
}

/** Columns that are needed of an entry. */
export function isMembershipChange(columns: Columns): boolean {
  return columns['kind'] === 'participantAdded' || columns['kind'] === 'participantRemoved';
}

function toChange({ sequence, columns }: LogEntry): Change | undefined {
  if (!isMembershipChange(columns)) {
    return undefined;
  }
  return {
    sequence,
    isArrival: columns['kind'] === 'participantAdded',
    ids: participantsOf(columns).map(({ id }) => id),
  };
}

function participantsOf(columns: Columns): readonly NamedParticipant[] {
  return JSON.parse(readLongText(columns, 'participants') ?? '[]') as NamedParticipant[];
}
