// How an entry of a thread's log lies in a row, and back.
import { type Columns, type LogEntry, readLongText, writeLongText } from '../storage/index.js';
import type {
  Attachment,
  IdentifiedMessage,
  Member,
  Metadata,
  NamedParticipant,
  SentMessage,
  ThreadState,
} from './model.js';

/** Columns that a process keeps in memory of recent entries: enough to decide who may amend them. */
export const rememberedChatColumns = ['kind', 'sender', 'deletedOn', 'id'];

/** Beside the JSON of a thread's state: whose it is, so that nothing has to look into the JSON for it. */
export function threadColumns({ resourceId }: ThreadState): Columns {
  return { resource: resourceId };
}

/** A message without what its place in the log gives it. */
type Unplaced<Kind> = Omit<Kind, 'sequence' | 'createdOn'>;

export function messageColumns(message: Unplaced<SentMessage>): Columns {
  const columns: Record<string, string> = {
    kind: message.kind,
    content: message.content ?? '',
    sender: message.sender,
    senderDisplayName: message.senderDisplayName,
  };
  if (message.metadata !== undefined) {
    columns['metadata'] = JSON.stringify(message.metadata);
  }
  if (message.attachments !== undefined) {
    columns['attachments'] = JSON.stringify(message.attachments);
  }
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
export function toMessage({ sequence, at, columns }: LogEntry, id: string): IdentifiedMessage | undefined {
  const { kind } = columns;
  switch (kind) {
    case 'text':
    case 'html':
      return toSentMessage({ id, sequence, createdOn: at, kind, sender: '', senderDisplayName: '' }, columns);
    case 'topicUpdated':
      return {
        id,
        sequence,
        createdOn: at,
        kind,
        topic: text(columns['topic']),
        initiator: text(columns['initiator']),
      };
    case 'participantAdded':
    case 'participantRemoved': {
      const participants = JSON.parse(readLongText(columns, 'participants') ?? '[]') as NamedParticipant[];
      return { id, sequence, createdOn: at, kind, participants, initiator: text(columns['initiator']) };
    }
    default:
      return undefined;
  }
}

/** Fills in what is there: a page makes 200 of these, and copying each once more is a tenth of its cost. */
function toSentMessage(
  message: { -readonly [Name in keyof SentMessage]: SentMessage[Name] } & { readonly id: string },
  { content, sender, senderDisplayName, metadata, attachments, editedOn, deletedOn }: Columns,
): IdentifiedMessage {
  message.sender = text(sender);
  message.senderDisplayName = text(senderDisplayName);
  if (typeof content === 'string') {
    message.content = content;
  }
  if (typeof metadata === 'string') {
    message.metadata = JSON.parse(metadata) as Metadata;
  }
  if (typeof attachments === 'string') {
    message.attachments = JSON.parse(attachments) as Attachment[];
  }
  if (typeof editedOn === 'number') {
    message.editedOn = editedOn;
  }
  if (typeof deletedOn === 'number') {
    message.deletedOn = deletedOn;
  }
  return message;
}

function text(value: Columns[string] | undefined): string {
  return String(value ?? '');
}
