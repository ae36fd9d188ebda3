// A notice as the client of one person reads it. Fields: those that the client for browsers reads, and beside them those
// that the clients of iOS and Android read. Times in messages are spelled `edittime`, those of threads `editTime`.
import { toIso } from '../time/instant.js';
import type { LiveNotice, LivePerson, MessageNotice, ReadNotice, ThreadNotice, TypingNotice } from './model.js';

const eventIds = {
  messageReceived: 200,
  typing: 245,
  read: 246,
  messageEdited: 247,
  messageDeleted: 248,
  threadCreated: 257,
  threadUpdated: 258,
  threadDeleted: 259,
  participantsAdded: 260,
  participantsRemoved: 261,
} as const satisfies Record<LiveNotice['kind'], number>;

/** @param recipient raw id of whom it is for: the body names them */
export function noticeBody(notice: LiveNotice, recipient: string): string {
  return JSON.stringify({ eventId: eventIds[notice.kind], ...fieldsOf(notice, recipient) });
}

function fieldsOf(notice: LiveNotice, recipient: string): object {
  switch (notice.kind) {
    case 'messageReceived':
    case 'messageEdited':
    case 'messageDeleted':
      return messageFields(notice, recipient);
    case 'typing':
      return typingFields(notice, recipient);
    case 'read':
      return readFields(notice, recipient);
    default:
      return threadFields(notice, recipient);
  }
}

function messageFields(notice: MessageNotice, recipient: string): object {
  const { kind, messageId, type, content, metadata, attachments = [] } = notice;
  return {
    ...fromTo(notice.sender, recipient),
    groupId: notice.threadId,
    messageId,
    collapseId: '',
    messageType: type === 'html' ? 'RichText/Html' : 'Text',
    senderDisplayName: notice.senderDisplayName,
    clientMessageId: '',
    originalArrivalTime: toIso(notice.createdOn),
    priority: '',
    version: notice.version,
    ...(kind !== 'messageDeleted' && {
      messageBody: content,
      acsChatMessageMetadata: JSON.stringify(metadata ?? null),
      attachments: JSON.stringify(attachments),
    }),
    ...(kind === 'messageEdited' && { edittime: toIso(notice.editedOn ?? notice.createdOn) }),
    ...(kind === 'messageDeleted' && { deletetime: toIso(notice.deletedOn ?? notice.createdOn) }),
  };
}

function typingFields({ threadId, sender, senderDisplayName, on }: TypingNotice, recipient: string): object {
  return {
    ...fromTo(sender, recipient),
    groupId: threadId,
    version: String(Math.floor(on)),
    originalArrivalTime: toIso(on),
    senderDisplayName,
  };
}

function readFields({ threadId, reader, messageId, readOn }: ReadNotice, recipient: string): object {
  const readMs = Math.floor(readOn);
  return {
    ...fromTo(reader, recipient),
    groupId: threadId,
    messageId,
    clientMessageId: '0',
    senderDisplayName: '',
    messageType: 'ThreadActivity/MemberConsumptionHorizonUpdate',
    messageBody: JSON.stringify({
      user: reader,
      consumptionhorizon: `${messageId};${readMs};0`,
      messageVisibilityTime: Number(messageId) || readMs,
      version: String(readMs),
    }),
  };
}

/** Who did what and when is spelled otherwise in each. */
const threadWords = {
  threadCreated: { by: 'createdBy', people: 'members' },
  threadUpdated: { by: 'editedBy', on: 'editTime' },
  threadDeleted: { by: 'deletedBy', on: 'deleteTime' },
  participantsAdded: { by: 'addedBy', on: 'time', people: 'participantsAdded' },
  participantsRemoved: { by: 'removedBy', on: 'time', people: 'participantsRemoved' },
} as const satisfies Record<ThreadNotice['kind'], { by: string; on?: string; people?: string }>;

function threadFields(notice: ThreadNotice, recipient: string): object {
  const { kind, threadId, createdOn, on, by, people = [], properties } = notice;
  const words: { readonly by: string; readonly on?: string; readonly people?: string } = threadWords[kind];
  return {
    senderId: by?.id ?? '',
    ...toRecipient(recipient),
    transactionId: '',
    groupId: '',
    threadId,
    threadType: 'chat',
    version: String(Math.floor(on)),
    createTime: toIso(createdOn),
    ...(words.on !== undefined && { [words.on]: toIso(on) }),
    ...(by !== undefined && { [words.by]: written(participantOf(by)) }),
    ...(words.people !== undefined && { [words.people]: written(people.map(participantOf)) }),
    ...(properties !== undefined && { properties: written(propertiesOf(properties)) }),
    ...(kind === 'threadDeleted' && { reason: by === undefined ? 'deletedByPolicy' : 'deletedByUser' }),
  };
}

function participantOf({ id, displayName, sharedFrom, metadata }: LivePerson): object {
  return {
    participantId: id,
    displayName: displayName ?? null,
    ...(sharedFrom !== undefined && { shareHistoryTime: Math.floor(sharedFrom) }),
    ...(metadata !== undefined && { memberMetaData: JSON.stringify(metadata) }),
  };
}

function propertiesOf({ topic, metadata, retention }: NonNullable<ThreadNotice['properties']>): object {
  return {
    topic,
    ...(metadata !== undefined && { acsChatThreadMetadata: JSON.stringify(metadata) }),
    ...(retention?.kind === 'threadCreationDate' && {
      retentionPolicy: JSON.stringify({
        retentionPolicyType: 'DeleteAfterCreationTime',
        executeAfter: `${retention.deleteThreadAfterDays}.00:00:00`,
      }),
    }),
  };
}

/** The client runs these through `unescape`, which must find nothing to take apart. */
function written(value: unknown): string {
  return JSON.stringify(value).replaceAll('%', '%25');
}

function fromTo(sender: string, recipient: string) {
  return { senderId: sender, ...toRecipient(recipient), transactionId: '' };
}

function toRecipient(recipient: string) {
  return { recipientId: recipient.replace(/^8:/, ''), recipientMri: recipient };
}
