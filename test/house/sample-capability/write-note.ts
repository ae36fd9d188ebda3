// Writes a note: the entry of the due index first, so that no note outlives its time.
import { Fault, faults } from '../../../shared/http/index.js';
import { dropNoteKind, keptUntil, type Note } from './model.js';
import type { SampleParts } from './parts.js';

/** @throws {Fault} 403 when the author was deleted meanwhile: nothing is kept then */
export async function writeNote(
  { clock, ids, due, notes, settle }: SampleParts,
  resourceId: string,
  { author, text }: Pick<Note, 'author' | 'text'>,
): Promise<Note> {
  const note: Note = { id: ids.uuid(), author, text, writtenOn: clock.now() };
  await due.add({ kind: dropNoteKind, id: `${resourceId}~${note.id}`, dueMs: Math.ceil(keptUntil(note)) });
  await notes.add(resourceId, note);
  const about = [{ kind: 'identity', rawId: author }] as const;
  if (!(await settle(resourceId, about, note.writtenOn, () => notes.remove(resourceId, note.id)))) {
    throw new Fault(faults.forbidden);
  }
  return note;
}
