// What the chat capability keeps, for the data map, and how a person's part of it is walked: from the index of the
// user's threads (former ones included) to the entries that they sent.
import { dataStore, type PersonalIdentifier } from '../data-map/index.js';
import { type Columns, logKeys, shardOf, type Storage, type Stored, type Table } from '../storage/index.js';
import { imageBlobName, imagePrefix } from './image-names.js';
import { toMessage } from './log-entry.js';

export const chatImages = dataStore<Storage>({
  name: 'chatimages',
  medium: 'blob',
  holds: 'Images that participants sent to chat threads',
  personalData: ['image content'],
  keptFor: 'as long as its thread, or until its sender deletes it',
  locate: async (identifier, access) => {
    let items = 0;
    for await (const _image of imagesOf(identifier, access.opened)) items += 1;
    return { items };
  },
  async *exportItems(identifier, access) {
    for await (const { blobName, row } of imagesOf(identifier, access.opened)) {
      yield { blobName, name: row['name'], sentOn: row['at'] };
    }
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for await (const { blobName, row, table } of imagesOf(identifier, access.opened)) {
      await access.opened.blobs(chatImages).remove(blobName);
      await table.remove(row.partitionKey, row.rowKey);
      erased += 1;
    }
    return erased;
  },
  expired: async () => 0,
});

/** Partition of every shard of the user index. */
export const userIndexPartition = 'users';

const pageRows = 500;

export const chatThreads = dataStore<Storage>({
  name: 'chatthreads',
  medium: 'table',
  shards: 16,
  holds: 'Chat threads: topic, participants and retention policy, and the log of messages and changes',
  personalData: ['identity ids', 'display names', 'topic', 'message content', 'metadata'],
  keptFor: "by the thread's retention policy, or until the thread is deleted",
  locate: async (identifier, access) => {
    let items = 0;
    let since = Number.POSITIVE_INFINITY;
    for await (const { row } of sentBy(identifier, access.opened)) {
      items += 1;
      since = Math.min(since, Number(row['at']));
    }
    return items === 0 ? { items } : { items, since };
  },
  async *exportItems(identifier, access) {
    for await (const { row } of sentBy(identifier, access.opened)) {
      const entry = { sequence: logKeys.sequenceOf(row.rowKey), at: Number(row['at']), columns: row };
      yield { threadKey: row.partitionKey, ...toMessage(entry) };
    }
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for await (const { row, table } of sentBy(identifier, access.opened)) {
      // The row stays, so that the log stays dense; nothing of the message does.
      const { partitionKey, rowKey, at } = row;
      await table.update({ partitionKey, rowKey, at: Number(at), kind: 'erased' }, '*', 'replace');
      erased += 1;
    }
    return erased;
  },
  expired: async () => 0,
});

export const chatUserIndex = dataStore<Storage>({
  name: 'chatuserindex',
  medium: 'table',
  shards: 16,
  holds: 'Which threads a user takes or took part in',
  personalData: ['identity id'],
  keptFor: 'as long as the thread, or until the identity is deleted',
  locate: async (identifier, access) => {
    let items = 0;
    for await (const _row of indexRows(identifier, access.opened)) items += 1;
    return { items };
  },
  async *exportItems(identifier, access) {
    for await (const { threadKey } of indexRows(identifier, access.opened)) yield { threadKey };
  },
  erase: async (identifier, access) => {
    let erased = 0;
    for await (const { table, rowKey } of indexRows(identifier, access.opened)) {
      await table.remove(userIndexPartition, rowKey);
      erased += 1;
    }
    return erased;
  },
  expired: async () => 0,
});

async function* indexRows(identifier: PersonalIdentifier, storage: Storage) {
  if (identifier.kind !== 'identity') return;
  const prefix = `${identifier.rawId}!`;
  const table = storage.table(chatUserIndex, shardOf(chatUserIndex, identifier.rawId));
  for await (const row of allRows(table, userIndexPartition, prefix, `${identifier.rawId}"`)) {
    yield { table, rowKey: row.rowKey, threadKey: row.rowKey.slice(prefix.length) };
  }
}

async function* sentBy(identifier: PersonalIdentifier, storage: Storage) {
  for await (const { threadKey } of indexRows(identifier, storage)) {
    const table = storage.table(chatThreads, shardOf(chatThreads, threadKey));
    for await (const row of allRows(table, threadKey, logKeys.firstOfLog, logKeys.afterLog)) {
      if (identifier.kind === 'identity' && row['sender'] === identifier.rawId) yield { table, row };
    }
  }
}

async function* imagesOf(identifier: PersonalIdentifier, storage: Storage) {
  for await (const { threadKey } of indexRows(identifier, storage)) {
    const table = storage.table(chatThreads, shardOf(chatThreads, threadKey));
    for await (const row of allRows(table, threadKey, imagePrefix, `${imagePrefix}~`)) {
      const isTheirs = identifier.kind === 'identity' && row['owner'] === identifier.rawId;
      if (isTheirs) yield { table, row, blobName: imageBlobName(threadKey, row.rowKey.slice(imagePrefix.length)) };
    }
  }
}

async function* allRows(table: Table, partition: string, from: string, to: string): AsyncGenerator<Stored<Columns>> {
  let continuation: string | undefined;
  do {
    const page = await table.query<Columns>({
      partition,
      from,
      to,
      top: pageRows,
      ...(continuation !== undefined && { continuation }),
    });
    yield* page.rows;
    continuation = page.continuation;
  } while (continuation !== undefined);
}
