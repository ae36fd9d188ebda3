// Looking for numbers: whoever finds some has them held for a while. A job takes them one by one, and writes down which it is
// going to take before it does, so that whatever is held for a search is found from the search.
import { Fault } from '../http/index.js';
import type { Job, JobStep } from '../jobs/index.js';
import { phoneNumberFaults, operationFaults } from './faults.js';
import { findOffer } from './find-offer.js';
import { inSlices } from './in-slices.js';
import { maxNumbersPerSearch, maxTries, searchLifeMs } from './limits.js';
import type { NumberSearch } from './model.js';
import { beginWork, numberWork, startWork } from './number-work.js';
import type { OfferedNumber } from './number-provider.js';
import type { NumberItem } from './number-items.js';
import type { NumberParts } from './parts.js';

/** Kind of the due work that ends a search, so that its numbers are free again. */
export const dropSearchKind = 'drop-number-search';

export type SearchOrder = Pick<
  NumberSearch,
  'countryCode' | 'phoneNumberType' | 'assignmentType' | 'capabilities' | 'areaCode' | 'quantity'
>;

/**
 * @returns id of the search, which is that of its operation
 * @throws {Fault} 404 for a country without numbers, 400 when there are no such numbers
 */
export async function startSearch(parts: NumberParts, resourceId: string, order: SearchOrder): Promise<string> {
  const { cost } = await findOffer(parts.provider, { ...order, areaCode: undefined });
  const expiresOn = Math.floor(parts.clock.now()) + searchLifeMs;
  return beginWork(parts, resourceId, numberWork.search, {}, async (id) => {
    await parts.due.add({ kind: dropSearchKind, id: `${resourceId}~${id}`, dueMs: expiresOn });
    const quantity = Math.min(order.quantity, maxNumbersPerSearch);
    const begun = { state: 'begun', numbers: [], cost, needsAgreement: false, expiresOn } as const;
    await parts.items.put(resourceId, 'search', id, { ...order, quantity, ...begun });
  });
}

/** The search as long as its numbers are held. @throws {Fault} 404, 409 while it is not ended */
export async function requireSearch(
  { items, clock }: NumberParts,
  resourceId: string,
  id: string,
): Promise<NumberItem<'search'>> {
  const found = await items.find(resourceId, 'search', id);
  if (found === undefined || found.content.state === 'closed' || found.content.expiresOn <= clock.now()) {
    throw new Fault(phoneNumberFaults.noSearch, { target: 'searchId' });
  }
  if (found.content.state === 'begun') {
    throw new Fault(phoneNumberFaults.notFound, { target: 'searchId' });
  }
  return found;
}

/** A step of the job. */
export async function runSearch(parts: NumberParts, job: Job): Promise<JobStep> {
  const { items, clock } = parts;
  const { resourceId, id } = job;
  const work = await startWork(parts, job);
  const search = await items.find(resourceId, 'search', id);
  if (work === 'ended') {
    return { state: 'done', result: {} };
  }
  if (work === 'undo' || search === undefined || search.content.expiresOn <= clock.now()) {
    const isEnded = await endSearch(parts, resourceId, id);
    if (work === 'undo') {
      return isEnded ? { state: 'done' } : { state: 'more', cursor: job.cursor };
    }
    // Where it is not, the due work ends it.
    return { state: 'failed', fault: operationFaults.reservationExpired };
  }
  const state = search.content.state === 'begun' ? await holdNumbers(parts, resourceId, search) : search.content.state;
  if (state === undefined || state === 'closed') {
    return { state: 'failed', fault: operationFaults.reservationExpired };
  }
  if (state === 'begun') {
    return { state: 'more', cursor: job.cursor };
  }
  return state === 'none' ? { state: 'failed', fault: operationFaults.outOfStock } : { state: 'done', result: {} };
}

/**
 * Gives back what is held for a search, and forgets it. May be repeated, and stopped anywhere.
 *
 * @returns false while its numbers are being purchased, or when somebody has changed it at this moment
 */
