// The order in which an erasure walks the stores: by rank, and within a rank in the order of the data map.
import type { BoundStore } from './bound-store.js';
import { ranks } from './data-store.js';
import type { DataMap } from './register.js';

/** @throws {Error} when a store of the data map is not bound, or one is bound twice or not in it */
export function inErasureOrder(dataMap: DataMap, bound: readonly BoundStore[]): readonly BoundStore[] {
  const byName = new Map<string, BoundStore>();
  for (const each of bound) {
    const { name } = each.store;
    if (byName.has(name) || !dataMap.has(each.store)) {
      throw new Error(`Data store ${name} is bound twice, or not in the data map.`);
    }
    byName.set(name, each);
  }
  const ordered = dataMap.stores.map(({ name }) => {
    const found = byName.get(name);
    if (found === undefined) {
      throw new Error(`Data store ${name} is in the data map, but nothing binds it, so no walk would reach it.`);
    }
    return found;
  });
  return ordered.toSorted((one, other) => ranks.indexOf(one.store.rank) - ranks.indexOf(other.store.rank));
}
