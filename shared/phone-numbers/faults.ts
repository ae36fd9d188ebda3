// Errors of phone numbers. Codes and texts as recorded, but for the number, which no text of ours repeats.
import { catalogue } from '../http/index.js';

export const phoneNumberFaults = catalogue({
  noNumber: { status: 404, code: 'NotFound', message: 'Input phoneNumber cannot be found.' },
  noNumberToChange: { status: 404, code: 'InternalError', message: 'The server encountered an internal error.' },
  noCountry: {
    status: 404,
    code: 'NotFound',
    message: 'There are no numbers of this country. Ask which countries there are.',
  },
  noPlan: { status: 400, code: 'InternalError', message: 'The server encountered an internal error.' },
  noSearch: {
    status: 404,
    code: 'NotFound',
    message: 'There is no such search, or its numbers are not held any more.',
  },
  notFound: {
    status: 409,
    code: 'Conflict',
    message: 'The search has not ended, or has found nothing. Wait for its operation.',
  },
  beingPurchased: { status: 409, code: 'Conflict', message: 'These numbers are being purchased already.' },
  agreementNeeded: {
    status: 400,
    code: 'AgreementToNotResellRequired',
    message: 'These numbers may not be resold. Set agreeToNotResell to true.',
  },
  noReservation: { status: 404, code: 'NotFound', message: 'There is no such reservation.' },
  reservationClosed: {
    status: 409,
    code: 'Conflict',
    message: 'Only a reservation that is active can be changed, purchased or deleted.',
  },
  emptyReservation: { status: 400, code: 'BadRequest', message: 'The reservation has no numbers.' },
  tooManyReservations: {
    status: 409,
    code: 'Conflict',
    message:
      'A resource has at most 10 reservations that hold numbers. Purchase or delete one of them, or wait until its time is over.',
  },
  tooManyReserved: { status: 400, code: 'BadRequest', message: 'A reservation has at most 100 numbers.' },
  operationNotFound: { status: 404, code: 'NotFound', message: 'There is no such operation, or its time is over.' },
  busy: {
    status: 503,
    code: 'ServiceUnavailable',
    message: 'Others change the same at this moment. Send the request again.',
  },
});

/** Ends of operations: why one has failed. */
export const operationFaults = {
  outOfStock: {
    code: 'OutOfStock',
    message: 'No number of this kind is free. Search for another kind, or another area code.',
  },
  reservationExpired: { code: 'ReservationExpired', message: 'The numbers are not held any more. Search again.' },
  partiallyAcquired: {
    code: 'NumbersPartiallyAcquired',
    message: 'Some of the numbers are not held any more; the others are purchased.',
  },
  released: { code: 'NotFound', message: 'The number was released meanwhile.' },
} as const;

/** Why a number is not in a reservation. */
export const reservedErrors = {
  unknown: { code: 'NotFound', message: 'There is no such number.' },
  taken: { code: 'PhoneNumberNotAvailable', message: 'Somebody else has this number.' },
  notOffered: { code: 'BadRequest', message: 'The number cannot be had with these capabilities, or for this use.' },
} as const;
