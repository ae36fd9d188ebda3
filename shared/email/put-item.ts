// Making what belongs to a resource, of any kind, or replacing what it says.
import { Fault } from '../http/index.js';
import { type Asker, requireSettled } from '../management/index.js';
import { changedBy, madeBy } from '../resources/index.js';
import { checkPath, type ItemId, requireParent } from './item-id.js';
import type { ArmItem } from './model.js';
import { type EmailParts, keeperOf } from './parts.js';

/**
 * Makes an item, or replaces what it says.
 *
 * @param describe makes its properties, from those of the one that is there
 * @throws {Fault} 404 without owner or parent, 400 for a name that it cannot have
 */
export async function putItem(
  parts: EmailParts,
  { caller }: Asker,
  id: ItemId,
  describe: (before: ArmItem | undefined) => Pick<ArmItem, 'properties' | 'tags'>,
): Promise<{ item: ArmItem; isNew: boolean }> {
  checkPath(id);
  const { kind, path } = id;
  const { immutableId } = await requireSettled(parts, id.owner);
  await requireParent(parts, immutableId, id);
  const keeper = keeperOf(parts, kind);
  const before = await keeper.find(immutableId, kind, path);
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
  await keeper.put(immutableId, kind, path, item);
  // An address whose list went meanwhile would go on suppressing, and nobody would see it.
  if (keeper === parts.addresses) {
    await requireParent(parts, immutableId, id).catch(async (error: unknown) => {
      if (error instanceof Fault) {
        await keeper.remove(immutableId, kind, path);
      }
      throw error;
    });
  }
  return { item, isNew: before === undefined };
}
