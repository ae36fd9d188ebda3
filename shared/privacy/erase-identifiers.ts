// The job that erases identifiers from every store of the data map, in its order, one bounded step at a time. It walks
// the map; it knows no capability by name.
import {
  advanceWalk,
  joinWalk,
  nextInWalk,
  type PersonalIdentifier,
  type Walk,
  type WalkedStores,
  walkNotBegun,
} from '../data-map/index.js';
import { announcementLifeMs, beforeErasureMs, type Burials } from '../announcements/index.js';
import type { Job, JobKind, JobStep, Operations } from '../jobs/index.js';
import type { Clock } from '../time/clock.js';
import { checkErased } from './check-erased.js';
import { countItems } from './count-items.js';
import { type ErasureProgress, type ErasureWork, readProgress } from './erasure-progress.js';
import { type FinishParts, finishErasure, type ReceiptOrder } from './finish-erasure.js';
import { walkOf } from './scope.js';

/** Kind of the job. */
export const eraseIdentifiersKind = 'erase-identifiers';

export interface EraseIdentifiersPayload {
  readonly identifiers: readonly PersonalIdentifier[];
  /** Ids of the persons that are meant; absent when nobody asked who, as for an identity that was deleted by its id. */
  readonly persons?: readonly string[];
  /** Absent when nobody asked for a receipt: an identity that was deleted by its id. */
  readonly receipt?: ReceiptOrder;
  /** When it is not a resource from which they are erased. */
  readonly subscriptionId?: string;
}

export interface EraseParts extends FinishParts, WalkedStores {
  readonly clock: Clock;
  readonly burials: Pick<Burials, 'bury' | 'buriedOn'>;
  readonly operations: Pick<Operations, 'begin'>;
}

/**
 * The walk begins `beforeErasureMs` after the burial. Everything is hidden and refused meanwhile; by then no process holds a
 * cache, and none has a request under way, that could still let in something of the erased. So one walk is enough, and the
 * pointers that it follows can go with it.
 */
/** They stay buried until the erasure is done, however often it fails: they are buried again in good time. */
const buryAgainAfterMs = announcementLifeMs / 2;

