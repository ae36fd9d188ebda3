// What an entry of a thread's log tells the outside: the one place where entries become events. They are made when they are
// told, of what the log says then: a message that was deleted meanwhile is not received any more, one that was changed is
// received as it is now, and of several changes only the last is told.
//
// An event has no words but of those whom it names: who did what it tells, and of whom. By their ids it is found with them
// wherever it lies, also where nobody but Event Grid has written it; words of others would lie there unknown to everybody.
import { keyedHash } from '../auth/index.js';
import { eventId, type EventType, type RaisedEvent, toEventIdentifier, toRecipient } from '../events/index.js';
import { amendedColumn, type LogEntry, ofColumn } from '../storage/index.js';
import { erasedRawId } from '../identity/index.js';
import { toIso } from '../time/instant.js';
import { chatEvents } from './event-types.js';
import { toMessage } from './log-entry.js';
import { messageIdOf } from './message-id.js';
import type { GivenName, IdentifiedMessage, MembershipChange, Metadata, SentMessage, ThreadState } from './model.js';
import { threadIdOf } from './thread-id.js';

export interface ThreadToTell {
  /** For the ids of events. */
  readonly idKey: Buffer;
  readonly key: string;
  readonly state: ThreadState;
  /** Nobody may read the thread any more: then nothing of it is told but that it has ended. */
  readonly isOver: boolean;
  /** Whom nothing is told of or to any more. */
  isGone(rawId: string): boolean;
  /** Raw ids of those who took part right behind this number. */
  membersAt(sequence: number): readonly string[];
  /** Whether somebody who took part may read this message, as it is now. */
  mayRead(rawId: string, message: IdentifiedMessage): boolean;
  /** The entry that another one changed, as it is now. */
  amended(sequence: number): LogEntry | undefined;
}

type Placed = Pick<ThreadToTell, 'idKey' | 'key' | 'state'>;

/** One thing that happened, told to the thread and to each of some people. */
interface Told {
  readonly types: { readonly thread: EventType; readonly user: EventType };
  readonly subject: string;
  /** Where the subject is written otherwise at the level of the thread. */
  readonly threadSubject?: string;
  readonly data: object;
  /** Fields that only users are told. */
  readonly userData?: object;
  /** Tells events of one entry apart. */
  readonly part?: string;
  /** Who did it, and is not told. */
  readonly by: string;
  /** Nobody did it. */
  readonly isByNobody?: boolean;
  readonly to: readonly string[];
}

/** Lazily: a thread has up to 250 people, and each gets an event of their own. */
export function* eventsOfEntry(thread: ThreadToTell, entry: LogEntry): Generator<RaisedEvent> {
  const { sequence, at } = entry;
  for (const told of toldOf(thread, entry)) {
    if (thread.isGone(told.by) && !told.isByNobody) {
      continue;
    }
    const { types, subject, threadSubject = subject, data, userData, part = '', by } = told;
    const id = (type: EventType, recipient: string) =>
      eventId(thread.idKey, thread.key, String(sequence), type.name, part, recipient);
    yield { id: id(types.thread, ''), type: types.thread, subject: threadSubject, time: at, data };
    for (const recipient of told.to) {
      if (recipient !== by && !thread.isGone(recipient)) {
        const toOne = toRecipient(subject, { ...data, ...userData }, recipient);
        yield { id: id(types.user, recipient), type: types.user, time: at, ...toOne };
      }
    }
  }
}

function* toldOf(thread: ThreadToTell, entry: LogEntry): Generator<Told> {
  const { state } = thread;
  // What was brought along from elsewhere has happened there.
  if (entry.sequence <= (state.statedUpTo ?? 0)) {
    return;
  }
  const { kind } = entry.columns;
  if (kind === 'threadDeleted' || kind === 'threadExpired') {
    yield* endOf(thread, entry);
  } else if (kind === 'amended' && !thread.isOver) {
    yield* amendmentOf(thread, entry);
  } else if (!thread.isOver) {
    const message = toMessage(entry, messageIdOf(state, entry));
    if (message !== undefined) {
      yield* messageOf(thread, message);
    }
  }
}

