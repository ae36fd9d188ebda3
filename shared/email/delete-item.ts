// Deleting an item with all that is within it.
import { requireRecord } from '../management/index.js';
import { checkPath, type ItemId } from './item-id.js';
import { domains, suppressionListAddresses } from './item-kinds.js';
import { type EmailParts, keeperOf } from './parts.js';

/** @returns false when there was none */
export async function deleteItem(parts: EmailParts, id: ItemId): Promise<boolean> {
  checkPath(id);
  const { kind, path } = id;
  const { immutableId } = await requireRecord(parts, id.owner);
  const keeper = keeperOf(parts, kind);
  const found = await keeper.find(immutableId, kind, path);
  const holdsAddresses = kind.within.includes(suppressionListAddresses.letter);
  if (holdsAddresses) {
    await parts.addresses.removeWithin(immutableId, path);
  }
  await keeper.remove(immutableId, kind, path);
  if (holdsAddresses) {
    // What was put on a list that was still there; from here on there is none to put anything on.
    await parts.addresses.removeWithin(immutableId, path);
  }
  const [domain] = path;
  if (kind === domains && domain !== undefined && found !== undefined) {
    await parts.addresses.dropHashes(immutableId, domain);
  }
  return found !== undefined;
}
