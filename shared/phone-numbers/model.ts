// Phone numbers in our own words: what can be had, what is held for somebody, what is owned. Contract: 2025-06-01.

export type PhoneNumberType = 'geographic' | 'tollFree' | 'mobile';
export type AssignmentType = 'person' | 'application';
export type CapabilityType = 'none' | 'inbound' | 'outbound' | 'inbound+outbound';

export interface NumberCapabilities {
  readonly calling: CapabilityType;
  readonly sms: CapabilityType;
}

/** A month. */
export interface NumberCost {
  readonly amount: number;
  readonly currencyCode: string;
}

/** What is the same of a number as long as somebody has it. */
export interface NumberFacts {
  /** E.164, with its plus sign. */
  readonly phoneNumber: string;
  readonly countryCode: string;
  readonly phoneNumberType: PhoneNumberType;
  readonly assignmentType: AssignmentType;
  readonly capabilities: NumberCapabilities;
  readonly cost: NumberCost;
}

/** Who has a number, and by what: the id of a search or a reservation that holds it, or of the purchase. */
export interface NumberClaim extends NumberFacts {
  readonly resourceId: string;
  readonly order: string;
  /** Until when it is held, product ms; undefined when it is owned. */
  readonly heldUntil?: number;
  /** Product ms; undefined while it is held. */
  readonly purchasedOn?: number;
}

/** What somebody has looked for, and the numbers that are held for them. */
export interface NumberSearch {
  readonly countryCode: string;
  readonly phoneNumberType: PhoneNumberType;
  readonly assignmentType: AssignmentType;
  readonly capabilities: NumberCapabilities;
  readonly areaCode?: string | undefined;
  readonly quantity: number;
  /** `begun`: numbers are being taken, those that are named perhaps; `closed`: those that are named are given back. */
  readonly state: 'begun' | 'found' | 'none' | 'closed';
  readonly numbers: readonly string[];
  readonly cost: NumberCost;
  readonly needsAgreement: boolean;
  /** Product ms. */
  readonly expiresOn: number;
  /** Id of the purchase that is under way. */
  readonly purchase?: string | undefined;
}

export type ReservationStatus = 'active' | 'submitted' | 'completed' | 'expired';

export interface ReservedNumber extends NumberFacts {
  readonly state: 'reserved' | 'purchased' | 'error';
  readonly needsAgreement: boolean;
}

/** Numbers by their ids, which are their digits. */
export interface NumberReservation {
  readonly status: ReservationStatus;
  readonly numbers: Readonly<Record<string, ReservedNumber>>;
  /** Product ms. */
  readonly createdOn: number;
  /** Product ms. */
  readonly expiresOn: number;
  /** Id of the purchase that was begun. */
  readonly purchase?: string | undefined;
}

/** @param phoneNumber E.164 */
export function digitsOf(phoneNumber: string): string {
  return phoneNumber.replace(/^\+/, '');
}