function* messageOf(thread: ThreadToTell, message: IdentifiedMessage): Generator<Told> {
  switch (message.kind) {
    case 'text':
    case 'html':
      if (message.deletedOn === undefined && message.content !== undefined) {
        yield aboutMessage(thread, message, message.sequence, chatEvents.received, writtenFields(message));
      }
      return;
    case 'topicUpdated':
      // That of a new thread is told with the thread.
      if (message.sequence > 2) {
        yield topicOf(thread, message);
      }
      return;
    case 'participantAdded':
      yield* message.sequence === 1 ? [creationOf(thread, message)] : additionsOf(thread, message);
      return;
    case 'participantRemoved':
      yield* removalsOf(thread, message);
  }
}

/** Of what was changed several times only the last change is told: the others are kept nowhere. */
function* amendmentOf(thread: ThreadToTell, entry: LogEntry): Generator<Told> {
  const amended = thread.amended(Number(entry.columns[ofColumn]));
  if (amended === undefined || Number(amended.columns[amendedColumn]) !== entry.sequence) {
    return;
  }
  const message = toMessage(amended, messageIdOf(thread.state, amended));
  if (message === undefined || !('sender' in message)) {
    return;
  }
  const { editedOn, deletedOn } = message;
  if (deletedOn !== undefined) {
    const fields = { deleteTime: toIso(deletedOn) };
    yield aboutMessage(thread, message, entry.sequence, chatEvents.deleted, fields);
  } else if (editedOn !== undefined) {
    const fields = { ...writtenFields(message), editTime: toIso(editedOn) };
    yield aboutMessage(thread, message, entry.sequence, chatEvents.edited, fields);
  }
}

function writtenFields({ content = '', metadata = {} }: SentMessage) {
  return { messageBody: content, metadata };
}

function aboutMessage(
  thread: ThreadToTell,
  message: Extract<IdentifiedMessage, SentMessage>,
  sequence: number,
  types: Told['types'],
  fields: object,
): Told {
  const { id, kind, sender, senderDisplayName, createdOn, editedOn, deletedOn } = message;
  const changedOn = Math.max(editedOn ?? 0, deletedOn ?? 0);
  const version = Number(id) || createdOn;
  return {
    types,
    subject: `${subjectOf(thread)}/sender/${sender}`,
    data: {
      ...common(thread, sequence),
      messageId: id,
      senderCommunicationIdentifier: toEventIdentifier(sender),
      senderDisplayName,
      composeTime: toIso(createdOn),
      type: kind === 'html' ? 'RichText/Html' : 'Text',
      version: changedOn === 0 ? version : Math.max(changedOn, version + 1),
      ...fields,
    },
    by: sender,
    to: thread.membersAt(sequence).filter((rawId) => thread.mayRead(rawId, message)),
  };
}

function topicOf(
  thread: ThreadToTell,
  { sequence, topic, initiator, createdOn }: Extract<IdentifiedMessage, { kind: 'topicUpdated' }>,
): Told {
  return {
    types: chatEvents.updated,
    subject: `${subjectOf(thread)}/editedBy/${initiator}`,
    data: {
      ...threadFields(thread, sequence, createdOn),
      editedByCommunicationIdentifier: toEventIdentifier(initiator),
      editTime: toIso(createdOn),
      properties: { topic },
      metadata: metadataBy(thread.state, initiator),
    },
    by: initiator,
    to: thread.membersAt(sequence),
  };
}

function creationOf(thread: ThreadToTell, { sequence, participants, initiator, createdOn }: MembershipChange): Told {
  const { topic, topicBy } = thread.state;
  return {
    types: chatEvents.created,
    subject: `${subjectOf(thread)}/createdBy/${initiator}`,
    data: {
      ...threadFields(thread, sequence, createdOn),
      createdByCommunicationIdentifier: toEventIdentifier(initiator),
      properties: topicBy === initiator ? { topic } : {},
      metadata: metadataBy(thread.state, initiator),
      participants: participants
        .filter(({ id }) => !thread.isGone(id))
        .map(({ id }) => participantOf(thread, id, initiator)),
    },
    by: initiator,
    to: thread.membersAt(sequence),
  };
}

