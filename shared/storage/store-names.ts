// The names that a declared store has in a storage account.
import { hash } from 'node:crypto';
import type { StoreIdentity } from '../data-map/index.js';

/** What the Functions host calls the queue of messages that failed too often. */
export const poisonSuffix = '-poison';

/** Where the host puts messages of this queue that failed too often. */
export function poisonQueueName({ name }: Pick<StoreIdentity, 'name'>): string {
  return `${name}${poisonSuffix}`;
}

/** Every table, container or queue of a store; none for what lies outside the account. */
export function physicalNames(store: StoreIdentity): readonly string[] {
  if (store.medium === 'outside') {
    return [];
  }
  if (store.medium === 'queue') {
    return [store.name, `${store.name}${poisonSuffix}`];
  }
  return store.shards === undefined
    ? [store.name]
    : Array.from({ length: store.shards }, (_, shard) => shardName(store.name, shard));
}

/** `messages` and 3 give `messages03`. */
export function shardName(name: string, shard: number): string {
  return `${name}${String(shard).padStart(2, '0')}`;
}

/** The shard of a key, 0 to `shards` - 1: the same for ever, whatever the process or version. */
export function shardOf(store: StoreIdentity, key: string): number {
  if (store.shards === undefined) {
    throw new Error(`Data store ${store.name} has no shards.`);
  }
  return hash('sha256', key, 'buffer').readUInt32BE(0) % store.shards;
}
