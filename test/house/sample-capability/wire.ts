// The sample capability on the wire.
import { z } from 'zod';
import type { AnswerBody } from '../../../shared/api/index.js';
import { toSeconds } from '../../../shared/time/instant.js';
import { camelCaseStates, type LongRunningStyle } from '../../../functions/wire/long-running.js';
import { InSeconds, Text, WrittenError } from '../../../functions/wire/written.js';
import type { Note } from './model.js';

export const WriteNoteRequest = z.object({ author: z.string().min(1).max(256), text: z.string().min(1).max(1_000) });
export const PostNoteRequest = z.object({
  address: z.email().max(320),
  /** Goes along; kept as a blob when it is large. */
  attachment: z.string().max(600_000).optional(),
});

export const WrittenNote = z
  .object({ id: Text, author: Text, text: Text, writtenOn: InSeconds })
  .meta({ id: 'SampleNote' });
export const PostedNote = z.object({ id: Text });
export const NoteOperation = z.object({
  id: Text,
  status: z.enum(Object.values(camelCaseStates)),
  result: z.unknown().optional(),
  error: WrittenError.optional(),
});

export const sampleOperations = {
  path: '/sample/operations',
  states: camelCaseStates,
  addresses: 'absolute',
  retryAfterSeconds: 1,
} as const satisfies LongRunningStyle;

export function renderNote({ id, author, text, writtenOn }: Note): AnswerBody<typeof WrittenNote> {
  return { id, author, text, writtenOn: toSeconds(writtenOn) };
}