function* additionsOf(thread: ThreadToTell, change: MembershipChange): Generator<Told> {
  const { sequence, participants, initiator, createdOn } = change;
  const to = thread.membersAt(sequence);
  for (const { id } of participants) {
    if (!thread.isGone(id)) {
      yield {
        types: chatEvents.added,
        subject: `${subjectOf(thread)}/participantAdded/${id}`,
        threadSubject: `${subjectOf(thread)}/participantadded/${id}`,
        data: {
          ...common(thread, sequence),
          time: toIso(createdOn),
          addedByCommunicationIdentifier: toEventIdentifier(initiator),
          participantAdded: participantOf(thread, id, initiator),
          version: createdOn,
        },
        userData: { createTime: toIso(thread.state.createdOn) },
        part: id,
        by: initiator,
        to,
      };
    }
  }
}

function* removalsOf(thread: ThreadToTell, change: MembershipChange): Generator<Told> {
  const { sequence, participants, initiator, createdOn } = change;
  const left = thread.membersAt(sequence);
  for (const { id } of participants) {
    if (!thread.isGone(id)) {
      yield {
        types: chatEvents.removed,
        subject: `${subjectOf(thread)}/participantRemoved/${id}`,
        threadSubject: `${subjectOf(thread)}/participantremoved/${id}`,
        data: {
          ...common(thread, sequence),
          time: toIso(createdOn),
          removedByCommunicationIdentifier: toEventIdentifier(initiator),
          participantRemoved: participantOf(thread, id, initiator),
          version: createdOn,
        },
        userData: { createTime: toIso(thread.state.createdOn) },
        part: id,
        by: initiator,
        to: [...new Set([...left, id])],
      };
    }
  }
}

/** A thread that its policy has ended is told of once: the deletion behind it, a month later, is not. */
function* endOf(thread: ThreadToTell, { sequence, at, columns }: LogEntry): Generator<Told> {
  if (columns['kind'] === 'threadExpired' || thread.state.expired === undefined) {
    yield endOfThread(thread, sequence, at);
  }
}

/** @param at product ms */
export function endOfThread(
  thread: Pick<ThreadToTell, 'idKey' | 'key' | 'state' | 'isGone'>,
  sequence: number,
  at: number,
): Told {
  const { state } = thread;
  const by = endedBy(thread);
  return {
    types: chatEvents.ended,
    subject: `${subjectOf(thread)}/deletedBy/${by}`,
    data: {
      ...threadFields(thread, sequence, at),
      deletedByCommunicationIdentifier: toEventIdentifier(by),
      deleteTime: toIso(at),
    },
    by,
    isByNobody: by !== state.deleted?.by,
    to: state.members.map(({ id }) => id),
  };
}

/** A thread that its policy has ended is told of as ended by the id that stands for nobody. */
function endedBy({ state, isGone }: Pick<ThreadToTell, 'state' | 'isGone'>): string {
  const by = state.deleted?.by;
  return by === undefined || isGone(by) ? erasedRawId(state.resourceId) : by;
}

function subjectOf({ key, state }: Placed): string {
  return `thread/${threadIdOf(key, state)}`;
}

/** The transaction is opaque; each change has one. */
function common({ idKey, key, state }: Placed, sequence: number) {
  const random = keyedHash(idKey, 'transaction', key, String(sequence)).subarray(0, 16).toString('base64');
  return { transactionId: `${random.slice(0, 22)}.1.1.1.1.${sequence}.1`, threadId: threadIdOf(key, state) };
}

function threadFields(thread: Placed, sequence: number, at: number) {
  return { ...common(thread, sequence), createTime: toIso(thread.state.createdOn), version: at };
}

/** Of the metadata what somebody wrote. */
function metadataBy({ metadata = {}, metadataBy: authors = {} }: ThreadState, author: string): Metadata {
  return Object.fromEntries(Object.entries(metadata).filter(([key]) => authors[key] === author));
}

/** With their name when they gave it, or who did what is told. */
function participantOf({ state: { members, formerNames = [] } }: ThreadToTell, rawId: string, by: string) {
  const named: readonly GivenName[] = [...members, ...formerNames];
  const { displayName, namedBy } = named.find(({ id }) => id === rawId) ?? {};
  return {
    ...(displayName !== undefined && (namedBy === by || namedBy === rawId) && { displayName }),
    participantCommunicationIdentifier: toEventIdentifier(rawId),
  };
}
