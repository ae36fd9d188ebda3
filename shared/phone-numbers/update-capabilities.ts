// Changing what a number can be used for, within what its provider offers.
import { Fault } from '../http/index.js';
import type { Job, JobStep } from '../jobs/index.js';
import { covers } from './capability-types.js';
import { operationFaults, phoneNumberFaults } from './faults.js';
import { noPlan } from './find-offer.js';
import { updateKeptMs } from './limits.js';
import type { NumberCapabilities } from './model.js';
import { beginWork, numberWork, startWork } from './number-work.js';
import type { NumberParts } from './parts.js';

/** Kind of the due work that forgets which number an update was of. */
export const dropUpdateKind = 'drop-number-update';

/**
 * @param wanted what is not named stays
 * @returns id of the operation, and the number
 * @throws {Fault} 404 when it is not the resource's own, 400 when the number cannot do that
 */
export async function startUpdate(
  parts: NumberParts,
  resourceId: string,
  phoneNumber: string,
  wanted: Partial<NumberCapabilities>,
): Promise<{ readonly id: string; readonly phoneNumber: string }> {
  const { claims, provider, items, due, clock } = parts;
  const claim = await claims.owned(resourceId, phoneNumber);
  if (claim === undefined) {
    throw new Fault(phoneNumberFaults.noNumberToChange);
  }
  const capabilities = { ...claim.capabilities, ...wanted };
  const offered = await provider.find(claim.phoneNumber);
  if (!covers(offered?.capabilities ?? claim.capabilities, capabilities)) {
    throw noPlan();
  }
  const id = await beginWork(parts, resourceId, numberWork.update, {}, async (workId) => {
    const dueMs = Math.floor(clock.now()) + updateKeptMs;
    await due.add({ kind: dropUpdateKind, id: `${resourceId}~${workId}`, dueMs });
    const update = { phoneNumber: claim.phoneNumber, purchase: claim.order, capabilities };
    await items.put(resourceId, 'update', workId, update);
  });
  return { id, phoneNumber: claim.phoneNumber };
}

/** A step of the job. The number stays known for whoever watches. */
export async function runUpdate(parts: NumberParts, job: Job): Promise<JobStep> {
  const { items, claims } = parts;
  const { resourceId, id } = job;
  const work = await startWork(parts, job);
  const update = await items.find(resourceId, 'update', id);
  if (work === 'undo') {
    await items.drop(resourceId, 'update', id);
    return { state: 'done' };
  }
  if (update === undefined) {
    return { state: 'failed', fault: operationFaults.released };
  }
  const { phoneNumber, purchase, capabilities } = update.content;
  const claim = await claims.owned(resourceId, phoneNumber);
  const isChanged = claim?.order === purchase && (await claims.change(claim, capabilities));
  if (!isChanged) {
    await items.drop(resourceId, 'update', id);
    return { state: 'failed', fault: operationFaults.released };
  }
  return { state: 'done', result: {} };
}

/** Which number an update is of, while that is known. */
export async function updatedNumber(
  { items }: NumberParts,
  resourceId: string,
  id: string,
): Promise<string | undefined> {
  return (await items.find(resourceId, 'update', id))?.content.phoneNumber;
}

/** Due work. */
export async function dropUpdate({ items }: NumberParts, dueId: string): Promise<boolean> {
  const [resourceId = '', id = ''] = dueId.split('~');
  await items.drop(resourceId, 'update', id);
  return true;
}
