// The job that erases identifiers from every store of the data map, in its order, one bounded step at a time. It walks
// the map; it knows no capability by name.
import type { BoundStore, PersonalIdentifier } from '../data-map/index.js';
import type { Job, JobKind, JobStep } from '../jobs/index.js';
import type { Clock } from '../time/clock.js';

/** Kind of the job. */
export const eraseIdentifiersKind = 'erase-identifiers';

export interface EraseIdentifiersPayload {
  readonly identifiers: readonly PersonalIdentifier[];
}

/**
 * How long after the start the second and last pass begins, product ms: by then no process holds a cache that could
 * still have let in something of the erased.
 */
const lastPassAfterMs = 60_000;

interface Progress {
  readonly pass: 1 | 2;
  readonly identifier: number;
  readonly store: number;
  /** Within the store. */
  readonly cursor?: string | undefined;
  /** Items erased so far, by name of the store. */
  readonly erased: Readonly<Record<string, number>>;
}

const beginning: Progress = { pass: 1, identifier: 0, store: 0, erased: {} };

export function eraseIdentifiers(stores: readonly BoundStore[], clock: Clock): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { identifiers } = job.payload as EraseIdentifiersPayload;
      const progress = (job.cursor as Progress | null) ?? beginning;
      const identifier = identifiers[progress.identifier];
      const bound = stores[progress.store];
      if (identifier === undefined) return nextPass(job, progress);
      if (bound === undefined) {
        return {
          state: 'more',
          cursor: { ...progress, identifier: progress.identifier + 1, store: 0, cursor: undefined },
        };
      }
      const walk = { resourceId: job.resourceId, now: clock.now(), realNow: clock.realNow() };
      const { erased, cursor } = await bound.erase(identifier, walk, progress.cursor);
      const { name } = bound.store;
      const next: Progress = {
        ...progress,
        cursor,
        store: cursor === undefined ? progress.store + 1 : progress.store,
        erased: { ...progress.erased, [name]: (progress.erased[name] ?? 0) + erased },
      };
      return { state: 'more', cursor: next };
    },
  };
}

function nextPass(job: Job, progress: Progress): JobStep {
  if (progress.pass === 2) return { state: 'done' };
  const cursor: Progress = { ...beginning, pass: 2, erased: progress.erased };
  return { state: 'wait', cursor, until: job.createdOn + lastPassAfterMs };
}
