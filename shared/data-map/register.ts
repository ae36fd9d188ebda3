// The register of every store of data: what is not in it cannot be opened.
import type { DataStore } from './data-store.js';

/**
 * What names a store, whatever its walks need opened. The walks of two stores want different things handed to them, so
 * a list of stores is a list of these.
 */
export type StoreIdentity = Pick<DataStore, 'name' | 'medium' | 'shards' | 'isDeclared' | 'isRetired'>;

export interface DataMap<Store extends StoreIdentity = StoreIdentity> {
  /** In the order of declaration. */
  readonly stores: readonly Store[];
  /** Names of stores of earlier builds that were retired, found empty, and are declared no longer. */
  readonly gone: ReadonlySet<string>;
  /** The store with this base name, or undefined. */
  find(name: string): Store | undefined;
  /** Whether this very declaration is in the register; one of the same name is not enough. */
  has(store: StoreIdentity): boolean;
}

/**
 * @param gone names of retired stores whose tables were found empty, for ever: so nobody takes one for a store that was
 *   forgotten, and none is used again
 * @throws {Error} when two stores would share a table, container or queue, or one is declared that is gone
 */
export function createDataMap<Store extends StoreIdentity>(
  stores: readonly Store[],
  gone: readonly string[] = [],
): DataMap<Store> {
  const byName = new Map<string, Store>();
  for (const store of stores) {
    if (byName.has(store.name)) {
      throw new Error(`Data store ${store.name} is declared twice.`);
    }
    if (gone.includes(store.name)) {
      throw new Error(`Data store ${store.name} has the name of one that is gone.`);
    }
    byName.set(store.name, store);
  }
  for (const { name } of stores) {
    const base = /^(.+)\d\d$/.exec(name)?.[1];
    if (base !== undefined && byName.get(base)?.shards !== undefined) {
      throw new Error(`Data store ${name} has the name of a shard of ${base}.`);
    }
  }
  return {
    stores: [...stores],
    gone: new Set(gone),
    find: (name) => byName.get(name),
    has: (store) => byName.get(store.name) === store,
  };
}
