// Reservations: numbers that somebody has chosen, held for a while, and bought together.
import { operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { Answer, Fault, faults, NoBody } from '../../shared/http/index.js';
import {
  deleteReservation,
  listReservations,
  numberWork,
  type NumberParts,
  phoneNumberRateLimits,
  putReservation,
  requireReservation,
  startReservationPurchase,
} from '../../shared/phone-numbers/index.js';
import { begun, begunHeaders } from '../wire/long-running.js';
import { relativeNextLink } from '../wire/next-link.js';
import { PhoneNumbersReservation, PhoneNumbersReservations } from './answers.js';
import { renderListedReservation, renderRefused, renderReservation } from './render.js';
import { numberOperationStyle as style, wireIdOf } from './style.js';
import { ReservationPurchaseRequest, ReservationRequest, ReservationsQuery } from './wire.js';

const common = { service: 'phoneNumbers', auth: accessKey } as const;
const path = '/availablePhoneNumbers/reservations';

export function reservationOperations(parts: NumberParts) {
  const { clock } = parts;
  return [
    operation({
      ...common,
      name: 'phone-numbers-put-reservation',
      contract: 'phoneNumbers.createOrUpdateReservation',
      summary: 'Makes a reservation, or adds numbers to it and takes others out.',
      route: 'PATCH availablePhoneNumbers/reservations/{reservationId}',
      limit: phoneNumberRateLimits.reserve,
      body: ReservationRequest,
      answers: { 200: PhoneNumbersReservation, 201: PhoneNumbersReservation, 207: PhoneNumbersReservation },
      answer: async ({ resource, params, body: { phoneNumbers: wanted } }) => {
        const id = idOf(params.reservationId);
        const { isNew, reservation, refused } = await putReservation(parts, resource.immutableId, id, wanted);
        const shown = renderReservation(id, reservation, clock.now());
        if (refused.length === 0) {
          return new Answer(isNew ? 201 : 200, shown);
        }
        const errors = refused.flatMap((each) => {
          const sent = wanted[each.id] ?? undefined;
          return sent === undefined ? [] : [[each.id, renderRefused(each, sent)] as const];
        });
        return new Answer(207, { ...shown, phoneNumbers: { ...shown.phoneNumbers, ...Object.fromEntries(errors) } });
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-get-reservation',
      contract: 'phoneNumbers.getReservation',
      summary: 'Gets a reservation with its numbers.',
      route: 'GET availablePhoneNumbers/reservations/{reservationId}',
      returns: PhoneNumbersReservation,
      ok: async ({ resource, params }) => {
        const { id, content } = await requireReservation(parts, resource.immutableId, idOf(params.reservationId));
        return renderReservation(id, content, clock.now());
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-list-reservations',
      contract: 'phoneNumbers.listReservations',
      summary: 'Lists the reservations of the last month, without their numbers.',
      route: 'GET availablePhoneNumbers/reservations',
      query: ReservationsQuery,
      returns: PhoneNumbersReservations,
      ok: async ({ resource, query: { after, maxPageSize }, request }) => {
        const { reservations, isLast } = await listReservations(parts, resource.immutableId, after, maxPageSize);
        const next = { after: reservations.at(-1)?.id, maxPageSize };
        return {
          reservations: reservations.map(({ id, content }) => renderListedReservation(id, content, clock.now())),
          nextLink: isLast ? null : relativeNextLink(request, path, next),
        };
      },
    }),
    operation({
      ...common,
      name: 'phone-numbers-delete-reservation',
      contract: 'phoneNumbers.deleteReservation',
      summary: 'Deletes a reservation that is active; its numbers are free again.',
      route: 'DELETE availablePhoneNumbers/reservations/{reservationId}',
      noContent: ({ resource, params }) => deleteReservation(parts, resource.immutableId, idOf(params.reservationId)),
    }),
    operation({
      ...common,
      name: 'phone-numbers-purchase-reservation',
      contract: 'phoneNumbers.purchaseReservation',
      summary: 'Buys all numbers of a reservation.',
      route: 'POST availablePhoneNumbers/reservations/{reservationId}/:purchase',
      limit: phoneNumberRateLimits.purchase,
      body: ReservationPurchaseRequest,
      answers: { 202: NoBody },
      answerHeaders: begunHeaders(style),
      answer: async ({ resource, params, body: { agreeToNotResell }, request }) => {
        const reservationId = idOf(params.reservationId);
        const id = await startReservationPurchase(parts, resource.immutableId, reservationId, agreeToNotResell);
        const headers = { 'reservation-purchase-id': id };
        return begun(style, request, { id: wireIdOf({ kind: numberWork.purchaseReservation, id }), headers });
      },
    }),
  ];
}

/** The client chooses it. A UUID is the same in capitals. */
function idOf(text: string): string {
  if (!/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text)) {
    throw new Fault(faults.badRequest, { message: 'The id of a reservation is a UUID.', target: 'reservationId' });
  }
  return text.toLowerCase();
}
