// Making, reading and removing what belongs to a resource, of any kind.
import { Fault } from '../http/index.js';
import { type Asker, managementFaults, requireRecord, requireSettled } from '../management/index.js';
import type { EmailParts } from './parts.js';
import { type ArmId, changedBy, madeBy, resourceFaults } from '../resources/index.js';
import { type ItemKind, itemPath } from './item-kinds.js';
import type { ArmItem, StoredItem } from './items.js';

/** An item by its owner and its path, such as domain and sender. */
export interface ItemId {
  readonly owner: ArmId;
  readonly kind: ItemKind;
  readonly path: readonly string[];
}

/**
 * Makes an item, or replaces what it says.
 *
 * @param describe makes its properties, from those of the one that is there
 * @throws {Fault} 404 without owner or parent, 400 for a name that it cannot have
 */
export async function putItem(
  parts: EmailParts,
  { caller }: Asker,
  { owner, kind, path }: ItemId,
  describe: (before: ArmItem | undefined) => Pick<ArmItem, 'properties' | 'tags'>,
): Promise<{ item: ArmItem; isNew: boolean }> {
  checkPath(kind, path);
  const { immutableId } = await requireSettled(parts, owner);
  await requireParent(parts, immutableId, kind, path);
  const before = await parts.items.find(immutableId, kind, path);
  const now = parts.clock.now();
  const { createdBy, createdByType, createdAt } = before ?? madeBy(caller, now);
  const item: ArmItem = {
    ...describe(before),
    name: before?.name ?? path.at(-1) ?? '',
    createdBy,
    createdByType,
    createdAt,
    ...changedBy(caller, now),
  };
  await parts.items.put(immutableId, kind, path, item);
  return { item, isNew: before === undefined };
}

/** @throws {Fault} 404 */
export async function requireItem(parts: EmailParts, { owner, kind, path }: ItemId): Promise<StoredItem> {
  checkPath(kind, path);
  const { immutableId } = await requireRecord(parts, owner);
  const item = await parts.items.find(immutableId, kind, path);
  if (item === undefined) {
    throw new Fault(managementFaults.notFound);
  }
  return item;
}

/** A page of the items of one parent. @param id.path that of the parent; empty for items right below the owner */
export async function listItems(
  parts: EmailParts,
  { owner, kind, path }: ItemId,
  after: string | undefined,
): Promise<{ items: StoredItem[]; next?: string }> {
  const { immutableId } = await requireRecord(parts, owner);
  await requireParent(parts, immutableId, kind, path);
  return parts.items.page(immutableId, kind, path, after);
}

/** @returns false when there was none */
export async function deleteItem(parts: EmailParts, { owner, kind, path }: ItemId): Promise<boolean> {
  checkPath(kind, path);
  const { immutableId } = await requireRecord(parts, owner);
  const found = await parts.items.find(immutableId, kind, path);
  await parts.items.remove(immutableId, kind, path);
  return found !== undefined;
}

async function requireParent(parts: EmailParts, ownerId: string, kind: ItemKind, path: readonly string[]) {
  const { parent } = kind;
  if (parent === undefined) {
    return;
  }
  const found = await parts.items.find(ownerId, parent, path.slice(0, parent.forms.length));
  if (found === undefined) {
    throw new Fault(managementFaults.noParent);
  }
}

function checkPath(kind: ItemKind, path: readonly string[]): void {
  const isWell = kind.forms.every((form, index) => form.test(path[index] ?? ''));
  if (!isWell) {
    throw new Fault(resourceFaults.invalidName, { target: itemPath(kind, []).replace(/\/$/, '') });
  }
}
