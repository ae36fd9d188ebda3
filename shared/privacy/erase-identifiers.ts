// The job that erases identifiers from every store of the data map, in its order, one bounded step at a time. It walks
// the map; it knows no capability by name.
import type { BoundStore, PersonalIdentifier } from '../data-map/index.js';
import { announcementLifeMs, type Burials } from '../announcements/index.js';
import type { Job, JobKind, JobStep, Operations } from '../jobs/index.js';
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
  /** The data map, in the order of erasure: pointers behind what they point at. */
  readonly stores: readonly BoundStore[];
  readonly clock: Clock;
  readonly burials: Pick<Burials, 'bury' | 'buriedOn'>;
  readonly operations: Pick<Operations, 'begin'>;
}

/**
 * How long after the identities are buried the walk begins, product ms. Everything is hidden and refused meanwhile; by
 * then no process holds a cache, and none has a request under way, that could still let in something of the erased. So
 * one walk is enough, and the pointers that it follows can go with it.
 */
const beginAfterMs = 60_000;
/** Identities stay buried until the erasure is done, however often it fails: they are buried again in good time. */
const buryAgainAfterMs = announcementLifeMs / 2;

/** What is counted is what a receipt says. It is counted before it goes, so that a crash cannot change the figures. */
const phasesWithReceipt = ['count', 'erase'] as const;
const phasesWithout = ['erase'] as const;

interface Progress {
  /** Product ms. */
  readonly beginAt: number;
  /** Product ms. */
  readonly buryAgainAt: number;
  readonly phase: number;
  readonly identifier: number;
  readonly store: number;
  /** Within the store. */
  readonly cursor?: string | undefined;
  /** Items found, by name of the store. */
  readonly counts: Readonly<Record<string, number>>;
}

export function eraseIdentifiers(parts: EraseParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { identifiers, receipt } = job.payload as EraseIdentifiersPayload;
      const progress = job.cursor as Progress | null;
      const now = parts.clock.now();
      if (progress === null) {
        if (receipt !== undefined) {
          await tellOfErasure(parts, job.resourceId, job, receipt);
        }
        const begun = await begin(parts, job, identifiers);
        return now < begun.beginAt
          ? { state: 'wait', cursor: begun, until: begun.beginAt }
          : { state: 'more', cursor: begun };
      }
      if (now >= progress.buryAgainAt) {
        for (const { rawId } of identitiesAmong(identifiers)) {
          await parts.burials.bury(rawId);
        }
        return { state: 'more', cursor: { ...progress, buryAgainAt: now + buryAgainAfterMs } };
      }
      if (now < progress.beginAt) {
        return { state: 'wait', cursor: progress, until: progress.beginAt };
      }
      const phases = receipt === undefined ? phasesWithout : phasesWithReceipt;
      const phase = phases[progress.phase];
      if (phase === undefined) {
        return finishErasure(parts, job, identifiers, receipt, progress.counts);
      }
      const identifier = identifiers[progress.identifier];
      if (identifier === undefined) {
        return { state: 'more', cursor: { ...progress, ...firstOf(progress.phase + 1, progress.counts) } };
      }
      const next = phase === 'count' ? countOne : eraseSome;
      return { state: 'more', cursor: await next(parts, job.resourceId, identifier, progress) };
    },
  };
}

/** Lets the caller watch the erasure, and the audit trail know that it was asked for. Doing it again changes nothing. */
export async function tellOfErasure(
  { operations, audit }: Pick<EraseParts, 'operations' | 'audit'>,
  resourceId: string,
  { id, createdOn }: { readonly id: string; readonly createdOn: number },
  { caller, personId }: ReceiptOrder,
): Promise<void> {
  await operations.begin(resourceId, id, eraseIdentifiersKind);
  const action = personId === undefined ? 'erase-identifiers' : 'erase-person';
  await audit.record({ immutableId: resourceId }, caller, action, undefined, { uuid: id, at: createdOn });
}

/** Where a phase begins. */
function firstOf(phase: number, counts: Progress['counts']) {
  return { phase, identifier: 0, store: 0, cursor: undefined, counts };
}

/** Whoever made the job has buried the identities, unless it was stopped before. */
async function begin(
  { burials, clock }: EraseParts,
  job: Job,
  identifiers: readonly PersonalIdentifier[],
): Promise<Progress> {
  const buried = [job.createdOn];
  for (const { rawId } of identitiesAmong(identifiers)) {
    const buriedOn = await burials.buriedOn(rawId);
    if (buriedOn === undefined) {
      await burials.bury(rawId);
    }
    buried.push(buriedOn ?? clock.now());
  }
  const times = { beginAt: Math.max(...buried) + beginAfterMs, buryAgainAt: Math.min(...buried) + buryAgainAfterMs };
  return { ...times, ...firstOf(0, {}) };
}

function identitiesAmong(identifiers: readonly PersonalIdentifier[]) {
  return identifiers.filter((identifier) => identifier.kind === 'identity');
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

/** Up to the first store that held something: where nothing was, nothing has to be remembered. */
async function eraseSome(
  parts: EraseParts,
  resourceId: string,
  identifier: PersonalIdentifier,
  progress: Progress,
): Promise<Progress> {
  let from = progress.cursor;
  for (let store = progress.store; ; store++) {
    const bound = parts.stores[store];
    if (bound === undefined) {
      return { ...progress, identifier: progress.identifier + 1, store: 0, cursor: undefined };
    }
    const { erased, cursor } = await bound.erase(identifier, walkOf(parts, resourceId), from);
    if (cursor !== undefined) {
      return { ...progress, store, cursor };
    }
    if (erased > 0) {
      return { ...progress, store: store + 1, cursor: undefined };
    }
    from = undefined;
  }
}

function walkOf({ clock }: EraseParts, resourceId: string) {
  return { resourceId, now: clock.now(), realNow: clock.realNow() };
}
