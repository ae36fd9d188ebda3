// Making a reservation, and adding and removing numbers: a merge patch, in which each number is put or refused on its own.
import { Fault } from '../http/index.js';
import { covers } from './capability-types.js';
import { phoneNumberFaults, reservedErrors } from './faults.js';
import { inSlices } from './in-slices.js';
import { longestReservationMs, maxNumbersPerReservation, reservationLifeMs } from './limits.js';
import type { AssignmentType, NumberCapabilities, NumberReservation, ReservedNumber } from './model.js';
import type { NumberParts } from './parts.js';
import { takePlace } from './reservation-places.js';
import { dropReservationKind, findReservation, requireActive } from './reservations.js';

/** What a number is to be used for. */
export interface WantedNumber {
  readonly assignmentType: AssignmentType;
  readonly capabilities: NumberCapabilities;
}

export interface RefusedNumber {
  readonly id: string;
  readonly error: (typeof reservedErrors)[keyof typeof reservedErrors];
}

export interface PutReservation {
  readonly isNew: boolean;
  readonly reservation: NumberReservation;
  readonly refused: readonly RefusedNumber[];
}

const maxTries = 10;

/**
 * @param changes by digits; null takes a number out
 * @throws {Fault} 400 for too many, 409 when it is not active any more, or there are too many others, 503 when others change
 *   it all the time
 */
export async function putReservation(
  parts: NumberParts,
  resourceId: string,
  id: string,
  changes: Readonly<Record<string, WantedNumber | null>>,
): Promise<PutReservation> {
  await parts.jobs.requireOwnStorage();
  for (let tries = 0; tries < maxTries; tries++) {
    const put = await tryPut(parts, resourceId, id, changes);
    if (put !== undefined) {
      return put;
    }
  }
  throw new Fault(phoneNumberFaults.busy, { retryAfterSeconds: 1 });
}

/** undefined when somebody else has changed it meanwhile. */
async function tryPut(
  parts: NumberParts,
  resourceId: string,
  id: string,
  changes: Readonly<Record<string, WantedNumber | null>>,
): Promise<PutReservation | undefined> {
  const { items, claims, due, clock } = parts;
  const now = Math.floor(clock.now());
  const found = await findReservation(parts, resourceId, id);
  if (found !== undefined) {
    requireActive(found.content, now);
  }
  const createdOn = found?.content.createdOn ?? now;
  const expiresOn = Math.min(now + reservationLifeMs, createdOn + longestReservationMs);
  const before = found?.content.numbers ?? {};
  const wanted = await wantedNumbers(parts, changes);
  const taken = wanted.flatMap((each) => ('number' in each ? [each.number] : []));
  const named = { ...before, ...byId(taken) };
  if (Object.keys(named).length > maxNumbersPerReservation) {
    throw new Fault(phoneNumberFaults.tooManyReserved, { target: 'phoneNumbers' });
  }
  const active = { status: 'active', createdOn, expiresOn } as const;
  await due.add({ kind: dropReservationKind, id: `${resourceId}~${id}`, dueMs: expiresOn });
  if (found === undefined) {
    await takePlace(parts, resourceId, id);
  }
  const etag = await items.change(resourceId, 'reservation', id, { ...active, numbers: named }, found?.etag);
  if (etag === undefined) {
    return undefined;
  }
  const hold = { resourceId, order: id, until: expiresOn };
  const kept = Object.entries(named).filter(([number]) => changes[number] !== null);
  const isHeld = await inSlices(kept, ([, number]) => claims.hold(number, hold, now));
  const removed = Object.keys(before).filter((number) => changes[number] === null);
  await inSlices(removed, (number) => claims.giveBack(`+${number}`, resourceId, id));
  const numbers = Object.fromEntries(kept.filter((_, n) => isHeld[n]));
  const reservation = { ...active, numbers };
  const isWritten = Object.keys(numbers).length === Object.keys(named).length;
  const isEnd = !isWritten && (await items.change(resourceId, 'reservation', id, reservation, etag)) !== undefined;
  const keepsAll = isEnd || (await keepsHeld(parts, resourceId, id, numbers, etag));
  if (!isEnd && !(isWritten && keepsAll)) {
    return undefined;
  }
  const lost = kept.filter((_, n) => isHeld[n] !== true).map(([number]) => number);
  const refused = [
    ...wanted.flatMap((each) => ('error' in each ? [each] : [])),
    ...lost.map((number) => ({ id: number, error: reservedErrors.taken })),
  ];
  return { isNew: found === undefined, reservation, refused };
}

/**
 * Gives back what was held for it while others took it out, or ended it. Whoever ends one gives back what it names; but what is
 * held only after that, nobody would.
 *
 * @param etag as which it was written
 * @returns whether it holds all of them
 */
async function keepsHeld(
  { items, claims }: NumberParts,
  resourceId: string,
  id: string,
  numbers: NumberReservation['numbers'],
  etag: string,
): Promise<boolean> {
  const current = await items.find(resourceId, 'reservation', id);
  if (current !== undefined && current.etag === etag) {
    return true;
  }
  const isOver = current === undefined || current.content.status === 'expired';
  const kept = isOver ? {} : current.content.numbers;
  const lost = Object.keys(numbers).filter((number) => !Object.hasOwn(kept, number));
  await inSlices(lost, (number) => claims.giveBack(`+${number}`, resourceId, id));
  return lost.length === 0;
}

type Wanted = { readonly number: ReservedNumber } | RefusedNumber;

async function wantedNumbers(
  { provider }: NumberParts,
  changes: Readonly<Record<string, WantedNumber | null>>,
): Promise<readonly Wanted[]> {
  const asked = Object.entries(changes).flatMap(([id, change]) => (change === null ? [] : [[id, change] as const]));
  return Promise.all(
    asked.map(async ([id, { assignmentType, capabilities }]): Promise<Wanted> => {
      const offered = await provider.find(`+${id}`);
      if (offered === undefined) {
        return { id, error: reservedErrors.unknown };
      }
      if (!offered.assignmentTypes.includes(assignmentType) || !covers(offered.capabilities, capabilities)) {
        return { id, error: reservedErrors.notOffered };
      }
      const { phoneNumber, countryCode, phoneNumberType, cost, needsAgreement } = offered;
      const facts = { phoneNumber, countryCode, phoneNumberType, cost, needsAgreement };
      return { number: { ...facts, assignmentType, capabilities, state: 'reserved' } };
    }),
  );
}

function byId(numbers: readonly ReservedNumber[]): Record<string, ReservedNumber> {
  return Object.fromEntries(numbers.map((number) => [number.phoneNumber.slice(1), number]));
}
