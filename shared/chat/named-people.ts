// People whom a thread names though they never took part in it: who made it elsewhere, or added others there. They are in
// the index of users like former members, so that an erasure, or whoever asks what is held about them, finds the thread.
import { type Columns, readLongText } from '../storage/index.js';
import type { NamedParticipant, ThreadState } from './model.js';

/** Rows beside the log that say who they are, for the purge, begin with this. */
export const namedPrefix = 'named!';

export function namedRow(rawId: string): { rowKey: string; columns: Columns } {
  return { rowKey: `${namedPrefix}${rawId}`, columns: {} };
}

/** Everybody whom the state or one of the entries names, but for the members. */
export function namedBesideMembers(state: ThreadState, entries: readonly Columns[]): readonly string[] {
  const authors = state.members.flatMap(({ namedBy, notedBy }) => [namedBy ?? [], notedBy ?? []].flat());
  const named = new Set([state.createdBy, state.topicBy, ...Object.values(state.metadataBy ?? {}), ...authors]);
  for (const columns of entries) {
    const participants = JSON.parse(readLongText(columns, 'participants') ?? '[]') as NamedParticipant[];
    for (const id of [columns['sender'], columns['initiator'], ...participants.map((each) => each.id)]) {
      if (typeof id === 'string') {
        named.add(id);
      }
    }
  }
  for (const { id } of state.members) {
    named.delete(id);
  }
  return [...named];
}
