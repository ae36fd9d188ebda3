// Entries that earlier builds wrote have names of their own. When a name in such a thread is put right, the wrong one goes
// from them too: by due work, because all entries have to be looked at.
import { type Columns, LogNotFound, readLongText, StorageStale, writeLongText } from '../storage/index.js';
import { withStatedFacts } from './log-entry.js';
import type { NamedParticipant, ThreadState } from './model.js';
import type { ChatParts } from './parts.js';
import { rewriteEntries } from './rewrite-entries.js';
import { nameless } from './without-people.js';

/** Kind of the due work. */
export const putNamesRightKind = 'put-names-right';

const pageEntries = 999;

/** Sees to it that entries follow a name that is put right; before it is. Threads of this build have nothing to follow. */
export async function followNames(parts: ChatParts, threadKey: string, state: ThreadState): Promise<void> {
  if (!state.namesOnce) {
    await parts.due.add({ kind: putNamesRightKind, id: threadKey, dueMs: Math.ceil(parts.clock.now()) });
  }
}

/** Due work. @returns false when somebody changed an entry meanwhile */
export async function putNamesRight(parts: ChatParts, threadKey: string): Promise<boolean> {
  const { threads } = parts;
  try {
    for (let before: number | undefined, hasMore = true; hasMore; ) {
      const page = await threads.page(threadKey, pageEntries, before);
      const { members, formerNames = [] } = page.state;
      const known = [...members, ...formerNames].filter(({ displayName }) => displayName !== undefined);
      const named = new Set(known.map(({ id }) => id));
      const changes = page.entries.flatMap((entry) => {
        const columns = withoutCopies(entry.columns, named);
        return columns === undefined ? [] : [{ entry, columns }];
      });
      await rewriteEntries(parts, threadKey, changes);
      before = page.entries.at(-1)?.sequence;
      hasMore = page.hasMore && before !== undefined;
    }
    return true;
  } catch (error) {
    if (error instanceof StorageStale) {
      return false;
    }
    if (error instanceof LogNotFound) {
      return true;
    }
    throw error;
  }
}

/** Without the names that the state has; undefined when there is none of them. */
function withoutCopies(columns: Columns, named: ReadonlySet<string>): Columns | undefined {
  const text = readLongText(columns, 'participants');
  const participants = JSON.parse(text ?? '[]') as NamedParticipant[];
  const isCopy = ({ id, displayName }: NamedParticipant) => displayName !== undefined && named.has(id);
  if (!participants.some(isCopy)) {
    return undefined;
  }
  const { kind, initiator } = columns;
  const changed: Record<string, string> = { kind: String(kind), initiator: String(initiator) };
  writeLongText(
    changed,
    'participants',
    JSON.stringify(participants.map((each) => (isCopy(each) ? nameless(each) : each))),
  );
  return withStatedFacts(changed, columns);
}
