// The chat capability over the storage of a composed app, for what no route does: threads that come with ids of theirs.
import { randomBytes } from 'node:crypto';
import { KeyRing } from '../../shared/auth/index.js';
import {
  chatExpiredThreads,
  chatImages,
  type ChatParts,
  chatThreads,
  chatUserIndex,
  ExpiredIndex,
  IndexChecks,
  rememberedChatColumns,
  tellsNobody,
  threadColumns,
  tellsNothing,
  type ThreadState,
  UserIndex,
} from '../../shared/chat/index.js';
import { DueIndex, dueIndexStore, Log, openShards } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import type { TestProcess } from '../app/composed-app.js';

export function chatPartsOn({ app: { storage, clock } }: TestProcess): ChatParts {
  const due = new DueIndex(storage.table(dueIndexStore), randomIds);
  const tables = { threads: openShards(storage, chatThreads), userIndex: openShards(storage, chatUserIndex) };
  return {
    tables,
    clock,
    ids: randomIds,
    keys: new KeyRing(new Map([[1, randomBytes(32)]])),
    threads: new Log<ThreadState>({
      tableOf: (key) => tables.threads.of(key),
      remember: rememberedChatColumns,
      stateColumns: threadColumns,
      clock,
      ids: randomIds,
    }),
    users: new UserIndex(tables.userIndex, new IndexChecks(due, clock, randomIds)),
    due,
    expired: new ExpiredIndex(storage.table(chatExpiredThreads)),
    images: storage.blobs(chatImages),
    copies: { changing: (_resource, _words, change) => change(), dropWhole: async () => undefined },
    live: tellsNobody,
    telling: tellsNothing,
    standingOf: async () => 'ours',
    isHidden: () => false,
    wasDeleted: async () => false,
  };
}
