// Which phone numbers a resource owns, as other capabilities ask: who may send from a number, and whose is one that is called.
import type { NumberCapabilities, PhoneNumberType } from './model.js';

export interface OwnedNumber {
  /** E.164, with its plus sign. */
  readonly phoneNumber: string;
  readonly phoneNumberType: PhoneNumberType;
  readonly capabilities: NumberCapabilities;
  /** Immutable id of the resource that owns it. */
  readonly resourceId: string;
}

export interface OwnedNumbers {
  /** One point read; undefined when this resource does not own it. */
  find(resourceId: string, phoneNumber: string): Promise<OwnedNumber | undefined>;
  /** Whose a number of this geography is: for what comes in. One point read. */
  ownerOf(phoneNumber: string): Promise<OwnedNumber | undefined>;
}
