// The receipt of an erasure: what was erased, what was not, and why; about whom only as a hash with a salt that nobody
// keeps. Signed, so that it proves itself to whoever has the public keys (JWKS route).
import { type SigningKeys, signJws } from '../auth/index.js';
import { formatIdentifier, type PersonalIdentifier, type Remainder } from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import type { Ledger } from './ledger.js';
import { receiptType } from './receipt-subject.js';

/** Kind of the due work that removes receipts whose time has come. */
export const dropReceiptKind = 'drop-receipt';

export interface StoredReceipt {
  readonly jws: string;
  /** Product ms. */
  readonly endedOn: number;
}

export type Receipts = Ledger<StoredReceipt>;

/** Who signs: the geography and version that did the work. */
export interface ReceiptIssuer {
  readonly issuer: string;
  readonly keys: Pick<SigningKeys, 'current'>;
  readonly geography: string;
  /** Version of Domicile. */
  readonly version: string;
}

export interface ReceiptFacts {
  /** Of the operation. */
  readonly id: string;
  readonly resourceId: string;
  readonly subject: string;
  /** Product ms. */
  readonly startedOn: number;
  /** Product ms. */
  readonly endedOn: number;
  /** Items by name of the store. */
  readonly counts: Readonly<Record<string, number>>;
  readonly notErased: readonly StoreRemainder[];
}

export type StoreRemainder = Remainder & { readonly store: string };

/** Sorted, so that their order does not matter; one a line. */
export function textOfIdentifiers(identifiers: readonly PersonalIdentifier[]): string {
  return [...new Set(identifiers.map(formatIdentifier))].sort().join('\n');
}

export function signReceipt(issuer: ReceiptIssuer, facts: ReceiptFacts): string {
  return signJws(issuer.keys, receiptType, {
    iss: issuer.issuer,
    jti: facts.id,
    iat: Math.floor(facts.endedOn / 1000),
    geography: issuer.geography,
    resourceId: facts.resourceId,
    subject: facts.subject,
    startedOn: toSeconds(facts.startedOn),
    endedOn: toSeconds(facts.endedOn),
    stores: Object.entries(facts.counts).map(([store, items]) => ({ store, items })),
    notErased: facts.notErased.map(renderRemainder),
    version: issuer.version,
  });
}

export function renderRemainder({ until, ...remainder }: StoreRemainder) {
  return { ...remainder, ...(until !== undefined && { until: toSeconds(until) }) };
}
