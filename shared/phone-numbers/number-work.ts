// What a long-running operation on numbers is: a job of the same id, which begins only when nobody has cancelled it before.
import type { Job } from '../jobs/index.js';
import type { NumberParts } from './parts.js';

/** Kinds of jobs, and so of operations. */
export const numberWork = {
  search: 'search-numbers',
  purchase: 'purchase-numbers',
  release: 'release-number',
  update: 'update-number',
  purchaseReservation: 'purchase-reservation',
} as const;
export type NumberWorkKind = (typeof numberWork)[keyof typeof numberWork];

/**
 * Makes a job and the operation by which it is watched; it is worked on when `prepare` has written what it relies on.
 *
 * @param prepare may refuse: the job then finds nothing to do, and its operation is nobody's
 * @returns the id of both
 */
export async function beginWork(
  { jobs, operations }: NumberParts,
  resourceId: string,
  kind: NumberWorkKind,
  payload: object,
  prepare: (id: string) => Promise<void>,
): Promise<string> {
  const { id } = await jobs.add(kind, resourceId, payload);
  await prepare(id);
  await operations.begin(resourceId, id, kind, { status: 'notStarted' });
  await jobs.enqueue(id);
  return id;
}

/**
 * Cancels what nobody has begun to work on; what is under way comes to its end, and what has ended stays what it is.
 */
export async function cancelWork({ operations }: NumberParts, resourceId: string, id: string): Promise<void> {
  await operations.cancel(resourceId, id, 'notStarted');
}

/**
 * To be asked first by every job.
 *
 * @returns `go`; `undo` when it was cancelled, or whoever asked was never answered; `ended` when it is done already
 */
export async function startWork(
  { operations }: NumberParts,
  { resourceId, id }: Job,
): Promise<'go' | 'undo' | 'ended'> {
  await operations.start(resourceId, id);
  const record = await operations.find(resourceId, id);
  if (record === undefined || record.status === 'canceled') {
    return 'undo';
  }
  return record.status === 'running' ? 'go' : 'ended';
}