async function endSearch({ items, claims }: NumberParts, resourceId: string, id: string): Promise<boolean> {
  const search = await items.find(resourceId, 'search', id);
  if (search === undefined) {
    return true;
  }
  const { content, etag } = search;
  if (content.purchase !== undefined) {
    return false;
  }
  // Nobody purchases it, or holds more for it, from here on.
  const closed = { ...content, state: 'closed' } as const;
  if (content.state !== 'closed' && (await items.change(resourceId, 'search', id, closed, etag)) === undefined) {
    return false;
  }
  await inSlices(content.numbers, (number) => claims.giveBack(number, resourceId, id));
  await items.drop(resourceId, 'search', id);
  return true;
}

/** Due work. @returns false while its numbers are being purchased */
export async function dropSearch(parts: NumberParts, dueId: string): Promise<boolean> {
  const [resourceId = '', id = ''] = dueId.split('~');
  const search = await parts.items.find(resourceId, 'search', id);
  return (search?.content.expiresOn ?? 0) <= parts.clock.now() && endSearch(parts, resourceId, id);
}

/** @returns `begun` while another process is at it; `closed`, or undefined, when the time of the search was over meanwhile */
async function holdNumbers(
  parts: NumberParts,
  resourceId: string,
  { id, content, etag }: NumberItem<'search'>,
): Promise<NumberSearch['state'] | undefined> {
  const { provider, claims, items, ids, clock } = parts;
  const { quantity, assignmentType, capabilities, expiresOn } = content;
  const hold = { resourceId, order: id, until: expiresOn };
  const candidates = provider.numbers(content, ids.fraction())[Symbol.asyncIterator]();
  // What an earlier try was going to take comes first.
  const before = await inSlices(content.numbers, (number) => provider.find(number));
  let next = before.filter((number) => number !== undefined);
  const held: OfferedNumber[] = [];
  let version: string | undefined = etag;
  for (let tries = 0; ; tries += next.length) {
    const taken = await inSlices(next, (number) =>
      claims.hold({ ...number, assignmentType, capabilities }, hold, clock.now()),
    );
    held.push(...next.filter((_, n) => taken[n]));
    const isNew = ({ phoneNumber }: OfferedNumber) => held.every((each) => each.phoneNumber !== phoneNumber);
    next = tries < maxTries ? await takeSome(candidates, quantity - held.length, isNew) : [];
    if (next.length === 0) {
      break;
    }
    const numbers = [...held, ...next].map(({ phoneNumber }) => phoneNumber);
    version = await items.change(resourceId, 'search', id, { ...content, numbers }, version);
    if (version === undefined) {
      break;
    }
  }
  const found: NumberSearch = {
    ...content,
    state: held.length === 0 ? 'none' : 'found',
    numbers: held.map(({ phoneNumber }) => phoneNumber),
    cost: held[0]?.cost ?? content.cost,
    needsAgreement: held.some(({ needsAgreement }) => needsAgreement),
  };
  if (version !== undefined) {
    version = await items.change(resourceId, 'search', id, found, version);
  }
  if (version !== undefined) {
    return found.state;
  }
  // Another process is at it, or its time was over meanwhile. What the search does not name is held for nobody.
  const changed = await items.find(resourceId, 'search', id);
  const kept = changed?.content.state === 'closed' ? [] : (changed?.content.numbers ?? []);
  const lost = held.filter(({ phoneNumber }) => !kept.includes(phoneNumber));
  await inSlices(lost, ({ phoneNumber }) => claims.giveBack(phoneNumber, resourceId, id));
  return changed?.content.state;
}

async function takeSome(
  candidates: AsyncIterator<OfferedNumber>,
  count: number,
  isWanted: (number: OfferedNumber) => boolean,
): Promise<OfferedNumber[]> {
  const some: OfferedNumber[] = [];
  while (some.length < count) {
    const { done, value } = await candidates.next();
    if (done === true) {
      break;
    }
    if (isWanted(value)) {
      some.push(value);
    }
  }
  return some;
}
