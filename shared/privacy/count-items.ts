// What the data map holds about identifiers, and what an erasure of them would leave behind; in numbers.
import type { BoundStore, PersonalIdentifier, Walk } from '../data-map/index.js';
import type { StoreRemainder } from './receipt.js';

/** Adds what is held about one identifier to the counts, by name of the store. Stores without personal data have none. */
export async function countItems(
  stores: readonly BoundStore[],
  identifier: PersonalIdentifier,
  walk: Walk,
  counts: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const sum = { ...counts };
  for (const bound of stores) {
    const { name, personalData } = bound.store;
    if (personalData.length === 0) {
      continue;
    }
    sum[name] = (sum[name] ?? 0) + (await bound.locate(identifier, walk)).items;
  }
  return sum;
}

/** One entry a store that leaves something behind, with the latest end. */
export async function listRemainders(
  stores: readonly BoundStore[],
  identifiers: readonly PersonalIdentifier[],
  walk: Walk,
): Promise<StoreRemainder[]> {
  const remainders: StoreRemainder[] = [];
  for (const bound of stores) {
    for (const identifier of identifiers) {
      const remainder = await bound.remains(identifier, walk);
      if (remainder === undefined) {
        continue;
      }
      // What a store leaves is the same for every identifier.
      remainders.push({ store: bound.store.name, ...remainder });
      break;
    }
  }
  return remainders;
}
