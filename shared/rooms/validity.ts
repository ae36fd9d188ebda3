// From when until when a room is there: said at the beginning or by default, changed later as one.
import { wrongPart } from './faults.js';
import { furthestBeginningMs, longestValidityMs } from './limits.js';
import type { Validity } from './model.js';

/**
 * Of a new room: from now on when nobody says more, for as long as there is.
 *
 * @param now product ms
 * @throws {Fault} 400
 */
export function firstValidity({ validFrom: from, validUntil: until }: Partial<Validity>, now: number): Validity {
  const validFrom = from ?? now;
  return checked({ validFrom, validUntil: until ?? validFrom + longestValidityMs }, now);
}

/**
 * As somebody changes it; undefined when they leave it.
 *
 * @throws {Fault} 400
 */
export function changedValidity({ validFrom, validUntil }: Partial<Validity>, now: number): Validity | undefined {
  if (validFrom === undefined && validUntil === undefined) {
    return undefined;
  }
  if (validFrom === undefined || validUntil === undefined) {
    throw wrongPart('together');
  }
  return checked({ validFrom, validUntil }, now);
}

/** It may have begun, and must not be over. */
function checked(validity: Validity, now: number): Validity {
  const { validFrom, validUntil } = validity;
  if (validFrom > now + furthestBeginningMs) {
    throw wrongPart('beginning');
  }
  if (validUntil <= validFrom || validUntil - validFrom > longestValidityMs || validUntil <= now) {
    throw wrongPart('range');
  }
  return validity;
}