export function eraseIdentifiers(parts: EraseParts): JobKind {
  return {
    step: async (job: Job): Promise<JobStep> => {
      const payload = job.payload as EraseIdentifiersPayload;
      const { identifiers, receipt } = payload;
      const progress = readProgress(job.cursor, identifiers.length, receipt !== undefined);
      const now = parts.clock.now();
      const walk = walkOf(parts, scopeOf(job), payload.persons);
      if (progress === null) {
        if (receipt !== undefined) {
          await tellOfErasure(parts, job.resourceId, job, receipt);
        }
        const begun = await begin(parts, job, walk, payload);
        return now < begun.beginAt
          ? { state: 'wait', cursor: begun, until: begun.beginAt }
          : { state: 'more', cursor: begun };
      }
      if (now >= progress.buryAgainAt) {
        for (const identifier of await buriedAmong(payload, walk)) {
          await parts.burials.bury(job.resourceId, identifier);
        }
        return { state: 'more', cursor: { ...progress, buryAgainAt: now + buryAgainAfterMs } };
      }
      if (now < progress.beginAt) {
        return { state: 'wait', cursor: progress, until: progress.beginAt };
      }
      // A build that has a store more than the one before counts and walks that too, whatever was done before.
      const counting = joinWalk(parts, identifiers.length, progress.counting);
      const erasing = joinWalk(parts, identifiers.length, progress.erasing);
      const checking = joinWalk(parts, identifiers.length, progress.checking ?? walkNotBegun);
      const work = { parts, walk, identifiers, progress: { ...progress, counting, erasing, checking } };
      const next =
        (receipt === undefined ? undefined : await countOne(work)) ??
        (await eraseSome(work)) ??
        (await checkErased(work));
      return next === undefined
        ? finishErasure(parts, job, walk, identifiers, receipt, progress.counts)
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

/**
 * Whoever made the job has buried them, unless it was stopped before. A number or an address may have been buried for an
 * erasure before this one.
 */
async function begin(
  parts: EraseParts,
  job: Job,
  walk: Walk,
  payload: EraseIdentifiersPayload,
): Promise<ErasureProgress> {
  const { burials, clock } = parts;
  const buried = [job.createdOn];
  for (const identifier of await buriedAmong(payload, walk)) {
    const buriedOn = await burials.buriedOn(job.resourceId, identifier);
    const isBuried = buriedOn !== undefined && (identifier.kind === 'identity' || buriedOn >= job.createdOn);
    if (!isBuried) {
      await burials.bury(job.resourceId, identifier);
    }
    buried.push(isBuried ? buriedOn : clock.now());
  }
  const times = { beginAt: Math.max(...buried) + beforeErasureMs, buryAgainAt: Math.min(...buried) + buryAgainAfterMs };
  // What is there to be walked is known from here on, also when a build comes that has forgotten a store.
  const unwalked = joinWalk(parts, payload.identifiers.length, walkNotBegun);
  return { ...times, counting: unwalked, erasing: unwalked, checking: unwalked, counts: {} };
}

/**
 * Whom nobody is to write about any more. Through a subscription no identity is deleted; nobody writes about names; and what
 * is written under a number or an address that is somebody else's too goes on.
 */
export async function buriedAmong(
  { identifiers, subscriptionId }: Pick<EraseIdentifiersPayload, 'identifiers' | 'subscriptionId'>,
  { isShared }: Walk,
): Promise<readonly PersonalIdentifier[]> {
  const buried: PersonalIdentifier[] = [];
  for (const identifier of identifiers) {
    const { kind } = identifier;
    const isWrittenAbout = kind !== 'name' && (kind !== 'identity' || subscriptionId === undefined);
    if (isWrittenAbout && (await isShared?.(identifier)) !== true) {
      buried.push(identifier);
    }
  }
  return buried;
}

function scopeOf({ resourceId, payload }: Job) {
  const { subscriptionId } = payload as EraseIdentifiersPayload;
  return { immutableId: resourceId, ...(subscriptionId !== undefined && { subscriptionId }) };
}

/**
 * What is counted is what a receipt says. It is counted before it goes, so that a crash cannot change the figures.
 *
 * @returns undefined when everything is counted
 */
async function countOne({
  parts,
  walk,
  identifiers,
  progress,
}: ErasureWork<EraseParts>): Promise<ErasureProgress | undefined> {
  const turn = nextInWalk(parts, identifiers.length, progress.counting)?.turn;
  const identifier = turn === undefined ? undefined : identifiers[turn];
  if (identifier === undefined) {
    return undefined;
  }
  const uncounted = parts.stores.filter(({ store }) => progress.counting.walked[store.name] === turn);
  const counts = await countItems(uncounted, identifier, walk, progress.counts);
  const counting = uncounted.reduce((sum, { store }) => advanceWalk(sum, store.name), progress.counting);
  return { ...progress, counts, counting };
}

/**
 * Up to the first store that held something, for one identifier: where nothing was, nothing has to be remembered.
 *
 * @returns undefined when every store was walked for every identifier
 */
async function eraseSome({
  parts,
  walk,
  identifiers,
  progress,
}: ErasureWork<EraseParts>): Promise<ErasureProgress | undefined> {
  const first = nextInWalk(parts, identifiers.length, progress.erasing);
  const identifier = first === undefined ? undefined : identifiers[first.turn];
  if (first === undefined || identifier === undefined) {
    return undefined;
  }
  let { erasing } = progress;
  let next: typeof first | undefined = first;
  while (next?.turn === first.turn) {
    const { bound } = next;
    const { erased, cursor } = await bound.erase(identifier, walk, next.cursor);
    erasing = advanceWalk(erasing, bound.store.name, cursor);
    if (erased > 0 || cursor !== undefined) {
      break;
    }
    next = nextInWalk(parts, identifiers.length, erasing);
  }
  return { ...progress, erasing };
}
