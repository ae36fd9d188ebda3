// Reservations: numbers that somebody has chosen and holds for a while. What is held for one is written down in it before it
// is taken, and taken out of it after it is given back.
import { Fault } from '../http/index.js';
import { phoneNumberFaults } from './faults.js';
import { inSlices } from './in-slices.js';
import { reservationKeptMs } from './limits.js';
import type { NumberReservation } from './model.js';
import type { NumberItem } from './number-items.js';
import type { NumberParts } from './parts.js';
import { leavePlace } from './reservation-places.js';
import { statusOf } from './reservation-status.js';

/** Kind of the due work that ends a reservation, and in the end forgets it. */
export const dropReservationKind = 'drop-number-reservation';

const maxTries = 5;

function isForgotten({ createdOn, status }: NumberReservation, now: number): boolean {
  return status !== 'submitted' && createdOn + reservationKeptMs <= now;
}

/** undefined when there is none, or its time is over. */
export async function findReservation(
  { items, clock }: NumberParts,
  resourceId: string,
  id: string,
): Promise<NumberItem<'reservation'> | undefined> {
  const found = await items.find(resourceId, 'reservation', id);
  return found === undefined || isForgotten(found.content, clock.now()) ? undefined : found;
}

/** @throws {Fault} 404 */
export async function requireReservation(
  parts: NumberParts,
  resourceId: string,
  id: string,
): Promise<NumberItem<'reservation'>> {
  const found = await findReservation(parts, resourceId, id);
  if (found === undefined) {
    throw new Fault(phoneNumberFaults.noReservation, { target: 'reservationId' });
  }
  return found;
}

/** @throws {Fault} 409 */
export function requireActive(reservation: NumberReservation, now: number): void {
  if (statusOf(reservation, now) !== 'active') {
    throw new Fault(phoneNumberFaults.reservationClosed, { target: 'reservationId' });
  }
}

export interface ReservationPage {
  readonly reservations: readonly NumberItem<'reservation'>[];
  readonly isLast: boolean;
}

/**
 * Those that are known, in the order of their ids.
 *
 * @param after the last id of the page before
 */
export async function listReservations(
  { items, clock }: NumberParts,
  resourceId: string,
  after: string | undefined,
  count: number,
): Promise<ReservationPage> {
  const listed: NumberItem<'reservation'>[] = [];
  // One more says that there is a next page.
  for await (const item of items.all(resourceId, 'reservation', { after, top: count + 1 })) {
    if (!isForgotten(item.content, clock.now())) {
      listed.push(item);
    }
    if (listed.length > count) {
      break;
    }
  }
  return { reservations: listed.slice(0, count), isLast: listed.length <= count };
}

/** Gives its numbers back and forgets it. @throws {Fault} 404, 409 */
export async function deleteReservation(parts: NumberParts, resourceId: string, id: string): Promise<void> {
  const { items, clock } = parts;
  for (let tries = 0; tries < maxTries; tries++) {
    const { content, etag } = await requireReservation(parts, resourceId, id);
    requireActive(content, clock.now());
    // Nobody adds to it, or purchases it, from here on.
    const expired = { ...content, status: 'expired' } as const;
    if ((await items.change(resourceId, 'reservation', id, expired, etag)) !== undefined) {
      await giveBackHeld(parts, resourceId, id, content);
      await items.drop(resourceId, 'reservation', id);
      await leavePlace(parts, resourceId, id);
      return;
    }
  }
  throw new Fault(phoneNumberFaults.busy, { retryAfterSeconds: 1 });
}

/** May be repeated. */
async function giveBackHeld(
  { claims }: NumberParts,
  resourceId: string,
  id: string,
  { numbers }: NumberReservation,
): Promise<void> {
  await inSlices(Object.values(numbers), ({ phoneNumber }) => claims.giveBack(phoneNumber, resourceId, id));
}

/**
 * Due work: gives the numbers of one back whose time is over; a month after its beginning it is forgotten.
 *
 * @returns false while its numbers are being purchased
 */
export async function dropReservation(parts: NumberParts, dueId: string): Promise<boolean> {
  const { items, clock, due } = parts;
  const [resourceId = '', id = ''] = dueId.split('~');
  const found = await items.find(resourceId, 'reservation', id);
  if (found === undefined) {
    await leavePlace(parts, resourceId, id);
    return true;
  }
  const now = clock.now();
  const { content, etag } = found;
  if (content.status === 'submitted') {
    return false;
  }
  if (content.status === 'active' && statusOf(content, now) === 'expired') {
    // Nobody adds to it, or purchases it, from here on.
    const expired = { ...content, status: 'expired' } as const;
    if ((await items.change(resourceId, 'reservation', id, expired, etag)) === undefined) {
      return false;
    }
  }
  if (statusOf(content, now) === 'expired' || isForgotten(content, now)) {
    await giveBackHeld(parts, resourceId, id, content);
    await leavePlace(parts, resourceId, id);
  }
  if (isForgotten(content, now)) {
    await items.drop(resourceId, 'reservation', id);
    return true;
  }
  const next = statusOf(content, now) === 'active' ? content.expiresOn : content.createdOn + reservationKeptMs;
  await due.add({ kind: dropReservationKind, id: dueId, dueMs: Math.ceil(next) });
  return true;
}

/** Takes a number out of all that is closed, or only names it. */
export async function forgetInReservations(
  { items }: NumberParts,
  resourceId: string,
  digits: string,
): Promise<number> {
  let forgotten = 0;
  for await (const item of items.all(resourceId, 'reservation')) {
    let found: NumberItem<'reservation'> | undefined = item;
    for (let tries = 0; found !== undefined && isClosedWith(found.content, digits); tries++) {
      const { [digits]: _, ...numbers } = found.content.numbers;
      const changed = { ...found.content, numbers };
      if ((await items.change(resourceId, 'reservation', found.id, changed, found.etag)) !== undefined) {
        forgotten += 1;
        break;
      }
      if (tries === maxTries) {
        throw new Error('A reservation changes all the time.');
      }
      found = await items.find(resourceId, 'reservation', found.id);
    }
  }
  return forgotten;
}

/** Whether it names the number, and holds nothing any more. */
export function isClosedWith({ status, numbers }: NumberReservation, digits: string): boolean {
  return (status === 'completed' || status === 'expired') && Object.hasOwn(numbers, digits);
}
