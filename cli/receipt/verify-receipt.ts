// Whether a receipt is genuine, and about whom it says it is.
import type { KeyObject } from 'node:crypto';
import { verifyJws } from '../../shared/auth/jws.js';
import { hashSubject, receiptType } from '../../shared/privacy/receipt-subject.js';
import type { ReceiptToCheck } from './receipt-file.js';

export interface ReceiptClaims {
  readonly jti: string;
  readonly geography: string;
  readonly resourceId: string;
  readonly subject: string;
  readonly startedOn: string;
  readonly endedOn: string;
  readonly stores: readonly { readonly store: string; readonly items: number }[];
  readonly notErased: readonly { readonly what: string; readonly why: string; readonly until?: string }[];
  readonly version: string;
}

export interface VerifiedReceipt {
  readonly claims: ReceiptClaims;
  /** Absent when there was nothing to compare with. */
  readonly isAboutPerson?: true;
}

/** @returns what is wrong with it, as a sentence, or what it says */
export function verifyReceipt(
  { jws, personId, salt }: ReceiptToCheck,
  keys: ReadonlyMap<string, KeyObject>,
): VerifiedReceipt | string {
  // Whoever has the key is trusted with the form of what it signs as a receipt.
  const claims = verifyJws(jws, receiptType, keys) as ReceiptClaims | undefined;
  if (claims === undefined) {
    return 'This is not a genuine receipt: none of the keys signed it, or it was changed afterwards. Each geography has keys of its own: give --jwks for every one.';
  }
  if (personId === undefined || salt === undefined) {
    return { claims };
  }
  if (hashSubject(Buffer.from(salt, 'base64url'), personId) === claims.subject) {
    return { claims, isAboutPerson: true };
  }
  return 'The receipt is genuine, but about somebody else: person id and salt give another hash.';
}
