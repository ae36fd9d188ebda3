// Buying the numbers that a search has found.
import { Fault } from '../http/index.js';
import type { Job, JobStep } from '../jobs/index.js';
import { buyHeld } from './buy-held.js';
import { phoneNumberFaults, operationFaults } from './faults.js';
import { beginWork, numberWork, startWork } from './number-work.js';
import type { NumberParts } from './parts.js';
import { requireSearch } from './search-numbers.js';

interface PurchasePayload {
  readonly searchId: string;
}

/**
 * @returns id of the operation
 * @throws {Fault} 404 when the search is not known any more, 400 without the agreement, 409 when it has found nothing or its
 *   numbers are being purchased
 */
export async function startPurchase(
  parts: NumberParts,
  resourceId: string,
  searchId: string,
  agreesNotToResell: boolean,
): Promise<string> {
  const { content, etag } = await requireSearch(parts, resourceId, searchId);
  if (content.state === 'none') {
    throw new Fault(phoneNumberFaults.notFound, { target: 'searchId' });
  }
  if (content.needsAgreement && !agreesNotToResell) {
    throw new Fault(phoneNumberFaults.agreementNeeded, { target: 'agreeToNotResell' });
  }
  if (content.purchase !== undefined) {
    throw new Fault(phoneNumberFaults.beingPurchased, { target: 'searchId' });
  }
  const payload: PurchasePayload = { searchId };
  return beginWork(parts, resourceId, numberWork.purchase, payload, async (purchase) => {
    const changed = await parts.items.change(resourceId, 'search', searchId, { ...content, purchase }, etag);
    if (changed === undefined) {
      throw new Fault(phoneNumberFaults.beingPurchased, { target: 'searchId' });
    }
  });
}

/** A step of the job. */
export async function runPurchase(parts: NumberParts, job: Job): Promise<JobStep> {
  const { items } = parts;
  const { resourceId, id, payload } = job;
  const { searchId } = payload as PurchasePayload;
  const work = await startWork(parts, job);
  const search = await items.find(resourceId, 'search', searchId);
  if (work === 'ended') {
    return { state: 'done', result: {} };
  }
  if (search?.content.purchase !== id) {
    return work === 'undo' ? { state: 'done' } : endOf(parts, job, search !== undefined);
  }
  const { content } = search;
  if (work === 'undo') {
    await items.put(resourceId, 'search', searchId, { ...content, purchase: undefined });
    return { state: 'done' };
  }
  const bought = await buyHeld(parts, content.numbers, { resourceId, heldBy: searchId, purchase: id });
  if (bought.length < content.numbers.length) {
    const left = content.numbers.filter((number) => !bought.includes(number));
    await items.put(resourceId, 'search', searchId, { ...content, numbers: left, purchase: undefined });
    const { partiallyAcquired, reservationExpired } = operationFaults;
    return { state: 'failed', fault: bought.length === 0 ? reservationExpired : partiallyAcquired };
  }
  await items.drop(resourceId, 'search', searchId);
  return { state: 'done', result: {} };
}

/** Of a purchase that was at its end before, but for the note that it is: what it has bought stands in the index. */
async function endOf({ items }: NumberParts, { resourceId, id }: Job, isSearchLeft: boolean): Promise<JobStep> {
  const { partiallyAcquired, reservationExpired } = operationFaults;
  for await (const { content } of items.all(resourceId, 'number')) {
    if (content.purchase === id) {
      return isSearchLeft ? { state: 'failed', fault: partiallyAcquired } : { state: 'done', result: {} };
    }
  }
  return { state: 'failed', fault: reservationExpired };
}
