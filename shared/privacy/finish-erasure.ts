// The end of an erasure: the person goes, the receipt is written, and the audit trail says that it is done. Each step
// comes to the same end when it is done again.
import type { OwnerCaller } from '../auth/index.js';
import type { BoundStore, PersonalIdentifier, Walk } from '../data-map/index.js';
import type { Job, JobStep } from '../jobs/index.js';
import type { Clock } from '../time/clock.js';
import type { AuditTrail } from './audit-trail.js';
import { beyondSubscription } from './beyond-subscription.js';
import { listRemainders } from './count-items.js';
import type { PersonStore } from './person-store.js';
import { recordsKept } from './personal-data.js';
import { type ReceiptIssuer, type ReceiptSet, type Receipts, signReceipt } from './receipt.js';

/** What a receipt needs to know from the request; part of the job. */
export interface ReceiptOrder {
  /** Hash of whom it is about; the salt is with the caller only. */
  readonly subject: string;
  /** Of the identifiers, with the same salt; absent in jobs of earlier builds. */
  readonly identifierHashes?: readonly string[];
  readonly caller: OwnerCaller;
  /** Absent when the identifiers belong to no person. */
  readonly personId?: string;
  /** Absent when it is asked for at one place alone. */
  readonly set?: ReceiptSet;
}

export interface FinishParts {
  readonly clock: Clock;
  readonly stores: readonly BoundStore[];
  readonly persons: PersonStore;
  readonly receipts: Receipts;
  readonly receiptIssuer: ReceiptIssuer;
  readonly audit: AuditTrail;
}

/** Result of the long-running operation. */
export interface ErasureResult {
  readonly receiptId: string;
  /** JWS compact. */
  readonly receipt: string;
}

export async function finishErasure(
  parts: FinishParts,
  job: Job,
  walk: Walk,
  identifiers: readonly PersonalIdentifier[],
  order: ReceiptOrder | undefined,
  counts: Readonly<Record<string, number>>,
): Promise<JobStep> {
  if (order === undefined) {
    return { state: 'done' };
  }
  const { resourceId } = job;
  const { subject, identifierHashes, caller, personId, set } = order;
  if (personId !== undefined) {
    // Who has identifiers left was given them meanwhile, and keeps them: nothing of those is erased yet.
    await parts.persons.remove(resourceId, personId, []);
  }
  const endedOn = walk.now;
  const notErased = [
    ...(await listRemainders(parts.stores, identifiers, walk)),
    ...beyondSubscription(parts.stores, walk),
    ...parts.receiptIssuer.leftByStorage,
    ...recordsKept(parts.receipts.keptUntil(endedOn)),
  ];
  const about = { subject, ...(identifierHashes !== undefined && { identifierHashes }), ...(set && { set }) };
  const facts = { id: job.id, resourceId, ...about, startedOn: job.createdOn, endedOn, counts, notErased };
  const jws = signReceipt(parts.receiptIssuer, facts);
  const receipt = await parts.receipts.add(resourceId, { uuid: job.id, at: job.createdOn }, { jws, endedOn });
  const action = personId === undefined ? 'erase-identifiers' : 'erase-person';
  const once = { uuid: job.id, at: receipt.content.endedOn };
  await parts.audit.record({ immutableId: resourceId }, caller, action, counts, once);
  const result: ErasureResult = { receiptId: receipt.id, receipt: receipt.content.jws };
  return { state: 'done', result };
}
