// Phone numbers as they are shown.
import type { AnswerBody } from '../../shared/api/index.js';
import {
  type NumberClaim,
  type NumberCost,
  type NumberReservation,
  type NumberSearch,
  type OfferedNumber,
  type RefusedNumber,
  statusOf,
} from '../../shared/phone-numbers/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';
import type {
  AvailablePhoneNumber,
  PhoneNumberSearchResult,
  PhoneNumbersReservation,
  PurchasedPhoneNumber,
} from './answers.js';
import type { WantedNumber } from './wire.js';

export function renderCost({ amount, currencyCode }: NumberCost) {
  return { amount, currencyCode, billingFrequency: 'monthly' } as const;
}

export function renderOwned(claim: NumberClaim): AnswerBody<typeof PurchasedPhoneNumber> {
  const { phoneNumber, countryCode, phoneNumberType, capabilities, assignmentType, purchasedOn = 0, cost } = claim;
  return {
    id: phoneNumber.slice(1),
    phoneNumber,
    countryCode,
    phoneNumberType,
    capabilities,
    assignmentType,
    purchaseDate: toSevenDigits(purchasedOn),
    cost: renderCost(cost),
  };
}

/** Places in the contract's list of errors. */
const errorCodes = { NoError: 0, OutOfStock: 2 } as const;

export function renderSearch(searchId: string, search: NumberSearch): AnswerBody<typeof PhoneNumberSearchResult> {
  const { numbers, phoneNumberType, assignmentType, capabilities, cost, expiresOn, needsAgreement } = search;
  const error = search.state === 'none' ? 'OutOfStock' : 'NoError';
  return {
    searchId,
    phoneNumbers: numbers,
    phoneNumberType,
    assignmentType,
    capabilities,
    cost: renderCost(cost),
    searchExpiresBy: toSevenDigits(expiresOn),
    isAgreementToNotResellRequired: needsAgreement,
    errorCode: errorCodes[error],
    error,
  };
}

export function renderFree(number: OfferedNumber, assignmentType: OfferedNumber['assignmentTypes'][number]) {
  const { phoneNumber, countryCode, phoneNumberType, capabilities, cost, needsAgreement } = number;
  return {
    id: phoneNumber.slice(1),
    countryCode,
    phoneNumber,
    capabilities,
    phoneNumberType,
    assignmentType,
    cost: renderCost(cost),
    status: 'available',
    isAgreementToNotResellRequired: needsAgreement,
  } as const satisfies AnswerBody<typeof AvailablePhoneNumber>;
}

export function renderListedReservation(id: string, reservation: NumberReservation, now: number) {
  return { id, expiresAt: toSevenDigits(reservation.expiresOn), status: statusOf(reservation, now) };
}

export function renderReservation(
  id: string,
  reservation: NumberReservation,
  now: number,
): AnswerBody<typeof PhoneNumbersReservation> {
  const isOver = statusOf(reservation, now) === 'expired';
  const numbers = Object.entries(reservation.numbers).map(([key, number]) => {
    const { phoneNumber, countryCode, phoneNumberType, assignmentType, capabilities, cost, state } = number;
    const facts = { id: key, countryCode, phoneNumber, capabilities, phoneNumberType, assignmentType };
    const status = isOver ? ('expired' as const) : state;
    const isAgreementToNotResellRequired = number.needsAgreement;
    return [key, { ...facts, cost: renderCost(cost), status, isAgreementToNotResellRequired }] as const;
  });
  return { ...renderListedReservation(id, reservation, now), phoneNumbers: Object.fromEntries(numbers) };
}

/** One that is not in the reservation: what was said of it, and why it is not. */
export function renderRefused({ id, error }: RefusedNumber, wanted: WantedNumber) {
  return { ...wanted, id, phoneNumber: `+${id}`, status: 'error', error } as const;
}
