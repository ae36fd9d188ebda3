// Giving a number back. Nothing of it stays: not who had it, nor what was reserved or changed; only the record of the
// operation, which does not name it.
import { Fault } from '../http/index.js';
import type { Job, JobStep } from '../jobs/index.js';
import { phoneNumberFaults } from './faults.js';
import { digitsOf } from './model.js';
import { numberId } from './number-items.js';
import { beginWork, numberWork, startWork } from './number-work.js';
import type { NumberParts } from './parts.js';
import { forgetInReservations } from './reservations.js';

/** @returns id of the operation @throws {Fault} 404 */
export async function startRelease(parts: NumberParts, resourceId: string, phoneNumber: string): Promise<string> {
  const claim = await parts.claims.owned(resourceId, phoneNumber);
  if (claim === undefined) {
    throw new Fault(phoneNumberFaults.noNumber, { target: 'phonenumber' });
  }
  const release = { phoneNumber: claim.phoneNumber, purchase: claim.order };
  return beginWork(parts, resourceId, numberWork.release, {}, async (id) => {
    await parts.items.put(resourceId, 'release', id, release);
  });
}

/** A step of the job. */
export async function runRelease(parts: NumberParts, job: Job): Promise<JobStep> {
  const { items, claims } = parts;
  const { resourceId, id } = job;
  const work = await startWork(parts, job);
  const release = await items.find(resourceId, 'release', id);
  if (release !== undefined && work === 'go') {
    const { phoneNumber, purchase } = release.content;
    const indexed = await items.find(resourceId, 'number', numberId(phoneNumber));
    await claims.giveBack(phoneNumber, resourceId, purchase);
    await forgetInReservations(parts, resourceId, digitsOf(phoneNumber));
    for await (const update of items.all(resourceId, 'update')) {
      if (update.content.phoneNumber === phoneNumber) {
        await items.drop(resourceId, 'update', update.id);
      }
    }
    // Whoever buys it again meanwhile has written it anew.
    if (indexed?.content.purchase === purchase) {
      await items.dropUnchanged(resourceId, 'number', indexed);
    }
  }
  await items.drop(resourceId, 'release', id);
  return work === 'undo' ? { state: 'done' } : { state: 'done', result: {} };
}
