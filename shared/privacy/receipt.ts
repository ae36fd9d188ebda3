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
  /** What the storage itself keeps of what was erased; nothing in Azure. */
  readonly leftByStorage: readonly StoreRemainder[];
  /** The other geographies of the deployment, as this one knows them now. */
  others(): readonly string[];
}

/** The receipts of one erasure at several places. Who asks for it names it and says of how many; each signs both. */
export interface ReceiptSet {
  /** Random. */
  readonly id: string;
  readonly receipts: number;
}

export interface ReceiptFacts {
  /** Of the operation. */
  readonly id: string;
  readonly resourceId: string;
  readonly subject: string;
  /** Salted hashes of the identifiers; absent when an earlier build began the erasure and wrote none down. */
  readonly identifierHashes?: readonly string[];
  /** Product ms. */
  readonly startedOn: number;
  /** Product ms. */
  readonly endedOn: number;
  /** Items by name of the store. */
  readonly counts: Readonly<Record<string, number>>;
  readonly notErased: readonly StoreRemainder[];
  /** Absent when it was asked for at one place alone. */
  readonly set?: ReceiptSet;
}

const hourMs = 60 * 60_000;

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
    // What a receipt alone cannot show: which others there have to be.
    geographies: [...new Set([issuer.geography, ...issuer.others()])].sort(),
    hour: toSeconds(Math.floor(facts.endedOn / hourMs) * hourMs),
    ...(facts.set !== undefined && { set: { id: facts.set.id, receipts: facts.set.receipts } }),
    resourceId: facts.resourceId,
    subject: facts.subject,
    ...(facts.identifierHashes !== undefined && {
      identifiers: { number: facts.identifierHashes.length, hashes: facts.identifierHashes },
    }),
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
