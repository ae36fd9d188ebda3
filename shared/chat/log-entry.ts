// How an entry of a thread's log lies in a row, and back.
import { readLongText, writeLongText } from '../storage/index.js';
import type { Columns, LogEntry } from '../storage/index.js';
import type { Member, Message, Metadata, SentMessage } from './model.js';

/** A message without what its place in the log gives it. */
type Unplaced<Kind extends Message> = Omit<Kind, 'sequence' | 'createdOn'>;

export function messageColumns(message: Unplaced<SentMessage>): Columns {
  const columns: Record<string, string> = {
    kind: message.kind,
    content: message.content,
    sender: message.sender,
    senderDisplayName: message.senderDisplayName,
  };
  if (message.metadata !== undefined) columns['metadata'] = JSON.stringify(message.metadata);
  return columns;
}

export function topicColumns(topic: string, initiator: string): Columns {
  return { kind: 'topicUpdated', topic, initiator };
}

export function membershipColumns(
  kind: 'participantAdded' | 'participantRemoved',
  participants: readonly Member[],
  initiator: string,
): Columns {
  const columns: Record<string, string> = { kind, initiator };
  // Long names of 200 participants do not fit into one property.
  writeLongText(columns, 'participants', JSON.stringify(participants));
  return columns;
}

/** undefined for an entry that participants never see. */
export function toMessage({ sequence, at, columns }: LogEntry): Message | undefined {
  const base = { sequence, createdOn: at };
  const text = (name: string) => String(columns[name] ?? '');
  switch (columns['kind']) {
    case 'text':
    case 'html':
      return {
        ...base,
        kind: columns['kind'],
        content: text('content'),
        sender: text('sender'),
        senderDisplayName: text('senderDisplayName'),
        ...(columns['metadata'] !== undefined && { metadata: JSON.parse(text('metadata')) as Metadata }),
      };
    case 'topicUpdated':
      return { ...base, kind: 'topicUpdated', topic: text('topic'), initiator: text('initiator') };
    case 'participantAdded':
    case 'participantRemoved': {
      const participants = JSON.parse(readLongText(columns, 'participants') ?? '[]') as Member[];
      return { ...base, kind: columns['kind'], participants, initiator: text('initiator') };
    }
    default:
      return undefined;
  }
}
