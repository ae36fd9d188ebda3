// Erases one identity from one thread: membership, what it wrote, and every trace in messages of the system. The log
// stays dense: an erased message leaves an empty row. May be stopped anywhere and repeated.
import { erasedRawId } from '../identity/index.js';
import { type Columns, LogNotFound, longTextColumns, readLongText, StorageStale } from '../storage/index.js';
import { formerPrefix } from './access.js';
import { closeThread } from './delete-thread.js';
import { lifecycleOf } from './lifecycle.js';
import { internalColumns, withStatedFacts } from './log-entry.js';
import { namedPrefix } from './named-people.js';
import type { GivenName, NamedParticipant, ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { receiptPrefix } from './read-receipts.js';
import { rewriteEntries } from './rewrite-entries.js';
import { columnsWithout, nameless, stateWithout } from './without-people.js';

/** Rows of a log that one step looks at. */
const rowsPerStep = 1_000;
const appendTimeoutMs = 10_000;
const maxTries = 5;

/** Nothing of the identity is in the state: no entry has to be appended. */
class NothingToChange extends Error {}

/**
 * One step.
 *
 * @param before only entries older than this are looked at; undefined in the first step
 * @returns entries that were emptied or changed, and where the next step goes on
 */
export async function eraseInThread(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  before: number | undefined,
): Promise<{ erased: number; before?: number }> {
  for (let tries = 1; ; tries++) {
    try {
      return await eraseStep(parts, threadKey, rawId, before);
    } catch (error) {
      if (error instanceof LogNotFound) {
        return { erased: 0 };
      }
      // Another erasure, or an edit, at the same moment: the same step again sees what it left.
      if (!(error instanceof StorageStale) || tries === maxTries) {
        throw error;
      }
    }
  }
}

async function eraseStep(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  before: number | undefined,
): Promise<{ erased: number; before?: number }> {
  if (before === undefined) {
    await changeState(parts, threadKey, (current) => stateWithout(current, (id) => id === rawId));
  }
  const { state, entries, hasMore } = await parts.threads.page(threadKey, rowsPerStep - 1, before);
  const placeholder = erasedRawId(state.resourceId);
  const changes = entries.flatMap((entry) => {
    const columns = columnsWithout(entry.columns, (id) => id === rawId, placeholder);
    return columns === undefined ? [] : [{ entry, columns: withStatedFacts(columns, entry.columns) }];
  });
  const given = namesGivenBy(rawId, entries);
  if (withoutNames(state, given) !== undefined) {
    await changeState(parts, threadKey, (current) => withoutNames(current, given));
  }
  await rewriteEntries(parts, threadKey, changes);
  const oldest = entries.at(-1)?.sequence;
  if (hasMore && oldest !== undefined) {
    return { erased: changes.length, before: oldest };
  }
  await parts.threads.removeBeside(threadKey, `${receiptPrefix}${rawId}`);
  await parts.threads.removeBeside(threadKey, `${formerPrefix}${rawId}`);
  if (state.namesOthers) {
    await parts.threads.removeBeside(threadKey, `${namedPrefix}${rawId}`);
  }
  await closeIfDeserted(parts, threadKey, state);
  return { erased: changes.length };
}

/** @param change gives undefined when there is nothing to change */
async function changeState(
  parts: ChatParts,
  threadKey: string,
  change: (state: ThreadState) => ThreadState | undefined,
): Promise<void> {
  try {
    await parts.threads.append(threadKey, {
      deadline: parts.clock.monotonic() + appendTimeoutMs,
      propose: (state) => {
        const next = change(state);
        if (next === undefined) {
          throw new NothingToChange();
        }
        return { columns: internalColumns('threadChanged'), state: next };
      },
    });
  } catch (error) {
    if (!(error instanceof NothingToChange)) {
      throw error;
    }
  }
}

/**
 * The names that somebody gave, each behind whose it is, as entries of earlier builds have them: the state of those
 * did not say who gave a name.
 */
function namesGivenBy(rawId: string, entries: readonly { readonly columns: Columns }[]): ReadonlySet<string> {
  const given = new Set<string>();
  for (const { columns } of entries) {
    const text = columns['initiator'] === rawId ? readLongText(columns, 'participants') : undefined;
    for (const { id, displayName } of JSON.parse(text ?? '[]') as NamedParticipant[]) {
      if (displayName !== undefined && columns['kind'] === 'participantAdded') {
        given.add(`${id} ${displayName}`);
      }
    }
  }
  return given;
}

/** undefined when none of the names is in the state. */
function withoutNames(state: ThreadState, given: ReadonlySet<string>): ThreadState | undefined {
  const isGiven = ({ id, displayName, namedBy }: GivenName) =>
    namedBy === undefined && displayName !== undefined && given.has(`${id} ${displayName}`);
  const { members, formerNames = [] } = state;
  if (given.size === 0 || ![...members, ...formerNames].some(isGiven)) {
    return undefined;
  }
  return {
    ...state,
    members: members.map((member) => (isGiven(member) ? nameless(member) : member)),
    formerNames: formerNames.filter((each) => !isGiven(each)),
  };
}

/** Whether an erasure of the identity changes the entry. */
export function isAbout(columns: Columns, rawId: string): boolean {
  return columnsWithout(columns, (id) => id === rawId, '') !== undefined;
}

/** What of an entry {@link isAbout} looks at. */
export const aboutColumns = ['kind', 'sender', 'initiator', ...longTextColumns('participants')];

/** A thread in which no member and no former member lives any more is of no use to anybody. */
async function closeIfDeserted(parts: ChatParts, threadKey: string, state: ThreadState): Promise<void> {
  const { stage } = lifecycleOf(state, parts.clock.now());
  // Of a thread that is being brought here the members may be still to come.
  if (state.members.length > 0 || stage === 'deleted' || stage === 'moving') {
    return;
  }
  const former = await parts.threads.listBeside(threadKey, formerPrefix);
  if (former.length > 0) {
    return;
  }
  await closeThread(parts, threadKey, parts.clock.monotonic() + appendTimeoutMs, () => undefined);
}
