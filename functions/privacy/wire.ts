// What the privacy operations share on the wire.
import { z } from 'zod';
import { privacyKey } from '../../shared/auth/index.js';
import { maxIdentifierLength } from '../../shared/data-map/index.js';
import {
  type LedgerEntry,
  maxIdentifiersPerCall,
  maxIdentifiersPerWalk,
  type StoredReceipt,
  type StoreReport,
} from '../../shared/privacy/index.js';
import { toSeconds } from '../../shared/time/instant.js';
import { begunHeaders, camelCaseStates, type LongRunningStyle } from '../wire/long-running.js';
import { orAbsent, orDefault } from '../wire/null-and-absent.js';

export const privacyCommon = { service: 'privacy', auth: privacyKey } as const;

export const privacyOperationStyle = {
  path: '/privacy/operations',
  states: camelCaseStates,
  addresses: 'absolute',
  retryAfterSeconds: 1,
} as const satisfies LongRunningStyle;

export const privacyBegunHeaders = begunHeaders(privacyOperationStyle);

const Identifier = z.string().min(1).max(maxIdentifierLength);

/** To be linked, or looked up. */
export const Identifiers = z.array(Identifier).min(1).max(maxIdentifiersPerCall);

/** To be walked: all that a person has anywhere, so more of them. */
export const WalkedIdentifiers = z.array(Identifier).min(1).max(maxIdentifiersPerWalk);

/** Who erases at several places names the set of their receipts, and says of how many; that is signed with each. */
const ReceiptSet = z.object({
  id: z.guid().transform((text) => text.toLowerCase()),
  receipts: z.int().min(1).max(10_000),
});

const dryRun = orDefault(z.boolean(), false);

// Strict: a name that is misspelt must not turn a rehearsal into an erasure.
/** By identifiers; without any it is for a receipt that there was nothing to be erased, so that a set is whole. */
export const EraseRequest = z
  .strictObject({ identifiers: z.array(Identifier).max(maxIdentifiersPerWalk), dryRun, set: orAbsent(ReceiptSet) })
  .refine(({ identifiers, set, dryRun: isDryRun }) => identifiers.length > 0 || (set !== undefined && !isDryRun), {
    path: ['identifiers'],
    error: 'Name identifiers; only a receipt of a set can be about none.',
  });

/** Beyond those that are linked to a person. */
const MoreIdentifiers = orDefault(z.array(Identifier).max(maxIdentifiersPerWalk), []);

export const ErasePersonRequest = z.preprocess(
  (body) => body ?? {},
  z.strictObject({ identifiers: MoreIdentifiers, dryRun, set: orAbsent(ReceiptSet) }),
);

export const PageQuery = z.object({
  maxPageSize: z.coerce.number().int().min(1).max(1000).default(100),
  after: z
    .string()
    .regex(/^[\w-]{1,64}$/)
    .optional(),
});

/** Of what is walked through a few seconds at a time. */
export const WalkQuery = z.object({
  after: z
    .string()
    .regex(/^[\w-]{1,1000}$/)
    .optional(),
});

export function renderReport({ since, keptUntil, ...report }: StoreReport) {
  return {
    ...report,
    ...(since !== undefined && { since: toSeconds(since) }),
    ...(keptUntil !== undefined && { keptUntil: toSeconds(keptUntil) }),
  };
}

export function renderReceipt({ id, keptUntil, content: { jws, endedOn } }: LedgerEntry<StoredReceipt>) {
  return { receiptId: id, endedOn: toSeconds(endedOn), keptUntil: toSeconds(keptUntil), receipt: jws };
}
