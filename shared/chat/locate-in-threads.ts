// How much somebody has in the threads that they take or took part in: from the index of the user, a bounded step at a time.
import { bothLocated, type Located, type LocateStep, type PersonalIdentifier } from '../data-map/index.js';
import { type Columns, decodeState, logKeys, longTextColumns } from '../storage/index.js';
import { aboutColumns, isAbout } from './erase-in-thread.js';
import { findPart, stateOf } from './export-threads.js';
import { imageBlobName, imagePrefix } from './image-names.js';
import { lifecycleOf, storedUntil } from './lifecycle.js';
import type { ThreadState } from './model.js';
import type { ChatParts, ChatTables } from './parts.js';
import { userIndexPartition } from './user-index.js';

/** Threads that one step looks at, and entries of one of them. */
const threadsPerStep = 100;
const entriesPerStep = 2_000;
const columnsToLocate = ['at', ...aboutColumns, ...longTextColumns('state')];
/** Behind every key that it is added to, and before all that begin with it. */
const justBehind = '!';

/** What was found, and behind which entry of the thread to go on; undefined at its end. */
type StepInThread = Located & { readonly behind?: string };

type LocateInThread = (
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  behind: string | undefined,
) => Promise<StepInThread>;

/** Walks the threads of an identity in the order of the index; the cursor is `{thread}` or `{thread} {entry}`. */
export async function locateThreadByThread(
  identifier: PersonalIdentifier,
  parts: ChatParts,
  cursor: string | undefined,
  locateIn: LocateInThread,
): Promise<LocateStep> {
  let located: Located = { items: 0 };
  if (identifier.kind !== 'identity') {
    return located;
  }
  const { rawId } = identifier;
  const [current, entry] = cursor?.split(' ') ?? [];
  let looked = 0;
  const from = current === undefined || entry !== undefined ? current : current + justBehind;
  for await (const threadKey of threadsOf(identifier, parts.tables, from)) {
    const { behind, ...step } = await locateIn(parts, threadKey, rawId, threadKey === current ? entry : undefined);
    located = bothLocated(located, step);
    if (behind !== undefined) {
      return { ...located, cursor: `${threadKey} ${behind}` };
    }
    looked += 1;
    if (looked === threadsPerStep) {
      return { ...located, cursor: threadKey };
    }
  }
  return located;
}

/** @param from key of the first thread, or what lies before it */
export async function* threadsOf(
  identifier: PersonalIdentifier,
  tables: ChatTables,
  from = '',
): AsyncGenerator<string> {
  if (identifier.kind !== 'identity') {
    return;
  }
  const prefix = `${identifier.rawId}!`;
  const table = tables.userIndex.of(identifier.rawId);
  const range = { partition: userIndexPartition, from: prefix + from, to: `${identifier.rawId}"` };
  for await (const row of table.rows(range)) {
    yield row.rowKey.slice(prefix.length);
  }
}

/**
 * The part in the thread, as one item, and the entries that an erasure changes: what an export hands out. What is deleted
 * is about to be gone and counts no more.
 */
export async function locateInThread(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  behind: string | undefined,
): Promise<StepInThread> {
  const table = parts.tables.threads.of(threadKey);
  let items = 0;
  let since = Number.POSITIVE_INFINITY;
  let state = behind === undefined ? undefined : await stateOf(parts, threadKey);
  let looked = 0;
  let next: string | undefined;
  const from = behind === undefined ? logKeys.stateKey : behind + justBehind;
  const log = { partition: threadKey, from, to: logKeys.afterLog, select: columnsToLocate };
  for await (const row of table.rows<Columns>(log)) {
    if (row.rowKey === logKeys.stateKey) {
      state = decodeState<ThreadState>(row);
      if ((await findPart(parts, threadKey, state, rawId)) === undefined) {
        return { items: 0 };
      }
      items += 1;
      since = state.createdOn;
    } else if (state !== undefined && isAbout(row, rawId)) {
      items += 1;
      since = Math.min(since, Number(row['at']));
    }
    looked += 1;
    if (looked === entriesPerStep) {
      next = row.rowKey;
      break;
    }
  }
  const keptUntil = state && storedUntil(state);
  return {
    ...(items === 0 ? { items } : { items, since, ...(keptUntil !== undefined && { keptUntil }) }),
    ...(next !== undefined && { behind: next }),
  };
}

export async function locateImages(parts: ChatParts, threadKey: string, rawId: string): Promise<Located> {
  let items = 0;
  let since = Number.POSITIVE_INFINITY;
  for await (const { row } of imagesIn(threadKey, rawId, parts.tables)) {
    items += 1;
    since = Math.min(since, Number(row['at']));
  }
  const state = items === 0 ? undefined : await stateOf(parts, threadKey);
  if (state === undefined || lifecycleOf(state, parts.clock.now()).stage === 'deleted') {
    return { items: 0 };
  }
  const keptUntil = storedUntil(state);
  return { items, since, ...(keptUntil !== undefined && { keptUntil }) };
}

/** Those that somebody has sent to a thread. */
export async function* imagesIn(threadKey: string, rawId: string, tables: ChatTables) {
  const table = tables.threads.of(threadKey);
  const images = { partition: threadKey, from: imagePrefix, to: `${imagePrefix}~` };
  for await (const row of table.rows<Columns>(images)) {
    const blobName = imageBlobName(threadKey, row.rowKey.slice(imagePrefix.length));
    if (row['owner'] === rawId) {
      yield { table, row, blobName };
    }
  }
}
