// The sample capability on the wire.
import { z } from 'zod';
import { toSeconds } from '../../../shared/time/instant.js';
import { camelCaseStates, type LongRunningStyle } from '../../../functions/wire/long-running.js';
import type { Note } from './model.js';

export const WriteNoteRequest = z.object({ author: z.string().min(1).max(256), text: z.string().min(1).max(1_000) });
export const PostNoteRequest = z.object({
  address: z.email().max(320),
  /** Goes along; kept as a blob when it is large. */
  attachment: z.string().max(600_000).optional(),
});

export const sampleOperations: LongRunningStyle = {
  path: '/sample/operations',
  states: camelCaseStates,
  addresses: 'absolute',
  retryAfterSeconds: 1,
};

export function renderNote({ id, author, text, writtenOn }: Note) {
  return { id, author, text, writtenOn: toSeconds(writtenOn) };
}
