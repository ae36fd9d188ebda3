// The events of chat, as the contract has them. At the level of users: one for each who takes part, but not for who did it;
// at the level of the thread: one. https://learn.microsoft.com/azure/event-grid/communication-services-chat-events
import { z } from 'zod';
import { EventIdentifier, type EventType, eventType } from '../events/index.js';

const text = z.string();
const count = z.number();
const texts = z.record(text, text);

const inThread = { transactionId: text, threadId: text };
const toUser = { recipientCommunicationIdentifier: EventIdentifier };
const message = {
  ...inThread,
  messageId: text,
  senderCommunicationIdentifier: EventIdentifier,
  senderDisplayName: text,
  composeTime: text,
  type: z.enum(['Text', 'RichText/Html']),
  version: count,
};
const written = { ...message, messageBody: text, metadata: texts };
const edited = { ...written, editTime: text };
const deleted = { ...message, deleteTime: text };
const thread = { ...inThread, createTime: text, version: count };
const properties = z.record(text, z.unknown());
const participant = z.strictObject({
  displayName: text.optional(),
  participantCommunicationIdentifier: EventIdentifier,
  metadata: texts.optional(),
});
const created = {
  ...thread,
  createdByCommunicationIdentifier: EventIdentifier,
  properties,
  metadata: texts,
  participants: z.array(participant),
};
const ended = { ...thread, deletedByCommunicationIdentifier: EventIdentifier, deleteTime: text };
const updated = {
  ...thread,
  editedByCommunicationIdentifier: EventIdentifier,
  editTime: text,
  properties,
  metadata: texts,
};
const added = {
  ...inThread,
  time: text,
  addedByCommunicationIdentifier: EventIdentifier,
  participantAdded: participant,
  version: count,
};
const removed = {
  ...inThread,
  time: text,
  removedByCommunicationIdentifier: EventIdentifier,
  participantRemoved: participant,
  version: count,
};

/** What people wrote goes; that something was written stays. */
const emptied: Readonly<Record<string, unknown>> = {
  messageBody: '',
  metadata: {},
  senderDisplayName: '',
  properties: {},
};

type Participant = z.infer<typeof participant>;

function idsOnly<Data extends object>(data: Data): Data {
  const strip = ({ participantCommunicationIdentifier }: Participant) => ({ participantCommunicationIdentifier });
  const entries = Object.entries(data).map(([name, value]) => {
    if (name in emptied) {
      return [name, emptied[name]];
    }
    if (name === 'participants') {
      return [name, (value as readonly Participant[]).map(strip)];
    }
    return [name, /^participant(Added|Removed)$/.test(name) ? strip(value as Participant) : value];
  });
  return Object.fromEntries(entries) as Data;
}

const declare = (name: string, level: EventType['level'], summary: string, data: z.ZodRawShape): EventType =>
  eventType({ name, level, summary, data: z.strictObject(data), withoutContent: idsOnly });
const forUsers = (name: string, summary: string, data: z.ZodRawShape) =>
  declare(name, 'user', summary, { ...data, ...toUser });
const forThread = (name: string, summary: string, data: z.ZodRawShape) => declare(name, 'thread', summary, data);

/** By what has happened: the type for the thread, and that for each user. */
export const chatEvents = {
  received: {
    thread: forThread('ChatMessageReceivedInThread', 'A message was sent.', written),
    user: forUsers('ChatMessageReceived', 'A message was sent, for each other participant.', written),
  },
  edited: {
    thread: forThread('ChatMessageEditedInThread', 'A message was changed; only of its last change.', edited),
    user: forUsers('ChatMessageEdited', 'The same for each other participant.', edited),
  },
  deleted: {
    thread: forThread('ChatMessageDeletedInThread', 'A message was deleted.', deleted),
    user: forUsers('ChatMessageDeleted', 'The same for each other participant.', deleted),
  },
  created: {
    thread: forThread('ChatThreadCreated', 'A thread was made.', created),
    user: forUsers('ChatThreadCreatedWithUser', 'The same for each participant but who made it.', created),
  },
  ended: {
    thread: forThread('ChatThreadDeleted', 'A thread was deleted, or its policy has run out.', ended),
    user: forUsers('ChatThreadWithUserDeleted', 'The same for each participant but who deleted it.', ended),
  },
  updated: {
    thread: forThread('ChatThreadPropertiesUpdated', 'A thread got another topic.', updated),
    user: forUsers('ChatThreadPropertiesUpdatedPerUser', 'The same for each other participant.', updated),
  },
  added: {
    thread: forThread('ChatThreadParticipantAdded', 'Somebody was added to a thread, for each added.', added),
    user: forUsers(
      'ChatParticipantAddedToThreadWithUser',
      'The same for each participant, who was added included, but who did it.',
      { ...added, createTime: text },
    ),
  },
  removed: {
    thread: forThread('ChatThreadParticipantRemoved', 'Somebody was removed from a thread, or left.', removed),
    user: forUsers(
      'ChatParticipantRemovedFromThreadWithUser',
      'The same for each participant, who was removed included, but who did it.',
      { ...removed, createTime: text },
    ),
  },
} as const satisfies Readonly<Record<string, { readonly thread: EventType; readonly user: EventType }>>;

/** Who gets it stands in its subject alone. */
export const typingEvent = declare(
  'ChatTypingIndicatorReceivedInThread',
  'user',
  'Somebody is typing, for each other participant; told at once or not at all.',
  written,
);

export const chatEventTypes: readonly EventType[] = [
  ...Object.values(chatEvents).flatMap(({ thread: one, user }) => [one, user]),
  typingEvent,
];
