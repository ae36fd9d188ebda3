// Whether a receipt is genuine, and about whom it says it is.
import { hashIdentifiers, hashSubject, receiptType } from '../../shared/privacy/receipt-subject.js';
import { isIdentity } from '../privacy/identifier-form.js';
import type { GeographyKeys } from './public-keys.js';
import type { ReceiptToCheck } from './receipt-file.js';
import { type IssuedClaims, verifyIssued } from './verify-issued.js';

export interface ReceiptClaims extends IssuedClaims {
  readonly jti: string;
  readonly resourceId: string;
  readonly subject: string;
  /** Absent in receipts of version 0.1.0. */
  readonly identifiers?: { readonly number: number; readonly hashes: readonly string[] };
  /** All geographies of the deployment, as this one knew them; absent in receipts of version 0.1.0, like the hour. */
  readonly geographies?: readonly string[];
  /** In which it was signed, product time. */
  readonly hour?: string;
  /** Of an erasure at several places: its random name, and how many receipts it has. */
  readonly set?: { readonly id: string; readonly receipts: number };
  readonly startedOn: string;
  readonly endedOn: string;
  readonly stores: readonly { readonly store: string; readonly items: number }[];
  readonly notErased: readonly { readonly what: string; readonly why: string; readonly until?: string }[];
  readonly version: string;
}

export interface VerifiedReceipt {
  readonly claims: ReceiptClaims;
  /** Absent when nobody asked whom it is about. */
  readonly isAboutPerson?: true;
  /** Those of the identifiers that were asked about which it covers. Absent when nobody asked. */
  readonly covered?: readonly string[];
}

/** @returns what is wrong with it, as a sentence, or what it says */
export function verifyReceipt(
  { jws, personId, identifiers = [], salt }: ReceiptToCheck,
  keys: GeographyKeys,
): VerifiedReceipt | string {
  const claims = verifyIssued<ReceiptClaims>(jws, receiptType, keys);
  if (typeof claims === 'string') {
    return `This is not a genuine receipt: ${claims}.`;
  }
  if (personId === undefined && identifiers.length === 0) {
    return { claims };
  }
  if (salt === undefined || salt === '') {
    return 'The receipt is genuine, but without its salt nothing shows whom it is about; the salt was told once, when the erasure was asked for.';
  }
  const saltBytes = Buffer.from(salt, 'base64url');
  if (personId !== undefined && hashSubject(saltBytes, personId) !== claims.subject) {
    return 'The receipt is genuine, but about somebody else: person id and salt give another hash.';
  }
  // An identity can lie at the resource that issued it only; numbers and addresses anywhere, so that every receipt has them.
  const isListed = claims.identifiers !== undefined;
  const demanded = isListed ? identifiers.filter((each) => !isIdentity(each)) : identifiers;
  const missing = demanded.length === 0 ? undefined : uncovered(claims, saltBytes, demanded, identifiers.length);
  if (missing !== undefined) {
    return missing;
  }
  const hashes = new Set(claims.identifiers?.hashes);
  const covered = isListed ? identifiers.filter((each) => coversOne(hashes, saltBytes, each)) : identifiers;
  return {
    claims,
    ...(personId !== undefined && { isAboutPerson: true }),
    ...(identifiers.length > 0 && { covered }),
  };
}

function coversOne(hashes: ReadonlySet<string>, salt: Buffer, identifier: string): boolean {
  return hashIdentifiers(salt, [identifier]).every((hash) => hashes.has(hash));
}

/** @returns what is wrong, as a sentence; undefined when all are covered */
function uncovered(
  { subject, identifiers: covered }: ReceiptClaims,
  salt: Buffer,
  identifiers: readonly string[],
  asked: number,
): string | undefined {
  if (covered === undefined) {
    // Receipts of version 0.1.0 have one hash: of the person, or of all identifiers together.
    const together = [...new Set(identifiers)].sort().join('\n');
    return hashSubject(salt, together) === subject
      ? undefined
      : 'The receipt is genuine, but its version does not list the identifiers one by one, and these are not all of them.';
  }
  const known = new Set(covered.hashes);
  if (known.size !== covered.number) {
    return 'The receipt is genuine, but does not list as many identifiers as it says.';
  }
  const missing = hashIdentifiers(salt, identifiers).filter((hash) => !known.has(hash)).length;
  return missing === 0
    ? undefined
    : `The receipt is genuine, but does not cover ${missing} of the ${asked} identifiers.`;
}
