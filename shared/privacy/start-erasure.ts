// Starts an erasure, or says what one would do.
import type { OwnerCaller } from '../auth/index.js';
import { formatIdentifier, type PersonalIdentifier } from '../data-map/index.js';
import { beyondSubscription } from './beyond-subscription.js';
import { listRemainders } from './count-items.js';
import { buriedAmong, eraseIdentifiersKind, type EraseIdentifiersPayload, tellOfErasure } from './erase-identifiers.js';
import type { ReceiptOrder } from './finish-erasure.js';
import { identify, type StoreReport } from './identify.js';
import type { PrivacyParts } from './parts.js';
import { recordsKept } from './personal-data.js';
import { type ReceiptSet, type StoreRemainder, textOfIdentifiers } from './receipt.js';
import { hashIdentifiers, hashSubject } from './receipt-subject.js';
import { personsMeantBy } from './persons-meant.js';
import { type PrivacyScope, walkOf } from './scope.js';

/** Who is to be erased: a person with all identifiers, or identifiers that belong to no person. */
export interface ErasureSubject {
  readonly personId?: string;
  /** None where nothing can be held of anybody who is meant, and only a receipt of that is wanted, for a set. */
  readonly identifiers: readonly PersonalIdentifier[];
}

export interface ErasurePlan {
  readonly stores: readonly StoreReport[];
  /** Known when everything was walked through. */
  readonly notErased: readonly StoreRemainder[];
  /** As of {@link identify}. */
  readonly next?: string;
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
  scope: PrivacyScope,
  subject: ErasureSubject,
  after?: string,
): Promise<ErasurePlan> {
  const { identifiers } = subject;
  const persons = await personsOf(parts, scope, subject);
  const walk = walkOf(parts, scope, persons);
  const { stores, next } = await identify(parts, scope, identifiers, { persons, after });
  if (next !== undefined) {
    return { stores, notErased: [], next };
  }
  const remainders = await listRemainders(parts.stores, identifiers, walk);
  const records = recordsKept(parts.receipts.keptUntil(walk.now));
  const beyond = beyondSubscription(parts.stores, scope);
  return { stores, notErased: [...remainders, ...beyond, ...parts.leftByStorage, ...records] };
}

/**
 * When this resolves, every token of the identities is dead and their messages are invisible, and who writes about the
 * others after a wait is told that they were erased; the rest is a job. Who walks through a subscription deletes nobody's
 * identity: its id is looked for as a word.
 */
export async function startErasure(
  parts: PrivacyParts,
  scope: PrivacyScope,
  caller: OwnerCaller,
  erased: ErasureSubject,
  set?: ReceiptSet,
): Promise<StartedErasure> {
  const { personId, identifiers } = erased;
  const salt = parts.ids.bytes(saltBytes);
  const subject = hashSubject(salt, personId ?? textOfIdentifiers(identifiers));
  const identifierHashes = hashIdentifiers(salt, identifiers.map(formatIdentifier));
  const asked = { ...(personId !== undefined && { personId }), ...(set && { set }) };
  const receipt: ReceiptOrder = { subject, identifierHashes, caller, ...asked };
  const { immutableId, subscriptionId } = scope;
  const persons = await personsOf(parts, scope, erased);
  const payload: EraseIdentifiersPayload = {
    identifiers,
    persons,
    receipt,
    ...(subscriptionId !== undefined && { subscriptionId }),
  };
  // The job first: whatever is stopped after it, the erasure will come to its end.
  const job = await parts.jobs.add(eraseIdentifiersKind, immutableId, payload);
  for (const identifier of await buriedAmong(payload, walkOf(parts, scope, persons))) {
    await parts.burials.bury(immutableId, identifier);
  }
  await tellOfErasure(parts, immutableId, job, receipt);
  await parts.jobs.enqueue(job.id);
  return { id: job.id, status: 'running', salt: salt.toString('base64url') };
}

async function personsOf(
  { persons }: Pick<PrivacyParts, 'persons'>,
  { immutableId }: PrivacyScope,
  { personId, identifiers }: ErasureSubject,
): Promise<readonly string[]> {
  return personsMeantBy(persons, immutableId, identifiers, personId);
}
