// Removes every note of a resource, as work that outlives the request.
import type { JobKind } from '../../../shared/jobs/index.js';
import type { SampleParts } from './parts.js';

/** Kind of the job, and so of its operation. */
export const clearNotesKind = 'clear-sample-notes';

/** @returns id of the operation */
export async function startClearing({ jobs, operations }: SampleParts, resourceId: string): Promise<string> {
  const { id } = await jobs.add(clearNotesKind, resourceId, null);
  await operations.begin(resourceId, id, clearNotesKind);
  await jobs.enqueue(id);
  return id;
}

export function clearNotes({ notes }: Pick<SampleParts, 'notes'>): JobKind {
  return {
    step: async ({ resourceId, cursor }) => {
      const done = Number(cursor ?? 0);
      const { erased, cursor: more } = await notes.removeAllOf(resourceId);
      const cleared = done + erased;
      return more === undefined ? { state: 'done', result: { cleared } } : { state: 'more', cursor: cleared };
    },
  };
}
