// Starts an erasure, or says what one would do.
import type { OwnerCaller } from '../auth/index.js';
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Resource } from '../resources/index.js';
import { listRemainders } from './count-items.js';
import { eraseIdentifiersKind, type EraseIdentifiersPayload } from './erase-identifiers.js';
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
  const payload: EraseIdentifiersPayload = {
    identifiers,
    receipt: { subject, caller, ...(personId !== undefined && { personId }) },
  };
  // The job first: whatever is stopped after it, the erasure will come to its end.
  const id = await parts.jobs.add(eraseIdentifiersKind, resource.immutableId, payload);
  await parts.operations.begin(resource.immutableId, id, eraseIdentifiersKind);
  for (const identifier of identifiers) {
    if (identifier.kind === 'identity') await parts.revocations.bury(identifier.rawId);
  }
  await parts.audit.record(resource, caller, personId === undefined ? 'erase-identifiers' : 'erase-person');
  await parts.jobs.enqueue(id);
  return { id, status: 'running', salt: salt.toString('base64url') };
}
