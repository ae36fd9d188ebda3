// Listing the items of one parent.
import { requireRecord } from '../management/index.js';
import { type ItemId, requireParent } from './item-id.js';
import type { ItemPage } from './model.js';
import { type EmailParts, keeperOf } from './parts.js';

/**
 * A page of the items of one parent.
 *
 * @param id.path that of the parent; empty for items right below the owner
 * @param after name of the last item of the page before
 * @throws {Fault} 404 without owner or parent
 */
export async function listItems(parts: EmailParts, id: ItemId, after: string | undefined): Promise<ItemPage> {
  const { immutableId } = await requireRecord(parts, id.owner);
  await requireParent(parts, immutableId, id);
  return keeperOf(parts, id.kind).page(immutableId, id.kind, id.path, after);
}
