// Chat. Contract: chat 2025-03-15 (SDK @azure/communication-chat).
import type { Operation } from '../../shared/api/index.js';
import {
  chatEventTypes,
  chatExpiredThreads,
  chatImages,
  chatMemory,
  type ChatParts,
  chatThreads,
  chatUserIndex,
  ExpiredIndex,
  IndexChecks,
  liveThreads,
  peopleInEntry,
  peopleInState,
  rememberedChatColumns,
  tellLive,
  tellsNobody,
  threadColumns,
  tellsNothing,
  tellThread,
  threadEvents,
  type ThreadState,
  UserIndex,
} from '../../shared/chat/index.js';
import { bind } from '../../shared/data-map/index.js';
import { recordCommit } from '../../shared/diagnostics/index.js';
import type { ResourceDirectory } from '../../shared/resources/index.js';
import { type AppendWatch, Log, openShards } from '../../shared/storage/index.js';
import type { Clock } from '../../shared/time/clock.js';
import type { EventTelling, EventsCapability } from '../events/capability.js';
import type { Capability } from '../capability.js';
import type { RealtimeCapability } from '../realtime/capability.js';
import type { Config } from '../config.js';
import type { Foundation } from '../foundation.js';
import { chatHistoryOperations } from './history.js';
import { chatImageOperations } from './images.js';
import { chatMessageOperations } from './messages.js';
import { chatRetentionOperations } from './retention.js';
import { chatRequestLog } from './request-log.js';
import { chatThreadOperations } from './threads.js';

/** No request of an instance that was replaced is under way for longer; monotonic ms. */
const othersGoneAfterMs = 10 * 60_000;

export interface ChatPorts {
  /** Copies of what users wrote that lie elsewhere. */
  readonly copies: ChatParts['copies'];
  readonly live: Pick<RealtimeCapability, 'follow'>;
  readonly events: Pick<EventsCapability, 'telling' | 'rows'>;
}

export function chatCapability(foundation: Foundation, { copies, events, live }: ChatPorts): Capability {
  const { config, storage, clock, ids, keys, due, burials, directory, door } = foundation;
  const tables = { threads: openShards(storage, chatThreads), userIndex: openShards(storage, chatUserIndex) };
  const isHidden: ChatParts['isHidden'] = (identifier) => burials.isHidden(identifier);
  let watch: AppendWatch<ThreadState> | undefined;
  const threads = new Log<ThreadState>({
    watch: {
      before: (key, state, newest) => watch?.before(key, state, newest),
      after: (key, state, newest, changes) => {
        recordCommit(changes);
        watch?.after(key, state, newest, changes);
      },
    },
    tableOf: (key) => tables.threads.of(key),
    remember: rememberedChatColumns,
    stateColumns: threadColumns,
    clock,
    ids,
    memory: {
      maxBytes: config.readMemoryBytes,
      mayAnswer: isAlone(config, clock),
      people: {
        inState: peopleInState,
        inEntry: peopleInEntry,
        subjectOf: (rawId) => burials.subjectOf({ kind: 'identity', rawId }) ?? '',
        isHidden: (subject) => burials.isHiddenSubject(subject),
      },
    },
  });
  burials.onBurial((subject) => threads.forgetPerson(subject));
  const chatParts: ChatParts = {
    tables,
    clock,
    ids,
    keys,
    threads,
    users: new UserIndex(tables.userIndex, new IndexChecks(due, clock, ids)),
    due,
    expired: new ExpiredIndex(storage.table(chatExpiredThreads)),
    images: storage.blobs(chatImages),
    copies,
    live: tellsNobody,
    telling: tellsNothing,
    standingOf: (resource, rawId) => door.standingOf(resource, rawId),
    isHidden,
    wasDeleted: (resourceId, rawId) => burials.wasDeleted(resourceId, { kind: 'identity', rawId }),
  };
  const { telling, rows } = events;
  const followed = telling && followThreads(chatParts, telling, rows);
  const feed = live.follow(liveThreads(chatParts));
  watch = bothWatching(followed?.watch, feed);
  const chat = {
    ...chatParts,
    ...(followed && { telling: followed.telling }),
    ...(feed && { live: tellLive(feed, chatParts) }),
  };
  return {
    name: 'chat',
    stores: [
      bind(chatMemory, { threads, subjectOf: (identifier) => burials.subjectOf(identifier) }),
      bind(chatImages, chat),
      bind(chatThreads, chat),
      bind(chatUserIndex, chat),
      bind(chatExpiredThreads, chat),
    ],
    operations: chatOperations(chat, directory),
    events: chatEventTypes,
    logs: [chatRequestLog],
    forget: () => {
      threads.forgetAll();
      chat.users.forget();
    },
  };
}

/** Whoever is online is told of what was written, and asks for no wait; what the outside is told is marked first. */
function bothWatching(
  outside: AppendWatch<ThreadState> | undefined,
  online: AppendWatch<ThreadState> | undefined,
): AppendWatch<ThreadState> {
  return {
    before: (key, state, newest) => {
      online?.before(key, state, newest);
      return outside?.before(key, state, newest);
    },
    after: (...written) => {
      outside?.after(...written);
      online?.after(...written);
    },
  };
}

/** Has what happens in threads told to the outside: the log is the outbox. */
function followThreads(
  chat: ChatParts,
  { marks, teller, idKey, followLog }: EventTelling,
  rows: EventsCapability['rows'],
): { readonly watch: AppendWatch<ThreadState>; readonly telling: ChatParts['telling'] } {
  const { before, after } = followLog(threadEvents(chat, idKey));
  const isGone = (rawId: string) => chat.isHidden({ kind: 'identity', rawId });
  return {
    watch: {
      before: (key, { resourceId }, newest) => before({ resourceId, key }, newest),
      after: (key, { resourceId }, newest) => after({ resourceId, key }, newest),
    },
    telling: tellThread({ marks, rows, teller, clock: chat.clock, idKey, isGone }),
  };
}

/**
 * Whether no instance of an earlier build can be at work any more, which changes messages and takes no number: then what is
 * remembered could not be proved. A deployment replaces all of them; what this process waits begins anew with the process.
 */
function isAlone({ isEmulator }: Pick<Config, 'isEmulator'>, clock: Clock): () => boolean {
  const began = clock.monotonic();
  return () => isEmulator || clock.monotonic() - began > othersGoneAfterMs;
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
