// What the chat capability keeps, for the data map, and how a person's part of it is walked: from the index of the
// user's threads (former ones included) to what they sent and did there.
import {
  byPartition,
  type DataStore,
  dataStore,
  type EraseStep,
  holdsNobody,
  type PersonalIdentifier,
} from '../data-map/index.js';
import { checkUserIndex } from './check-user-index.js';
import { purgeThreadKind } from './delete-thread.js';
import { eraseInThread } from './erase-in-thread.js';
import { eraseThreadsOf } from './erase-threads-of.js';
import { closeExpiredKind, closeExpiredThread, expireThread, expireThreadKind } from './expire-thread.js';
import { explainThread } from './explain-thread.js';
import { exportImages, imageFields } from './export-images.js';
import { exportThread, threadFields } from './export-threads.js';
import { threadKeyOfImage } from './image-names.js';
import { checkUserIndexKind } from './index-checks.js';
import { imagesIn, locateImages, locateInThread, locateThreadByThread, threadsOf } from './locate-in-threads.js';
import type { ChatParts } from './parts.js';
import { purgeThread } from './purge-thread.js';
import { putNamesRight, putNamesRightKind } from './put-names-right.js';
import { eraseIndexOf, resourceOfThread, threadBelonging, userIndexBelonging } from './whose-rows.js';

/** As many as storage gives at once. */
const maxRowsPerPage = 1_000;
const chatShards = 16;
/** Threads that one step of an erasure looks at, and rows it empties, at most. */
const threadsPerStep = 25;
const erasedPerStep = 1_000;

export const chatImages = dataStore<ChatParts>({
  name: 'chatimages',
  area: 'chat',
  rank: 'content',
  medium: 'blob',
  holds: 'Images that participants sent to chat threads',
  belongsThrough: {
    keyOf: ({ key }) => threadKeyOfImage(key),
    resourceOf: (threadKey, { tables }) => resourceOfThread(threadKey, tables.threads),
  },
  personalData: ['image content'],
  keptFor: 'as long as its thread, or until its sender deletes it',
  locate: (identifier, { opened }, cursor) => locateThreadByThread(identifier, opened, cursor, locateImages),
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
  lateWrites: { settled: ['the upload of an image, when it was a slow one'] },
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
  belongsTo: threadBelonging,
  personalData: ['identity ids', 'display names', 'topic', 'message content', 'metadata', 'read receipts'],
  keptFor: "by the thread's retention policy, or until the thread is deleted",
  locate: (identifier, { opened }, cursor) => locateThreadByThread(identifier, opened, cursor, locateInThread),
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
      : {
          what: 'The number, address or name, wherever somebody wrote it in a chat thread: topics and display names included',
          why: 'Chat is searched by identity, not for words. What is written goes with the identity of who wrote it, or by the retention policy of the thread.',
        },
  lateWrites: 'What somebody sends is one append of one request, which fails when the thread has changed',
  eraseResource: ({ opened, resourceId }, cursor) => eraseThreadsOf(opened, resourceId, cursor),
  expired: {
    due: {
      [expireThreadKind]: (threadKey, { opened }) => expireThread(opened, threadKey),
      [closeExpiredKind]: (threadKey, { opened }) => closeExpiredThread(opened, threadKey),
      [putNamesRightKind]: (threadKey, { opened }) => putNamesRight(opened, threadKey),
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
  holds: 'Which threads a user takes or took part in, and for some minutes which of these rows are to be checked',
  belongsTo: userIndexBelonging,
  personalData: ['identity id'],
  keptFor: 'as long as the thread, or until the identity is deleted; what leads to no thread for some minutes',
  locate: (identifier, { opened }, cursor) =>
    locateThreadByThread(identifier, opened, cursor, async () => ({ items: 1 })),
  async *exportItems(identifier, { opened }) {
    for await (const threadKey of threadsOf(identifier, opened.tables)) {
      yield { record: { threadKey } };
    }
  },
  exportedFields: { threadKey: 'Key of a thread that you take or took part in; it stands in the id of the thread' },
  erase: async (identifier, { opened }, cursor) => {
    if (identifier.kind !== 'identity') {
      return { erased: 0 };
    }
    const { rawId } = identifier;
    const { rows, continuation } = await opened.users.rows(rawId, maxRowsPerPage);
    await opened.users.removeRows(rawId, rows);
    if (continuation !== undefined) {
      return { erased: rows.length, cursor: 'more' };
    }
    const checks = await opened.users.eraseChecks(rawId, checksFrom(cursor));
    return {
      ...checks,
      ...(checks.cursor !== undefined && { cursor: `checks ${checks.cursor}` }),
      erased: rows.length,
    };
  },
  lateWrites: 'It is written before the thread, within one request',
  eraseResource: ({ opened, resourceId }, cursor) => eraseIndexOf(opened.tables.userIndex, resourceId, cursor),
  expired: { due: { [checkUserIndexKind]: (_all, { opened }) => checkUserIndex(opened) } },
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

function checksFrom(cursor: string | undefined): string | undefined {
  return cursor?.startsWith('checks ') ? cursor.slice('checks '.length) : undefined;
}

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
