// Where phone numbers come from. Built in: an inventory (inventory.ts); a carrier that sells numbers would be another one.
import type { AssignmentType, NumberCapabilities, NumberCost, PhoneNumberType } from './model.js';

export interface AdministrativeDivision {
  readonly name: string;
  readonly abbreviation: string;
}

export interface Operator {
  readonly name: string;
  readonly mobileNetworkCode?: string | undefined;
  readonly mobileCountryCode?: string | undefined;
}

/** What all numbers of one lot have in common. */
export interface NumberOffer {
  readonly countryCode: string;
  readonly phoneNumberType: PhoneNumberType;
  readonly assignmentTypes: readonly AssignmentType[];
  readonly capabilities: NumberCapabilities;
  readonly cost: NumberCost;
  readonly areaCode?: string | undefined;
  readonly locality?: string | undefined;
  readonly division?: AdministrativeDivision | undefined;
  /** Nobody gets one without agreeing not to resell it. */
  readonly needsAgreement: boolean;
  /** Who carries it. */
  readonly operator?: Operator | undefined;
}

export interface OfferedNumber extends NumberOffer {
  /** E.164, with its plus sign. */
  readonly phoneNumber: string;
}

export interface NumberQuery {
  readonly countryCode: string;
  readonly phoneNumberType: PhoneNumberType;
  readonly assignmentType?: AssignmentType | undefined;
  /** At least. */
  readonly capabilities?: Partial<NumberCapabilities> | undefined;
  readonly areaCode?: string | undefined;
  /** Digits that the number begins with, after its country code or with it; any of them. */
  readonly prefixes?: readonly string[] | undefined;
}

/** Who has a number is no matter of the provider: `NumberClaims` knows. */
export interface NumberProvider {
  /** What can be had of a country, or of all of them. */
  offers(countryCode?: string): Promise<readonly NumberOffer[]>;
  /**
   * The numbers that fit, taken or not, each once.
   *
   * @param from 0 to 1: where to begin; two who begin elsewhere meet later
   */
  numbers(query: NumberQuery, from: number): AsyncIterable<OfferedNumber>;
  find(phoneNumber: string): Promise<OfferedNumber | undefined>;
}

/** Whether a number of such an offer fits. */
export function fits(
  offer: NumberOffer,
  { countryCode, phoneNumberType, assignmentType, areaCode }: NumberQuery,
): boolean {
  return (
    offer.countryCode === countryCode &&
    offer.phoneNumberType === phoneNumberType &&
    (assignmentType === undefined || offer.assignmentTypes.includes(assignmentType)) &&
    (areaCode === undefined || offer.areaCode === areaCode)
  );
}
