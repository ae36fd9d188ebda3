// The operations on notes.
import { type Operation, operation } from '../../../shared/api/index.js';
import { accessKey } from '../../../shared/auth/index.js';
import { Answer, Fault, NoBody } from '../../../shared/http/index.js';
import { begun, begunHeaders } from '../../../functions/wire/long-running.js';
import { watchedOperations } from '../../../functions/wire/watched-operations.js';
import { clearNotesKind, startClearing } from './clear-notes.js';
import { sampleFaults } from './faults.js';
import type { SampleParts } from './parts.js';
import { postNote } from './post-note.js';
import { sampleRateLimits } from './rate-limits.js';
import {
  NoteOperation,
  PostedNote,
  PostNoteRequest,
  renderNote,
  sampleOperations,
  WriteNoteRequest,
  WrittenNote,
} from './wire.js';
import { writeNote } from './write-note.js';

const common = { service: 'retention', auth: accessKey } as const;

/** @param answersUndeclared says that it answers 200, and answers something else */
export function noteOperations(parts: SampleParts, answersUndeclared = false): readonly Operation[] {
  return [
    operation({
      ...common,
      name: 'sample-write-note',
      summary: 'Writes a note.',
      route: 'POST sample/notes',
      limit: sampleRateLimits.writeNote,
      body: WriteNoteRequest,
      returns: WrittenNote,
      created: async ({ resource, body }) => renderNote(await writeNote(parts, resource.immutableId, body)),
      location: ({ id }) => `/sample/notes/${id}`,
    }),
    operation({
      ...common,
      name: 'sample-get-note',
      summary: 'Gets a note.',
      route: 'GET sample/notes/{noteId}',
      answers: { 200: WrittenNote },
      answer: async ({ resource, params }) => {
        const note = await parts.notes.find(resource.immutableId, params.noteId, parts.clock.now());
        if (note === undefined) {
          throw new Fault(sampleFaults.noteNotFound);
        }
        return new Answer((answersUndeclared ? 201 : 200) as 200, renderNote(note));
      },
    }),
    operation({
      ...common,
      name: 'sample-post-note',
      summary: 'Posts a note to an address outside.',
      route: 'POST sample/notes/{noteId}/:post',
      body: PostNoteRequest,
      maxBodyBytes: 1_048_576,
      returns: PostedNote,
      accepted: ({ resource, params, body }) => postNote(parts, resource.immutableId, params.noteId, body),
    }),
    operation({
      ...common,
      name: 'sample-clear-notes',
      summary: 'Removes every note.',
      route: 'POST sample/notes/:clear',
      answers: { 202: NoBody },
      answerHeaders: begunHeaders(sampleOperations),
      answer: async ({ resource, request }) =>
        begun(sampleOperations, request, { id: await startClearing(parts, resource.immutableId) }),
    }),
    ...watchedOperations({
      ...common,
      style: sampleOperations,
      operations: parts.operations,
      kinds: [clearNotesKind],
      notFound: sampleFaults.noteNotFound,
      get: { name: 'sample-get-operation' },
      returns: NoteOperation,
      render: ({ id, status, result, error }) => ({ id, status: sampleOperations.states[status], result, error }),
    }),
  ];
}
