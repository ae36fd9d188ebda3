// Asks the threads behind rows of the index of users, some minutes after they were written, and removes the rows that lead
// nowhere. A row that was written again meanwhile is left to the check that came with it.
import { type Columns, LogNotFound, StorageNotFound, StorageStale, type Table } from '../storage/index.js';
import { findFormer } from './access.js';
import { dueChecks, readCheck } from './index-checks.js';
import type { ThreadState } from './model.js';
import { namedPrefix } from './named-people.js';
import type { ChatParts } from './parts.js';
import { keysOf, userIndexPartition } from './user-index.js';

const inParallel = 8;
/** Threads whose people are remembered during one look. */
const maxKnownThreads = 500;

/** Due work. @returns false when there is more than one look takes */
export async function checkUserIndex(parts: ChatParts): Promise<boolean> {
  const { userIndex } = parts.tables;
  const people = new Map<string, Promise<Answer>>();
  let isDone = true;
  for (let shard = 0; shard < userIndex.shards; shard++) {
    const table = userIndex.at(shard);
    const page = await dueChecks(table, userIndexPartition, parts.clock.now());
    isDone &&= page.continuation === undefined;
    const waiting = page.rows.values();
    const work = async () => {
      for (const row of waiting) {
        const { time, threadKey, users } = readCheck(row);
        for (const rawId of users) {
          await check(parts, table, { time, threadKey, rawId }, people);
        }
      }
    };
    await Promise.all(Array.from({ length: inParallel }, work));
    await table.removeAll(
      userIndexPartition,
      page.rows.map(({ rowKey }) => rowKey),
    );
  }
  return isDone;
}

interface ThreadPeople extends Pick<ThreadState, 'lastRemoval' | 'namesOthers'> {
  readonly members: ReadonlySet<string>;
}

/** undefined when there is no such thread. */
type Answer = ThreadPeople | 'unreadable' | undefined;

async function check(
  parts: ChatParts,
  table: Table,
  { time, threadKey, rawId }: { readonly time: string; readonly threadKey: string; readonly rawId: string },
  people: Map<string, Promise<Answer>>,
): Promise<void> {
  if (await isKnownTo(parts, threadKey, rawId, people)) {
    return;
  }
  const { rowKey } = keysOf(rawId, threadKey);
  const row = await table.get<Columns>(userIndexPartition, rowKey);
  // Written again since: that has a check of its own.
  if (row === undefined || row['check'] !== time) {
    return;
  }
  try {
    await table.remove(userIndexPartition, rowKey, row.etag);
  } catch (error) {
    if (!(error instanceof StorageStale) && !(error instanceof StorageNotFound)) {
      throw error;
    }
  }
}

/** Whether the user takes part in the thread, did so, or is named there. */
async function isKnownTo(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  people: Map<string, Promise<Answer>>,
): Promise<boolean> {
  let asked = people.get(threadKey);
  if (asked === undefined) {
    if (people.size >= maxKnownThreads) {
      people.clear();
    }
    people.set(threadKey, (asked = peopleOf(parts, threadKey)));
  }
  const known = await asked;
  if (known === undefined || known === 'unreadable' || known.members.has(rawId)) {
    return known !== undefined;
  }
  if (known.lastRemoval > 0 && (await findFormer(parts, threadKey, rawId)) !== undefined) {
    return true;
  }
  return known.namesOthers === true && (await parts.threads.beside(threadKey, `${namedPrefix}${rawId}`)) !== undefined;
}

async function peopleOf({ threads }: ChatParts, threadKey: string): Promise<Answer> {
  try {
    const { members, lastRemoval, namesOthers } = await threads.state(threadKey, 0);
    return {
      members: new Set(members.map(({ id }) => id)),
      lastRemoval,
      ...(namesOthers !== undefined && { namesOthers }),
    };
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    // There is a thread, which cannot be read: a row that leads to it stays, or its repair would not find everybody.
    if (error instanceof SyntaxError) {
      return 'unreadable';
    }
    throw error;
  }
}
