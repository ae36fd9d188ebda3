// A big table in shards: which of them a key lies in, and each of them by its number.
import type { StoreIdentity } from '../data-map/index.js';
import type { Storage } from './storage.js';
import { shardOf } from './store-names.js';
import type { Table } from './table.js';

export interface ShardedTable {
  readonly shards: number;
  /** @param shard from 0 on */
  at(shard: number): Table;
  /** The shard that everything with this key lies in. */
  of(key: string): Table;
  /** Its number. */
  shardOf(key: string): number;
}

/** @throws {Error} when the store has no shards, or is not in the data map */
export function openShards(storage: Pick<Storage, 'table'>, store: StoreIdentity): ShardedTable {
  const at = (shard: number) => storage.table(store, shard);
  return {
    shards: store.shards ?? 1,
    at,
    of: (key) => at(shardOf(store, key)),
    shardOf: (key) => shardOf(store, key),
  };
}
