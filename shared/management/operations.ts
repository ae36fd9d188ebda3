// Long-running operations of management. Their records must outlive the resource that they are about, so they are kept
// with the one of the geography that cannot be deleted.
import type { OperationRecord } from '../jobs/index.js';
import type { ManagementParts } from './parts.js';

/** Immutable id under which operations of management are kept. */
export async function ownerOfOperations({ directory }: Pick<ManagementParts, 'directory'>): Promise<string> {
  return (await directory.default()).immutableId;
}

/** A record of something that is done already. @returns its id */
export async function noteDone(
  parts: Pick<ManagementParts, 'operations' | 'directory' | 'ids'>,
  kind: string,
): Promise<string> {
  const id = parts.ids.uuid();
  const owner = await ownerOfOperations(parts);
  await parts.operations.begin(owner, id, kind);
  await parts.operations.end(owner, id, { status: 'succeeded' });
  return id;
}

export async function findOperation(
  parts: Pick<ManagementParts, 'operations' | 'directory'>,
  id: string,
): Promise<OperationRecord | undefined> {
  if (!/^[0-9a-f-]{36}$/i.test(id)) {
    return undefined;
  }
  return parts.operations.find(await ownerOfOperations(parts), id);
}
