// Counts one page of one store, item by item: of which resource each is, and whether that is one of this geography.
import { type BoundStore, ofGeography } from '../data-map/index.js';
import { type Columns, type Queue, type Storage, StorageNotFound, type Stored } from '../storage/index.js';
import { type FormerCount, readFormerCount } from './former-count.js';
import { notCounted, type StoreCount } from './model.js';

/** Where a count has come to in one store. */
export interface StoreCursor {
  readonly shard: number;
  readonly continuation?: string;
  /** Whose the item before was, for items that belong to the same; of items that lead to something, to what. */
  readonly before?: { readonly partition: string; readonly resource: string };
  /** Counted so far; without `unchecked` by a build that did not know it. */
  readonly count: TableCount | FormerCount;
}

type Counted = StoreCount & { readonly items: number };
type TableCount = Counted & { readonly foreign: number };

/** Resources that a store names one by one; the items of others count all the same. */
const maxResources = 500;

type Store = BoundStore['store'];
type Item = Parameters<NonNullable<Store['belongsTo']>['resourceOf']>[0];

export function newStoreCursor(store: string): StoreCursor {
  return { shard: 0, count: { store, items: 0, resources: {}, foreign: 0, unchecked: 0 } };
}

/**
 * @param isOurs whether a resource is of this geography
 * @returns the count itself when the store is at its end
 */
export async function countPage(
  storage: Storage,
  bound: BoundStore,
  cursor: StoreCursor,
  isOurs: (resourceId: string) => Promise<boolean>,
): Promise<{ readonly next: StoreCursor } | { readonly count: StoreCount }> {
  const { store } = bound;
  if (store.medium === 'outside') {
    // It is held to its region by the deployment, and nobody here can count it.
    return { count: { store: store.name, items: notCounted, resources: {}, foreign: notCounted, unchecked: 0 } };
  }
  if (store.medium === 'queue') {
    return { count: await countQueue(storage, store) };
  }
  const { items, continuation } = await readPage(storage, store, cursor);
  const begun = goOn(cursor.count);
  const resources = { ...begun.resources };
  let { foreign, unchecked } = begun;
  let { before } = cursor;
  const canTell = store.belongsTo !== undefined || store.belongsThrough !== undefined;
  for (const item of items) {
    before = await whose(bound, item, before);
    const { resource } = before;
    if (!canTell || resource === leadsNowhere) {
      unchecked += 1;
      continue;
    }
    if (resource in resources || Object.keys(resources).length < maxResources) {
      resources[resource] = (resources[resource] ?? 0) + 1;
    }
    if (resource === ofGeography || (await isOurs(resource))) {
      continue;
    }
    if (store.belongsTo?.outlivesResource === true) {
      unchecked += 1;
    } else {
      foreign += 1;
    }
  }
  const count = { store: store.name, items: begun.items + items.length, resources, foreign, unchecked };
  if (continuation !== undefined) {
    return { next: { shard: cursor.shard, continuation, count, ...(before !== undefined && { before }) } };
  }
  const shard = cursor.shard + 1;
  if (shard < (store.shards ?? 1)) {
    return { next: { shard, count } };
  }
  return { count: canTell ? count : { ...count, foreign: notCounted } };
}

/** Such an item leads to something that is gone, or is about to be removed itself. */
const leadsNowhere = 'nothing';

async function whose(
  { store, resourceThrough }: BoundStore,
  item: Item,
  before: StoreCursor['before'],
): Promise<NonNullable<StoreCursor['before']>> {
  if (store.belongsThrough !== undefined && resourceThrough !== undefined) {
    const partition = store.belongsThrough.keyOf(item);
    return before?.partition === partition
      ? before
      : { partition, resource: (await resourceThrough(partition)) ?? leadsNowhere };
  }
  const { partition } = item;
  // Whoever says nothing, and follows nobody, says that something is wrong: it is of no resource, and so foreign.
  const followed = before?.partition === partition ? before.resource : 'none';
  return { partition, resource: store.belongsTo?.resourceOf(item) ?? followed };
}

function goOn(count: TableCount | FormerCount): TableCount {
  if ('unchecked' in count) {
    return count;
  }
  const { items, foreign } = count;
  return { ...readFormerCount(count), items, foreign };
}

/** Messages are random ids and say of nothing whose it is. Those that the host has parked count too. */
async function countQueue({ forWalks }: Storage, store: Store): Promise<StoreCount> {
  const lengths = await Promise.all([lengthOf(forWalks.queue(store)), lengthOf(forWalks.poisonQueue(store))]);
  const items = lengths.reduce((sum, length) => sum + length, 0);
  return { store: store.name, items, resources: {}, foreign: notCounted, unchecked: items };
}

async function lengthOf(queue: Queue): Promise<number> {
  try {
    return await queue.approximateLength();
  } catch (error) {
    // The host makes the queue for parked messages when it parks the first.
    if (error instanceof StorageNotFound) {
      return 0;
    }
    throw error;
  }
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
