// What an entry of a thread's log tells one reader live: the one place where entries become notices. Of a message it says
// what the message is now, so one that was deleted meanwhile is not received any more.
import { erasedRawId } from '../identity/index.js';
import type { LiveNotice, LivePerson, MessageNotice, ThreadNotice } from '../realtime/index.js';
import { amendedColumn, type LogEntry, ofColumn } from '../storage/index.js';
import type { GivenName, IdentifiedMessage, MembershipChange, SentMessage, ThreadState } from './model.js';
import type { ShowMessage } from './show-message.js';
import { threadIdOf } from './thread-id.js';

export interface ThreadToShow {
  readonly key: string;
  readonly state: ThreadState;
  /** The entry that another one changed, as it is now. */
  amended(sequence: number): LogEntry | undefined;
}

type Placed = Pick<ThreadToShow, 'key' | 'state'>;

/** @returns undefined for what this reader does not see, and for what nobody is told */
export function noticeOf(thread: ThreadToShow, entry: LogEntry, show: ShowMessage): LiveNotice | undefined {
  if (entry.columns['kind'] === 'amended') {
    return amendmentOf(thread, entry, show);
  }
  const message = show(entry);
  if (message === undefined) {
    return undefined;
  }
  switch (message.kind) {
    case 'text':
    case 'html':
      return message.deletedOn === undefined && message.content !== undefined
        ? ofMessage(thread, 'messageReceived', message)
        : undefined;
    case 'topicUpdated':
      // That of a new thread is told with the thread.
      return message.sequence > 2
        ? ofThread(thread, 'threadUpdated', message, { properties: propertiesOf(thread.state, message.topic) })
        : undefined;
    case 'participantAdded':
      return message.sequence === 1
        ? ofThread(thread, 'threadCreated', message, {
            people: peopleOf(message),
            properties: propertiesOf(thread.state),
          })
        : ofThread(thread, 'participantsAdded', message, { people: peopleOf(message) });
    case 'participantRemoved':
      return ofThread(thread, 'participantsRemoved', message, { people: peopleOf(message) });
  }
}

/** Something beside the topic was changed. Entries of earlier builds do not say by whom, so nobody is told. */
export function changeOf(
  { key, state }: Placed,
  { at: on, columns }: LogEntry,
  isGone: (rawId: string) => boolean,
): ThreadNotice | undefined {
  const { kind, initiator } = columns;
  return kind !== 'threadChanged' || typeof initiator !== 'string' || isGone(initiator)
    ? undefined
    : {
        kind: 'threadUpdated',
        threadId: threadIdOf(key, state),
        createdOn: state.createdOn,
        on,
        by: personOf(state, initiator),
        properties: propertiesOf(state),
      };
}

/** A thread that its policy has ended is told of once: the deletion behind it, a month later, is not. */
export function endOfThread(
  key: string,
  state: ThreadState,
  entries: readonly LogEntry[],
  isGone: (rawId: string) => boolean,
): ThreadNotice | undefined {
  const end = entries.find(
    ({ columns: { kind } }) => kind === 'threadExpired' || (kind === 'threadDeleted' && state.expired === undefined),
  );
  if (end === undefined) {
    return undefined;
  }
  const { deleted, createdOn } = state;
  const by = deleted?.by;
  return {
    kind: 'threadDeleted',
    threadId: threadIdOf(key, state),
    createdOn,
    on: end.at,
    by: by === undefined || isGone(by) ? undefined : personOf(state, by),
  };
}

/** Of a message that was changed several times only the last change is told: what it said before is kept nowhere. */
function amendmentOf(thread: ThreadToShow, entry: LogEntry, show: ShowMessage): LiveNotice | undefined {
  const amended = thread.amended(Number(entry.columns[ofColumn]));
  if (amended === undefined || Number(amended.columns[amendedColumn]) !== entry.sequence) {
    return undefined;
  }
  const message = show(amended);
  if (message === undefined || !('sender' in message) || message.amended !== entry.sequence) {
    return undefined;
  }
  return ofMessage(thread, message.deletedOn === undefined ? 'messageEdited' : 'messageDeleted', message);
}

function ofMessage(
  { key, state }: Placed,
  kind: MessageNotice['kind'],
  message: SentMessage & { readonly id: string },
): MessageNotice {
  const { id, sender, senderDisplayName, content = '', metadata, attachments } = message;
  const { createdOn, editedOn, deletedOn } = message;
  const changedOn = deletedOn ?? editedOn;
  return {
    kind,
    threadId: threadIdOf(key, state),
    messageId: id,
    sender,
    senderDisplayName,
    type: message.kind,
    content,
    metadata,
    attachments,
    createdOn,
    editedOn,
    deletedOn,
    // A later moment than the id, which is the version of a message that was never changed.
    version: changedOn === undefined ? id : String(Math.max(changedOn, (Number(id) || 0) + 1)),
  };
}

function ofThread(
  { key, state }: Placed,
  kind: ThreadNotice['kind'],
  { createdOn: on, initiator }: Exclude<IdentifiedMessage, SentMessage>,
  what: Pick<ThreadNotice, 'people' | 'properties'>,
): ThreadNotice | undefined {
  // Nothing is told of what somebody did who is gone.
  return initiator === erasedRawId(state.resourceId)
    ? undefined
    : {
        kind,
        threadId: threadIdOf(key, state),
        createdOn: state.createdOn,
        on,
        by: personOf(state, initiator),
        ...what,
      };
}

function peopleOf({ participants }: MembershipChange): readonly LivePerson[] {
  return participants;
}

function personOf({ members, formerNames = [] }: ThreadState, id: string): LivePerson {
  const named: readonly GivenName[] = [...members, ...formerNames];
  return { id, displayName: named.find((each) => each.id === id)?.displayName };
}

function propertiesOf(state: ThreadState, topic = state.topic): NonNullable<ThreadNotice['properties']> {
  return { topic, metadata: state.metadata, retention: state.retention };
}
