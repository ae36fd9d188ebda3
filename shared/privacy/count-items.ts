// What the data map holds about identifiers, and what an erasure of them would leave behind; in numbers.
import type { BoundStore, PersonalIdentifier, Walk } from '../data-map/index.js';
import type { StoreRemainder } from './receipt.js';

/** Adds what an erasure of one identifier removes to the counts, by name of the store. Stores without personal data have none. */
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
    const { items, notErased = 0 } = await bound.locate(identifier, walk);
    sum[name] = (sum[name] ?? 0) + items - notErased;
  }
  return sum;
}

/** What each store leaves behind, each thing once, with the latest end. */
export async function listRemainders(
  stores: readonly BoundStore[],
  identifiers: readonly PersonalIdentifier[],
  walk: Walk,
): Promise<StoreRemainder[]> {
  const remainders = new Map<string, StoreRemainder>();
  for (const bound of stores) {
    for (const identifier of identifiers) {
      const remainder = await bound.remains(identifier, walk);
      if (remainder === undefined) {
        continue;
      }
      const { until, ...what } = remainder;
      const key = `${bound.store.name}!${remainder.what}`;
      const before = remainders.get(key);
      const ends = [until, ...(before === undefined ? [] : [before.until])];
      const latest = ends.includes(undefined) ? undefined : Math.max(...ends.map(Number));
      remainders.set(key, { store: bound.store.name, ...what, ...(latest !== undefined && { until: latest }) });
    }
  }
  return [...remainders.values()];
}
