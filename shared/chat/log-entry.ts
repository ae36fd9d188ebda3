// How an entry of a thread's log lies in a row, and back.
import { amendedColumn, type Columns, type LogEntry, readLongText, writeLongText } from '../storage/index.js';
import { withStatedId } from './message-id.js';
import type {
  Attachment,
  IdentifiedMessage,
  Member,
  Message,
  Metadata,
  NamedParticipant,
  SentMessage,
  ThreadState,
} from './model.js';

/** Columns that a process keeps in memory of recent entries: enough to decide who may change them, and what stays. */
export const rememberedChatColumns = [
  'kind',
  'sender',
  'senderDisplayName',
  'deletedOn',
  'createdOn',
  'id',
  'metadata',
];

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
  // Their names are in the state and nowhere else, so that a wrong one is put right in one place.
  const participants = members.map(({ id, reads }) => ({ id, sharedFrom: reads.from }));
  const columns: Record<string, string> = { kind, initiator };
  // Two hundred participants may not fit into one property.
  writeLongText(columns, 'participants', JSON.stringify(participants));
  return columns;
}

/** A change that takes a sequence number and that nobody sees in the list of messages. */
export type InternalKind =
  | 'threadChanged'
  | 'threadDeleted'
  | 'threadExpired'
  | 'threadRestored'
  /** Says that a message was edited or deleted, which is listed in its place. */
  | 'amended'
  | 'rewritten';

/** Something beside the topic was changed: nobody sees it in the list, and who is online is told by whom. */
export function changeColumns(initiator: string): Columns {
  return { kind: 'threadChanged', initiator };
}

export function internalColumns(kind: InternalKind): Columns {
  return { kind };
}

/** Whether it only says that something else has changed. */
export function isInternalKind(kind: Columns[string] | undefined): boolean {
  return typeof kind === 'string' && internalKinds.has(kind);
}

const internalKinds: ReadonlySet<string> = new Set([
  'threadChanged',
  'threadDeleted',
  'threadExpired',
  'threadRestored',
  'amended',
  'rewritten',
] satisfies InternalKind[]);

/** Whether an entry of this kind is a message, with an id and for everybody to see. */
export function isMessageKind(kind: Columns[string] | undefined): boolean {
  return typeof kind === 'string' && messageKinds.has(kind);
}

const messageKinds: ReadonlySet<string> = new Set([
  'text',
  'html',
  'topicUpdated',
  'participantAdded',
  'participantRemoved',
] satisfies Message['kind'][]);

/** What of a row stays whatever takes its place: the id and the time that it states. */
export function withStatedFacts(columns: Columns, replaced: Columns): Columns {
  const { createdOn } = replaced;
  return withStatedId(typeof createdOn === 'number' ? { ...columns, createdOn } : columns, replaced);
}

/** undefined for an entry that participants never see. */
export function toMessage({ sequence, at, columns }: LogEntry, id: string): IdentifiedMessage | undefined {
  const { kind } = columns;
  const createdOn = createdOnOf({ at, columns });
  switch (kind) {
    case 'text':
    case 'html':
      return toSentMessage({ id, sequence, createdOn, kind, sender: '', senderDisplayName: '' }, columns);
    case 'topicUpdated':
      return {
        id,
        sequence,
        createdOn,
        kind,
        topic: text(columns['topic']),
        initiator: text(columns['initiator']),
      };
    case 'participantAdded':
    case 'participantRemoved': {
      const participants = JSON.parse(readLongText(columns, 'participants') ?? '[]') as NamedParticipant[];
      return { id, sequence, createdOn, kind, participants, initiator: text(columns['initiator']) };
    }
    default:
      return undefined;
  }
}

/** When a message was made, which is not when its entry was when it came from elsewhere; product ms. */
function createdOnOf({ at, columns }: Pick<LogEntry, 'at' | 'columns'>): number {
  const { createdOn } = columns;
  return typeof createdOn === 'number' ? createdOn : at;
}

/** Fills in what is there: a page makes 200 of these, and copying each once more is a tenth of its cost. */
function toSentMessage(
  message: { -readonly [Name in keyof SentMessage]: SentMessage[Name] } & { readonly id: string },
  { content, sender, senderDisplayName, metadata, attachments, editedOn, deletedOn, [amendedColumn]: amended }: Columns,
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
  if (typeof amended === 'number') {
    message.amended = amended;
  }
  return message;
}

function text(value: Columns[string] | undefined): string {
  return String(value ?? '');
}
