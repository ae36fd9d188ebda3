// What the chat capability keeps, for the data map, and how a person's part of it is walked: from the index of the
// user's threads (former ones included) to what they sent and did there.
import {
  bothLocated,
  byPartition,
  byResourceColumn,
  type DataStore,
  dataStore,
  type EraseStep,
  holdsNobody,
  type Located,
  type PersonalIdentifier,
} from '../data-map/index.js';
import { type Columns, decodeState, logKeys, longTextColumns } from '../storage/index.js';
import { purgeThreadKind } from './delete-thread.js';
import { aboutColumns, eraseInThread, isAbout } from './erase-in-thread.js';
import { eraseThreadsOf } from './erase-threads-of.js';
import { closeExpiredKind, closeExpiredThread, expireThread, expireThreadKind } from './expire-thread.js';
import { explainThread } from './explain-thread.js';
import { exportImages, exportThread, imageFields, stateOf, threadFields } from './export-threads.js';
import { imageBlobName, imagePrefix } from './image-names.js';
import type { ThreadState } from './model.js';
import type { ChatParts, ChatTables } from './parts.js';
import { purgeThread } from './purge-thread.js';
import { storedUntil } from './lifecycle.js';
import { eraseIndexOf, stateWithoutColumn, userIndexBelonging } from './whose-rows.js';
import { userIndexPartition } from './user-index.js';

/** As many as storage gives at once. */
const maxRowsPerPage = 1_000;
const chatShards = 16;
const columnsToLocate = ['at', ...aboutColumns, ...longTextColumns('state')];
/** Threads that one step of an erasure looks at, and rows it empties, at most. */
const threadsPerStep = 25;
const erasedPerStep = 1_000;

export const chatImages = dataStore<ChatParts>({
  name: 'chatimages',
  area: 'chat',
  rank: 'content',
  medium: 'blob',
  holds: 'Images that participants sent to chat threads',
  personalData: ['image content'],
  keptFor: 'as long as its thread, or until its sender deletes it',
  locate: async (identifier, { opened }) => {
    let located: Located = { items: 0 };
    if (identifier.kind !== 'identity') {
      return located;
    }
    for await (const threadKey of threadsOf(identifier, opened.tables)) {
      located = bothLocated(located, await locateImages(opened, threadKey, identifier.rawId));
    }
    return located;
  },
  async *exportItems(identifier, { opened }, options) {
    if (identifier.kind !== 'identity') {
      return;
    }
    for await (const threadKey of threadsOf(identifier, opened.tables)) {
      yield* exportImages(opened, threadKey, identifier.rawId, options);
    }
  },
  exportedFields: imageFields,
  erase: (identifier, { opened }, cursor) =>
    eraseThreadByThread(identifier, opened, cursor, async (rawId, threadKey) => {
      let erased = 0;
      for await (const { blobName, row, table } of imagesIn(threadKey, rawId, opened.tables)) {
        await opened.images.discard(blobName);
        await table.remove(row.partitionKey, row.rowKey);
        erased += 1;
      }
      return { erased };
    }),
  eraseResource: 'With its thread',
  expired: 'With its thread',
});

export const chatThreads: DataStore<ChatParts> = dataStore<ChatParts>({
  name: 'chatthreads',
  area: 'chat',
  rank: 'content',
  medium: 'table',
  shards: chatShards,
  holds: 'Chat threads: topic, participants and retention policy, and the log of messages and changes',
  /** The state of a thread is the first row of its partition; entries belong to the same as that. */
  belongsTo: byResourceColumn(stateWithoutColumn),
  personalData: ['identity ids', 'display names', 'topic', 'message content', 'metadata', 'read receipts'],
  keptFor: "by the thread's retention policy, or until the thread is deleted",
  locate: async (identifier, { opened }) => {
    let located: Located = { items: 0 };
    if (identifier.kind !== 'identity') {
      return located;
    }
    for await (const threadKey of threadsOf(identifier, opened.tables)) {
      located = bothLocated(located, await locateEntries(opened.tables, threadKey, identifier.rawId));
    }
    return located;
  },
  async *exportItems(identifier, { opened }, options) {
    if (identifier.kind !== 'identity') {
      return;
    }
    for await (const threadKey of threadsOf(identifier, opened.tables)) {
      yield* exportThread(opened, threadKey, identifier.rawId, options);
    }
  },
  exportedFields: threadFields,
  erase: (identifier, { opened }, cursor) =>
    eraseThreadByThread(identifier, opened, cursor, (rawId, threadKey, before) =>
      eraseInThread(opened, threadKey, rawId, before),
    ),
  remains: async (identifier) =>
    identifier.kind === 'identity'
      ? {
          what: 'What other participants wrote in the same threads, also where they quote or name the person',
          why: 'These are the words and the data of the others; each of them, or the retention policy of the thread, removes them.',
        }
      : undefined,
  eraseResource: ({ opened, resourceId }, cursor) => eraseThreadsOf(opened, resourceId, cursor),
  expired: {
    due: {
      [expireThreadKind]: (threadKey, { opened }) => expireThread(opened, threadKey),
      [closeExpiredKind]: (threadKey, { opened }) => closeExpiredThread(opened, threadKey),
      [purgeThreadKind]: (threadKey, { opened }) => purgeThread(opened, threadKey),
    },
  },
  explain: {
    kind: 'thread',
    explain: (threadId, { opened, resourceId }) => explainThread(opened, resourceId, threadId),
  },
});

