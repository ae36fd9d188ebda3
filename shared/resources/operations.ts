// Long-running operations of management. Their records belong to the subscription and not to a resource, which they
// outlive.
import type { OperationRecord } from '../jobs/index.js';
import type { ManagementParts } from './parts.js';

/** Under what the operations of a subscription are kept. */
export function operationsOf(subscriptionId: string): string {
  return `subscription-${subscriptionId.toLowerCase()}`;
}

/** A record of something that is done already. @returns its id */
export async function noteDone(
  { operations, ids }: Pick<ManagementParts, 'operations' | 'ids'>,
  subscriptionId: string,
  kind: string,
): Promise<string> {
  const id = ids.uuid();
  const owner = operationsOf(subscriptionId);
  await operations.begin(owner, id, kind);
  await operations.end(owner, id, { status: 'succeeded' });
  return id;
}

export async function findOperation(
  { operations }: Pick<ManagementParts, 'operations'>,
  subscriptionId: string,
  id: string,
): Promise<OperationRecord | undefined> {
  return /^[0-9a-f-]{36}$/i.test(id) ? operations.find(operationsOf(subscriptionId), id) : undefined;
}
