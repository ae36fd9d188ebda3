// The job that erases identifiers from every store of the data map, in its order, one bounded step at a time. It walks
// the map; it knows no capability by name.
import {
  advanceWalk,
  joinWalk,
  nextInWalk,
  type PersonalIdentifier,
  type WalkedStores,
  walkNotBegun,
} from '../data-map/index.js';
import { announcementLifeMs, type Burials } from '../announcements/index.js';
import type { Job, JobKind, JobStep, Operations } from '../jobs/index.js';
import type { Clock } from '../time/clock.js';
import { countItems } from './count-items.js';
import { type ErasureProgress, readProgress } from './erasure-progress.js';
import { type FinishParts, finishErasure, type ReceiptOrder } from './finish-erasure.js';

/** Kind of the job. */
export const eraseIdentifiersKind = 'erase-identifiers';

export interface EraseIdentifiersPayload {
  readonly identifiers: readonly PersonalIdentifier[];
  /** Absent when nobody asked for a receipt: an identity that was deleted by its id. */
  readonly receipt?: ReceiptOrder;
}

export interface EraseParts extends FinishParts, WalkedStores {
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

export function eraseIdentifiers(parts: EraseParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const { identifiers, receipt } = job.payload as EraseIdentifiersPayload;
      const progress = readProgress(job.cursor, identifiers.length, receipt !== undefined);
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
      // A build that has a store more than the one before counts and walks that too, whatever was done before.
      const counting = joinWalk(parts, identifiers.length, progress.counting);
      const erasing = joinWalk(parts, identifiers.length, progress.erasing);
      const work = { parts, resourceId: job.resourceId, identifiers, progress: { ...progress, counting, erasing } };
      const next = (receipt === undefined ? undefined : await countOne(work)) ?? (await eraseSome(work));
      return next === undefined
        ? finishErasure(parts, job, identifiers, receipt, progress.counts)
        : { state: 'more', cursor: next };
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

/** Whoever made the job has buried the identities, unless it was stopped before. */
async function begin(
  parts: EraseParts,
  job: Job,
  identifiers: readonly PersonalIdentifier[],
): Promise<ErasureProgress> {
  const { burials, clock } = parts;
  const buried = [job.createdOn];
  for (const { rawId } of identitiesAmong(identifiers)) {
    const buriedOn = await burials.buriedOn(rawId);
    if (buriedOn === undefined) {
      await burials.bury(rawId);
    }
    buried.push(buriedOn ?? clock.now());
  }
  const times = { beginAt: Math.max(...buried) + beginAfterMs, buryAgainAt: Math.min(...buried) + buryAgainAfterMs };
  // What is there to be walked is known from here on, also when a build comes that has forgotten a store.
  const unwalked = joinWalk(parts, identifiers.length, walkNotBegun);
  return { ...times, counting: unwalked, erasing: unwalked, counts: {} };
}

function identitiesAmong(identifiers: readonly PersonalIdentifier[]) {
  return identifiers.filter((identifier) => identifier.kind === 'identity');
}

interface Work {
  readonly parts: EraseParts;
  readonly resourceId: string;
  readonly identifiers: readonly PersonalIdentifier[];
  readonly progress: ErasureProgress;
}

/**
 * What is counted is what a receipt says. It is counted before it goes, so that a crash cannot change the figures.
 *
 * @returns undefined when everything is counted
 */
async function countOne({ parts, resourceId, identifiers, progress }: Work): Promise<ErasureProgress | undefined> {
  const turn = nextInWalk(parts, identifiers.length, progress.counting)?.turn;
  const identifier = turn === undefined ? undefined : identifiers[turn];
  if (identifier === undefined) {
    return undefined;
  }
  const uncounted = parts.stores.filter(({ store }) => progress.counting.walked[store.name] === turn);
  const counts = await countItems(uncounted, identifier, walkOf(parts, resourceId), progress.counts);
  const counting = uncounted.reduce((sum, { store }) => advanceWalk(sum, store.name), progress.counting);
  return { ...progress, counts, counting };
}

/**
 * Up to the first store that held something, for one identifier: where nothing was, nothing has to be remembered.
 *
 * @returns undefined when every store was walked for every identifier
 */
async function eraseSome({ parts, resourceId, identifiers, progress }: Work): Promise<ErasureProgress | undefined> {
  const first = nextInWalk(parts, identifiers.length, progress.erasing);
  const identifier = first === undefined ? undefined : identifiers[first.turn];
  if (first === undefined || identifier === undefined) {
    return undefined;
  }
  let { erasing } = progress;
  let next: typeof first | undefined = first;
  while (next?.turn === first.turn) {
    const { bound } = next;
    const { erased, cursor } = await bound.erase(identifier, walkOf(parts, resourceId), next.cursor);
    erasing = advanceWalk(erasing, bound.store.name, cursor);
    if (erased > 0 || cursor !== undefined) {
      break;
    }
    next = nextInWalk(parts, identifiers.length, erasing);
  }
  return { ...progress, erasing };
}

function walkOf({ clock }: EraseParts, resourceId: string) {
  return { resourceId, now: clock.now(), realNow: clock.realNow() };
}
