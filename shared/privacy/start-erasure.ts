// Starts an erasure, or says what one would do.
import type { OwnerCaller } from '../auth/index.js';
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import { listRemainders } from './count-items.js';
import { eraseIdentifiersKind, type EraseIdentifiersPayload, tellOfErasure } from './erase-identifiers.js';
import type { ReceiptOrder } from './finish-erasure.js';
import { identify, type StoreReport } from './identify.js';
import type { PrivacyParts } from './parts.js';
import { recordsKept } from './personal-data.js';
import { type StoreRemainder, textOfIdentifiers } from './receipt.js';
import { hashSubject } from './receipt-subject.js';

/** Who is to be erased: a person with all identifiers, or identifiers that belong to no person. */
export interface ErasureSubject {
  readonly personId?: string;
  readonly identifiers: readonly PersonalIdentifier[];
}

export interface ErasurePlan {
  readonly stores: readonly StoreReport[];
  readonly notErased: readonly StoreRemainder[];
}

export interface StartedErasure {
  readonly id: string;
  readonly status: 'running';
  /** Base64url; with it the caller can show whom the receipt is about. Told once, kept nowhere. */
  readonly salt: string;
}

const saltBytes = 32;

/** The same counts as {@link identify}: an erasure removes what is found. Nothing is changed. */
export async function planErasure(
  parts: PrivacyParts,
  resource: Resource,
  { identifiers }: ErasureSubject,
): Promise<ErasurePlan> {
  const now = parts.clock.now();
  const walk = { resourceId: resource.immutableId, now, realNow: parts.clock.realNow() };
  const stores = await identify(parts, resource, identifiers);
  const remainders = await listRemainders(parts.stores, identifiers, walk);
  return { stores, notErased: [...remainders, ...recordsKept(parts.receipts.keptUntil(now))] };
}

/** When this resolves, every token of the identities is dead and their messages are invisible; the rest is a job. */
export async function startErasure(
  parts: PrivacyParts,
  resource: Resource,
  caller: OwnerCaller,
  { personId, identifiers }: ErasureSubject,
): Promise<StartedErasure> {
  const salt = parts.ids.bytes(saltBytes);
  const subject = hashSubject(salt, personId ?? textOfIdentifiers(identifiers));
  const receipt: ReceiptOrder = { subject, caller, ...(personId !== undefined && { personId }) };
  const payload: EraseIdentifiersPayload = { identifiers, receipt };
  // The job first: whatever is stopped after it, the erasure will come to its end.
  const job = await parts.jobs.add(eraseIdentifiersKind, resource.immutableId, payload);
  for (const identifier of identifiers) {
    if (identifier.kind === 'identity') {
      await parts.burials.bury(identifier.rawId);
    }
  }
  await tellOfErasure(parts, resource.immutableId, job, receipt);
  await parts.jobs.enqueue(job.id);
  return { id: job.id, status: 'running', salt: salt.toString('base64url') };
}
