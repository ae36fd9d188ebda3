// How an entry of a thread's log lies in a row, and back.
import { type Columns, type LogEntry, readLongText, writeLongText } from '../storage/index.js';
import type { Attachment, Member, Message, Metadata, NamedParticipant, SentMessage } from './model.js';

/** Columns that a process keeps in memory of recent entries: enough to decide who may amend them. */
export const rememberedChatColumns = ['kind', 'sender', 'deletedOn'];

/** A message without what its place in the log gives it. */
type Unplaced<Kind extends Message> = Omit<Kind, 'sequence' | 'createdOn'>;

export function messageColumns(message: Unplaced<SentMessage>): Columns {
  const columns: Record<string, string> = {
    kind: message.kind,
    content: message.content ?? '',
    sender: message.sender,
    senderDisplayName: message.senderDisplayName,
  };
  if (message.metadata !== undefined) columns['metadata'] = JSON.stringify(message.metadata);
  if (message.attachments !== undefined) columns['attachments'] = JSON.stringify(message.attachments);
  return columns;
}

export function topicColumns(topic: string, initiator: string): Columns {
  return { kind: 'topicUpdated', topic, initiator };
}

export function membershipColumns(
  kind: 'participantAdded' | 'participantRemoved',
  members: readonly Member[],
  initiator: string,
): Columns {
  const participants = members.map(({ id, displayName, reads }) => ({
    id,
    ...(displayName !== undefined && { displayName }),
    sharedFrom: reads.from,
  }));
  const columns: Record<string, string> = { kind, initiator };
  // Long names of 200 participants do not fit into one property.
  writeLongText(columns, 'participants', JSON.stringify(participants));
  return columns;
}

/** A change that takes a sequence number and that nobody sees in the list of messages. */
export function internalColumns(kind: 'threadChanged' | 'threadDeleted' | 'threadExpired' | 'threadRestored'): Columns {
  return { kind };
}

/** undefined for an entry that participants never see. */
export function toMessage({ sequence, at, columns }: LogEntry): Message | undefined {
  const base = { sequence, createdOn: at };
  const text = (name: string) => String(columns[name] ?? '');
  switch (columns['kind']) {
    case 'text':
    case 'html':
      return { ...base, kind: columns['kind'], ...sentColumns(columns) };
    case 'topicUpdated':
      return { ...base, kind: 'topicUpdated', topic: text('topic'), initiator: text('initiator') };
    case 'participantAdded':
    case 'participantRemoved': {
      const participants = JSON.parse(readLongText(columns, 'participants') ?? '[]') as NamedParticipant[];
      return { ...base, kind: columns['kind'], participants, initiator: text('initiator') };
    }
    default:
      return undefined;
  }
}

function sentColumns(columns: Columns): Omit<SentMessage, 'sequence' | 'createdOn' | 'kind'> {
  const { content, sender, senderDisplayName, metadata, attachments, editedOn, deletedOn } = columns;
  return {
    sender: String(sender ?? ''),
    senderDisplayName: String(senderDisplayName ?? ''),
    ...(typeof content === 'string' && { content }),
    ...(typeof metadata === 'string' && { metadata: JSON.parse(metadata) as Metadata }),
    ...(typeof attachments === 'string' && { attachments: JSON.parse(attachments) as Attachment[] }),
    ...(typeof editedOn === 'number' && { editedOn }),
    ...(typeof deletedOn === 'number' && { deletedOn }),
  };
}
