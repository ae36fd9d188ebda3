// Everybody whom a thread names: for what is kept of it in memory, of which nothing stays of who was deleted.
import { type Columns, readLongText } from '../storage/index.js';
import type { NamedParticipant, ThreadState } from './model.js';

export function peopleInState(state: ThreadState): readonly string[] {
  const { members, formerNames = [], createdBy, topicBy, metadataBy = {} } = state;
  const about = [...members, ...formerNames].flatMap(({ id, namedBy }) =>
    namedBy === undefined ? [id] : [id, namedBy],
  );
  const noters = members.flatMap(({ notedBy }) => notedBy ?? []);
  return [createdBy, topicBy, ...Object.values(metadataBy), ...about, ...noters];
}

export function peopleInEntry(columns: Columns): readonly string[] {
  const { sender, initiator } = columns;
  if (typeof sender === 'string') {
    return [sender];
  }
  const participants = JSON.parse(readLongText(columns, 'participants') ?? '[]') as NamedParticipant[];
  return [...(typeof initiator === 'string' ? [initiator] : []), ...participants.map(({ id }) => id)];
}
