// Buying all numbers of a reservation.
import { Fault } from '../http/index.js';
import type { Job, JobStep } from '../jobs/index.js';
import { buyHeld } from './buy-held.js';
import { operationFaults, phoneNumberFaults } from './faults.js';
import { reservationKeptMs } from './limits.js';
import type { NumberReservation, ReservedNumber } from './model.js';
import { beginWork, numberWork, startWork } from './number-work.js';
import type { NumberParts } from './parts.js';
import { leavePlace } from './reservation-places.js';
import { dropReservationKind, requireActive, requireReservation } from './reservations.js';

interface ReservationPayload {
  readonly reservationId: string;
}

/**
 * @returns id of the operation
 * @throws {Fault} 404, 400 without the agreement or without a number, 409 when it is not active any more
 */
export async function startReservationPurchase(
  parts: NumberParts,
  resourceId: string,
  reservationId: string,
  agreesNotToResell: boolean,
): Promise<string> {
  const { content, etag } = await requireReservation(parts, resourceId, reservationId);
  requireActive(content, parts.clock.now());
  const numbers = Object.values(content.numbers);
  if (numbers.length === 0) {
    throw new Fault(phoneNumberFaults.emptyReservation, { target: 'reservationId' });
  }
  if (!agreesNotToResell && numbers.some(({ needsAgreement }) => needsAgreement)) {
    throw new Fault(phoneNumberFaults.agreementNeeded, { target: 'agreeToNotResell' });
  }
  const payload: ReservationPayload = { reservationId };
  return beginWork(parts, resourceId, numberWork.purchaseReservation, payload, async (purchase) => {
    const submitted = { ...content, status: 'submitted', purchase } as const;
    if ((await parts.items.change(resourceId, 'reservation', reservationId, submitted, etag)) === undefined) {
      throw new Fault(phoneNumberFaults.reservationClosed, { target: 'reservationId' });
    }
  });
}

/** A step of the job. */
export async function runReservationPurchase(parts: NumberParts, job: Job): Promise<JobStep> {
  const { items, due } = parts;
  const { resourceId, id, payload } = job;
  const { reservationId } = payload as ReservationPayload;
  const work = await startWork(parts, job);
  const found = await items.find(resourceId, 'reservation', reservationId);
  if (work === 'ended' || found === undefined || found.content.purchase !== id) {
    return { state: 'done', result: {} };
  }
  const { content } = found;
  if (work === 'undo') {
    if (content.status === 'submitted') {
      await items.put(resourceId, 'reservation', reservationId, { ...content, status: 'active', purchase: undefined });
    }
    return { state: 'done' };
  }
  const ordered = content.status === 'submitted' ? await buyAll(parts, job, reservationId, content) : content;
  await leavePlace(parts, resourceId, reservationId);
  const dueMs = ordered.createdOn + reservationKeptMs;
  await due.add({ kind: dropReservationKind, id: `${resourceId}~${reservationId}`, dueMs });
  const states = Object.values(ordered.numbers).map(({ state }) => state);
  if (states.includes('error')) {
    const { partiallyAcquired, reservationExpired } = operationFaults;
    return { state: 'failed', fault: states.includes('purchased') ? partiallyAcquired : reservationExpired };
  }
  return { state: 'done', result: {} };
}

async function buyAll(
  parts: NumberParts,
  { resourceId, id }: Job,
  reservationId: string,
  content: NumberReservation,
): Promise<NumberReservation> {
  const entries = Object.entries(content.numbers);
  const numbers = entries.map(([, { phoneNumber }]) => phoneNumber);
  const bought = await buyHeld(parts, numbers, { resourceId, heldBy: reservationId, purchase: id });
  const stateOf = ({ phoneNumber }: ReservedNumber) => (bought.includes(phoneNumber) ? 'purchased' : 'error');
  const ordered: NumberReservation = {
    ...content,
    status: 'completed',
    numbers: Object.fromEntries(entries.map(([key, number]) => [key, { ...number, state: stateOf(number) }])),
  };
  await parts.items.put(resourceId, 'reservation', reservationId, ordered);
  return ordered;
}
