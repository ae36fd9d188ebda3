// How many reservations of a resource hold numbers at once: each has a row beside it, written before it and removed after, so
// that they are counted without reading a month of those that are over.
import { Fault } from '../http/index.js';
import { phoneNumberFaults } from './faults.js';
import { inSlices } from './in-slices.js';
import { maxActiveReservations } from './limits.js';
import type { NumberParts } from './parts.js';
import { statusOf } from './reservation-status.js';

/** Takes a place for a reservation that is not there yet. @throws {Fault} 409 when there is none */
export async function takePlace(parts: NumberParts, resourceId: string, id: string): Promise<void> {
  const { items } = parts;
  await items.put(resourceId, 'place', id, {});
  for (;;) {
    const taken: string[] = [];
    for await (const each of items.ids(resourceId, 'place', maxActiveReservations + 1)) {
      taken.push(each);
    }
    if (taken.length <= maxActiveReservations) {
      return;
    }
    // Behind those that are read there may be more: what is over goes, and they are read again.
    const isGivenBack = await inSlices(taken, (each) => giveBackWhenOver(parts, resourceId, each));
    if (!isGivenBack.includes(true)) {
      await leavePlace(parts, resourceId, id);
      throw new Fault(phoneNumberFaults.tooManyReservations, { target: 'reservationId' });
    }
  }
}

/** May be repeated. */
export async function leavePlace({ items }: NumberParts, resourceId: string, id: string): Promise<void> {
  await items.drop(resourceId, 'place', id);
}

/** Whether or not a sweep has come by. One that is not there may be about to be made. */
async function giveBackWhenOver(parts: NumberParts, resourceId: string, id: string): Promise<boolean> {
  const found = await parts.items.find(resourceId, 'reservation', id);
  const isOver = found !== undefined && ['completed', 'expired'].includes(statusOf(found.content, parts.clock.now()));
  if (isOver) {
    await leavePlace(parts, resourceId, id);
  }
  return isOver;
}
