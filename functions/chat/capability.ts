// Chat. Contract: chat 2025-03-15 (SDK @azure/communication-chat).
import type { Operation } from '../../shared/api/index.js';
import {
  chatExpiredThreads,
  chatImages,
  type ChatParts,
  chatThreads,
  chatUserIndex,
  ExpiredIndex,
  rememberedChatColumns,
  threadColumns,
  type ThreadState,
  UserIndex,
} from '../../shared/chat/index.js';
import { bind } from '../../shared/data-map/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import { Log, openShards } from '../../shared/storage/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { chatHistoryOperations } from './history.js';
import { chatImageOperations } from './images.js';
import { chatMessageOperations } from './messages.js';
import { chatRetentionOperations } from './retention.js';
import { chatThreadOperations } from './threads.js';

export interface ChatPorts {
  /** Copies of what users wrote that lie elsewhere. */
  readonly copies: ChatParts['copies'];
}

export function chatCapability(foundation: Foundation, { copies }: ChatPorts): Capability {
  const { storage, clock, ids, keys, due, burials, directory, door } = foundation;
  const tables = { threads: openShards(storage, chatThreads), userIndex: openShards(storage, chatUserIndex) };
  const threads = new Log<ThreadState>({
    tableOf: (key) => tables.threads.of(key),
    remember: rememberedChatColumns,
    stateColumns: threadColumns,
    clock,
    ids,
  });
  const chat: ChatParts = {
    tables,
    clock,
    ids,
    keys,
    threads,
    users: new UserIndex(tables.userIndex),
    due,
    expired: new ExpiredIndex(storage.table(chatExpiredThreads)),
    images: storage.blobs(chatImages),
    copies,
    standingOf: (resource, rawId) => door.standingOf(resource, rawId),
    isBuried: (rawId) => burials.isBuried(rawId),
    wasDeleted: (rawId) => burials.wasDeleted(rawId),
  };
  return {
    name: 'chat',
    stores: [
      bind(chatImages, chat),
      bind(chatThreads, chat),
      bind(chatUserIndex, chat),
      bind(chatExpiredThreads, chat),
    ],
    operations: chatOperations(chat, directory),
    forget: () => threads.forgetAll(),
  };
}

export function chatOperations(
  chat: ChatParts,
  directory: Pick<ResourceDirectory, 'setChatRetention' | 'setChatHistory'>,
): readonly Operation[] {
  return [
    ...chatThreadOperations(chat),
    ...chatMessageOperations(chat),
    ...chatImageOperations(chat),
    ...chatRetentionOperations(chat, directory),
    ...chatHistoryOperations(directory),
  ];
}
