// The job that erases identifiers from every store of the data map, in its order, one bounded step at a time. It walks
// the map; it knows no capability by name.
import type { BoundStore, PersonalIdentifier } from '../data-map/index.js';
import type { RevocationLog } from '../identity/index.js';
import type { Job, JobKind, JobStep } from '../jobs/index.js';
import type { Clock } from '../time/clock.js';
import { countItems } from './count-items.js';
import { type FinishParts, finishErasure, type ReceiptOrder } from './finish-erasure.js';

/** Kind of the job. */
export const eraseIdentifiersKind = 'erase-identifiers';

export interface EraseIdentifiersPayload {
  readonly identifiers: readonly PersonalIdentifier[];
  /** Absent when nobody asked for a receipt: an identity that was deleted by its id. */
  readonly receipt?: ReceiptOrder;
}

export interface EraseParts extends FinishParts {
  /** The data map, pointers behind what they point at. */
  readonly stores: readonly BoundStore[];
  readonly clock: Clock;
  readonly revocations: Pick<RevocationLog, 'bury' | 'isBuried'>;
}

/**
 * How long after the start the second and last pass begins, product ms: by then no process holds a cache that could
 * still have let in something of the erased.
 */
const lastPassAfterMs = 60_000;

/** What is counted is what a receipt says. It is counted before it goes, so that a crash cannot change the figures. */
const phasesWithReceipt = ['count', 'erase', 'count', 'erase'] as const;
const phasesWithout = ['erase', 'erase'] as const;

interface Progress {
  /** The second half of the phases is the last pass. */
  readonly phase: number;
  readonly identifier: number;
  readonly store: number;
  /** Within the store. */
  readonly cursor?: string | undefined;
  /** Items found, by name of the store. */
  readonly counts: Readonly<Record<string, number>>;
}

const beginning: Progress = { phase: 0, identifier: 0, store: 0, counts: {} };

export function eraseIdentifiers(parts: EraseParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { identifiers, receipt } = job.payload as EraseIdentifiersPayload;
      const progress = job.cursor as Progress | null;
      if (progress === null) {
        await buryAll(parts, identifiers);
        return { state: 'more', cursor: beginning };
      }
      const phases = receipt === undefined ? phasesWithout : phasesWithReceipt;
      const phase = phases[progress.phase];
      if (phase === undefined) return finishErasure(parts, job, identifiers, receipt, progress.counts);
      const lastPassAt = job.createdOn + lastPassAfterMs;
      if (progress.phase === phases.length / 2 && parts.clock.now() < lastPassAt) {
        return { state: 'wait', cursor: progress, until: lastPassAt };
      }
      const identifier = identifiers[progress.identifier];
      if (identifier === undefined) {
        return { state: 'more', cursor: { ...beginning, phase: progress.phase + 1, counts: progress.counts } };
      }
      const next = phase === 'count' ? countOne : eraseSome;
      return { state: 'more', cursor: await next(parts, job.resourceId, identifier, progress) };
    },
  };
}

/** Whoever made the job has done this, unless it was stopped before. */
async function buryAll({ revocations }: EraseParts, identifiers: readonly PersonalIdentifier[]): Promise<void> {
  for (const identifier of identifiers) {
    if (identifier.kind !== 'identity' || revocations.isBuried(identifier.rawId)) continue;
    await revocations.bury(identifier.rawId);
  }
}

async function countOne(
  parts: EraseParts,
  resourceId: string,
  identifier: PersonalIdentifier,
  progress: Progress,
): Promise<Progress> {
  const counts = await countItems(parts.stores, identifier, walkOf(parts, resourceId), progress.counts);
  return { ...progress, identifier: progress.identifier + 1, counts };
}

async function eraseSome(
  parts: EraseParts,
  resourceId: string,
  identifier: PersonalIdentifier,
  progress: Progress,
): Promise<Progress> {
  const bound = parts.stores[progress.store];
  if (bound === undefined) return { ...progress, identifier: progress.identifier + 1, store: 0, cursor: undefined };
  const { cursor } = await bound.erase(identifier, walkOf(parts, resourceId), progress.cursor);
  return { ...progress, cursor, store: cursor === undefined ? progress.store + 1 : progress.store };
}

function walkOf({ clock }: EraseParts, resourceId: string) {
  return { resourceId, now: clock.now(), realNow: clock.realNow() };
}