/** Erased after what it points at, because it is how that is found. */
export const chatUserIndex: DataStore<ChatParts> = dataStore<ChatParts>({
  name: 'chatuserindex',
  area: 'chat',
  rank: 'index',
  medium: 'table',
  shards: chatShards,
  holds: 'Which threads a user takes or took part in',
  belongsTo: userIndexBelonging,
  personalData: ['identity id'],
  keptFor: 'as long as the thread, or until the identity is deleted',
  locate: async (identifier, { opened }) => {
    let items = 0;
    for await (const _threadKey of threadsOf(identifier, opened.tables)) {
      items += 1;
    }
    return { items };
  },
  async *exportItems(identifier, { opened }) {
    for await (const threadKey of threadsOf(identifier, opened.tables)) {
      yield { record: { threadKey } };
    }
  },
  exportedFields: { threadKey: 'Key of a thread that you take or took part in; it stands in the id of the thread' },
  erase: async (identifier, { opened }) => {
    if (identifier.kind !== 'identity') {
      return { erased: 0 };
    }
    const { rawId } = identifier;
    const { rows, continuation } = await opened.users.rows(rawId, maxRowsPerPage);
    await opened.users.removeRows(rawId, rows);
    return continuation === undefined ? { erased: rows.length } : { erased: rows.length, cursor: 'more' };
  },
  eraseResource: ({ opened, resourceId }, cursor) => eraseIndexOf(opened.tables.userIndex, resourceId, cursor),
  expired: 'With the thread',
});

export const chatExpiredThreads = dataStore<ChatParts>({
  name: 'chatexpiredthreads',
  area: 'chat',
  rank: 'index',
  medium: 'table',
  holds: 'Which threads are expired and can still be restored: their keys and times',
  belongsTo: byPartition,
  personalData: [],
  keptFor: '30 days after the policy of the thread ran out, or until it is restored',
  ...holdsNobody,
  eraseResource: ({ opened, resourceId }) => opened.expired.removeAllOf(resourceId),
  expired: 'With the restore window of the thread',
});

/** Walks the threads of an identity in the order of the index; the cursor is `{thread}` or `{thread} {entry}`. */
async function eraseThreadByThread(
  identifier: PersonalIdentifier,
  { users }: ChatParts,
  cursor: string | undefined,
  eraseIn: (
    rawId: string,
    threadKey: string,
    before: number | undefined,
  ) => Promise<{ erased: number; before?: number }>,
): Promise<EraseStep> {
  if (identifier.kind !== 'identity') {
    return { erased: 0 };
  }
  const { rawId } = identifier;
  const [current, entry] = cursor?.split(' ') ?? [];
  let erased = 0;
  let threadKeys: readonly string[];
  let next: string | undefined;
  if (current !== undefined && entry !== undefined) {
    threadKeys = [current];
    next = current;
  } else {
    const page = await users.page(rawId, threadsPerStep, { after: current, includesNamed: true });
    ({ threadKeys, next } = page);
  }
  let before = entry === undefined ? undefined : Number(entry);
  for (const threadKey of threadKeys) {
    const step = await eraseIn(rawId, threadKey, before);
    erased += step.erased;
    if (step.before !== undefined) {
      return { erased, cursor: `${threadKey} ${step.before}` };
    }
    before = undefined;
    if (erased >= erasedPerStep) {
      return { erased, cursor: threadKey };
    }
  }
  return next === undefined ? { erased } : { erased, cursor: next };
}

async function* threadsOf(identifier: PersonalIdentifier, tables: ChatTables): AsyncGenerator<string> {
  if (identifier.kind !== 'identity') {
    return;
  }
  const prefix = `${identifier.rawId}!`;
  const table = tables.userIndex.of(identifier.rawId);
  for await (const row of table.rows({ partition: userIndexPartition, from: prefix, to: `${identifier.rawId}"` })) {
    yield row.rowKey.slice(prefix.length);
  }
}

/** The entries that an erasure changes, and how long their thread is stored: read with the same query. */
async function locateEntries(tables: ChatTables, threadKey: string, rawId: string): Promise<Located> {
  const table = tables.threads.of(threadKey);
  let items = 0;
  let since = 0;
  let keptUntil: number | undefined;
  const log = { partition: threadKey, from: logKeys.stateKey, to: logKeys.afterLog, select: columnsToLocate };
  for await (const row of table.rows<Columns>(log)) {
    if (row.rowKey === logKeys.stateKey) {
      keptUntil = storedUntil(decodeState<ThreadState>(row));
    } else if (isAbout(row, rawId)) {
      items += 1;
      // Newest first.
      since = Number(row['at']);
    }
  }
  return items === 0 ? { items } : { items, since, ...(keptUntil !== undefined && { keptUntil }) };
}

async function locateImages(parts: ChatParts, threadKey: string, rawId: string): Promise<Located> {
  let items = 0;
  let since = Number.POSITIVE_INFINITY;
  for await (const { row } of imagesIn(threadKey, rawId, parts.tables)) {
    items += 1;
    since = Math.min(since, Number(row['at']));
  }
  const state = items === 0 ? undefined : await stateOf(parts, threadKey);
  const keptUntil = state && storedUntil(state);
  return items === 0 ? { items } : { items, since, ...(keptUntil !== undefined && { keptUntil }) };
}

async function* imagesIn(threadKey: string, rawId: string, tables: ChatTables) {
  const table = tables.threads.of(threadKey);
  const images = { partition: threadKey, from: imagePrefix, to: `${imagePrefix}~` };
  for await (const row of table.rows<Columns>(images)) {
    const blobName = imageBlobName(threadKey, row.rowKey.slice(imagePrefix.length));
    if (row['owner'] === rawId) {
      yield { table, row, blobName };
    }
  }
}
