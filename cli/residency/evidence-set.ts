// Whether records are one whole set, as the audit asked for it.
import { checkSignedSet } from '../receipt/signed-set.js';
import type { ResidencyStatement } from './audit-residency.js';

/** An audit asks everybody at once; the hour may turn over meanwhile. */
const maxApartMs = 60 * 60_000;

/**
 * @param statements that are genuine
 * @returns false when none of them says anything of a set, as version 0.1.0 signed them
 * @throws {CommandError} one sentence about what is missing or too much
 */
export function checkSet(statements: readonly ResidencyStatement[]): boolean {
  if (statements.every(({ geographies }) => geographies === undefined)) {
    return false;
  }
  const members = statements.map(({ set, ...statement }) => ({
    ...statement,
    ...(set !== undefined && { set: { id: set.id, number: set.records } }),
  }));
  checkSignedSet(members, {
    one: 'record',
    isNotWhole: 'the evidence is not complete',
    isNotOne: 'the evidence is not from one audit',
    maxApartMs,
    isTooFarApart: 'The records were signed in different hours; the evidence is not from one audit.',
  });
  return true;
}
