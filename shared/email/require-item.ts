// Reading one item that belongs to a resource.
import { Fault } from '../http/index.js';
import { managementFaults, requireRecord } from '../management/index.js';
import { checkPath, type ItemId } from './item-id.js';
import type { StoredItem } from './model.js';
import { type EmailParts, keeperOf } from './parts.js';

/** @throws {Fault} 404 without its owner */
export async function findItem(parts: EmailParts, id: ItemId): Promise<StoredItem | undefined> {
  checkPath(id);
  const { immutableId } = await requireRecord(parts, id.owner);
  return await keeperOf(parts, id.kind).find(immutableId, id.kind, id.path);
}

/** @throws {Fault} 404 */
export async function requireItem(parts: EmailParts, id: ItemId): Promise<StoredItem> {
  const item = await findItem(parts, id);
  if (item === undefined) {
    throw new Fault(managementFaults.notFound);
  }
  return item;
}
