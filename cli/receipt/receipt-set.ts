// Whether receipts are all of one erasure over several resources: as many as it asked for, none twice, one of every geography.
import { checkSignedSet } from './signed-set.js';
import type { ReceiptClaims } from './verify-receipt.js';

const dayMs = 24 * 60 * 60_000;
/** A resource that could not be asked may be days behind; who erases begins a new set before it is so many. */
const maxApartMs = 7 * dayMs;
export const newSetAfterMs = 5 * dayMs;

/**
 * @param receipts that are genuine
 * @param expected geographies that there have to be; none means all that any of the signers knows of
 * @returns false when there are none, or none is of a set: each was asked for by itself, or of version 0.1.0
 * @throws {CommandError} one sentence about what is missing or too much
 */
export function checkReceiptSet(
  receipts: readonly Pick<ReceiptClaims, 'geography' | 'resourceId' | 'geographies' | 'hour' | 'set'>[],
  expected: readonly string[] = [],
): boolean {
  if (receipts.every(({ set }) => set === undefined)) {
    return false;
  }
  const members = receipts.map(({ set, ...claims }) => ({
    ...claims,
    resource: claims.resourceId,
    ...(set !== undefined && { set: { id: set.id, number: set.receipts } }),
  }));
  checkSignedSet(members, {
    one: 'receipt',
    isNotWhole: 'these are not all receipts of the erasure',
    isNotOne: 'these are not the receipts of one erasure',
    maxApartMs,
    isTooFarApart: 'The receipts were signed more than a week apart; these are not the receipts of one erasure.',
    ...(expected.length > 0 && { expected }),
  });
  return true;
}

/** Geographies that the signers know of, and none of the receipts is of. */
export function unmetGeographies(receipts: readonly Pick<ReceiptClaims, 'geography' | 'geographies'>[]): string[] {
  const there = new Set<string>(receipts.map(({ geography }) => geography));
  return [...new Set(receipts.flatMap(({ geographies = [] }) => geographies))].filter((each) => !there.has(each));
}
