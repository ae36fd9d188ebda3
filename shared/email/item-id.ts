// An item by its owner and its path, such as domain and sender; and what has to hold for the path.
import { Fault } from '../http/index.js';
import { managementFaults } from '../management/index.js';
import { type ArmId, resourceFaults } from '../resources/index.js';
import { type ItemKind, itemPath } from './item-kinds.js';
import type { EmailParts } from './parts.js';

export interface ItemId {
  readonly owner: ArmId;
  readonly kind: ItemKind;
  readonly path: readonly string[];
}

/** @throws {Fault} 400 for a name that such an item cannot have */
export function checkPath({ kind, path }: ItemId): void {
  const isWell = kind.forms.every((form, index) => form.test(path[index] ?? ''));
  if (!isWell) {
    throw new Fault(resourceFaults.invalidName, { target: itemPath(kind, []).replace(/\/$/, '') });
  }
}

/** @throws {Fault} 404 without the item that this one is within */
export async function requireParent(
  { items }: Pick<EmailParts, 'items'>,
  ownerId: string,
  { kind, path }: ItemId,
): Promise<void> {
  const { parent } = kind;
  if (parent === undefined) {
    return;
  }
  const found = await items.find(ownerId, parent, path.slice(0, parent.forms.length));
  if (found === undefined) {
    throw new Fault(managementFaults.noParent);
  }
}
