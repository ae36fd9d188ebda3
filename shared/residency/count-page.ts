// Counts one page of one store, item by item: of which resource each is, and whether that is one of this geography.
import type { BoundStore } from '../data-map/index.js';
import type { Columns, Storage, Stored } from '../storage/index.js';
import type { StoreCount } from './model.js';

/** Where a count has come to in one store. */
export interface StoreCursor {
  readonly shard: number;
  readonly continuation?: string;
  /** Whose the item before was, for items that belong to the same. */
  readonly before?: { readonly partition: string; readonly resource: string };
  readonly count: StoreCount;
}

/** Resources that a store names one by one; the items of others count all the same. */
const maxResources = 500;

type Store = BoundStore['store'];
type Item = Parameters<NonNullable<Store['belongsTo']>['resourceOf']>[0];

export function newStoreCursor(store: string): StoreCursor {
  return { shard: 0, count: { store, items: 0, resources: {}, foreign: 0 } };
}

/**
 * @param isOurs whether a resource is of this geography
 * @returns the count itself when the store is at its end
 */
export async function countPage(
  storage: Storage,
  store: Store,
  cursor: StoreCursor,
  isOurs: (resourceId: string) => Promise<boolean>,
): Promise<{ readonly next: StoreCursor } | { readonly count: StoreCount }> {
  // What waits in a queue can be counted only by taking it out; messages hold nothing but random ids. What lies outside is
  // held to its region by the deployment.
  if (store.medium === 'queue' || store.medium === 'outside') {
    return { count: cursor.count };
  }
  const { items, continuation } = await readPage(storage, store, cursor);
  const resources = { ...cursor.count.resources };
  let { foreign } = cursor.count;
  let { before } = cursor;
  for (const item of items) {
    const resource = store.belongsTo?.resourceOf(item) ?? (before?.partition === item.partition ? before.resource : '');
    before = { partition: item.partition, resource };
    if (store.belongsTo === undefined) {
      continue;
    }
    if (resource in resources || Object.keys(resources).length < maxResources) {
      resources[resource] = (resources[resource] ?? 0) + 1;
    }
    if (store.belongsTo.outlivesResource !== true && !(await isOurs(resource))) {
      foreign += 1;
    }
  }
  const count = { store: store.name, items: cursor.count.items + items.length, resources, foreign };
  if (continuation !== undefined) {
    return { next: { shard: cursor.shard, continuation, count, ...(before !== undefined && { before }) } };
  }
  const shard = cursor.shard + 1;
  return shard < (store.shards ?? 1) ? { next: { shard, count } } : { count };
}

async function readPage(
  storage: Storage,
  store: Store,
  { shard, continuation }: StoreCursor,
): Promise<{ readonly items: readonly Item[]; readonly continuation?: string | undefined }> {
  if (store.medium === 'blob') {
    const page = await storage.forWalks.blobs(store).list('', continuation);
    return { items: page.names.map((name) => ({ partition: name, key: name, columns: {} })), ...page };
  }
  const { rows, continuation: next } = await storage.forWalks
    .table(store, store.shards === undefined ? undefined : shard)
    .scan<Columns>({
      // Keys always come.
      select: store.belongsTo?.columns ?? ['PartitionKey'],
      ...(continuation !== undefined && { continuation }),
    });
  return { items: rows.map(toItem), continuation: next };
}

function toItem(row: Stored<Columns>): Item {
  return { partition: row.partitionKey, key: row.rowKey, columns: row };
}
