// The storage account of this geography, opened. Only declared stores can be reached through it.
import type { HttpClient } from '@azure/core-rest-pipeline';
import type { DataMap, StoreIdentity } from '../data-map/index.js';
import { Blobs } from './blobs.js';
import { Queue } from './queue.js';
import { createServiceClients, type ServiceClients } from './service-clients.js';
import { blobCallKind, type CallObserver, observedTransport, queueCallKind, tableCallKind } from './storage-call.js';
import type { StorageSettings } from './storage-settings.js';
import { poisonSuffix, shardName } from './store-names.js';
import { Table } from './table.js';
import { createTransport } from './transport.js';

export interface StorageOptions {
  readonly dataMap: DataMap;
  /** Counters and interceptors that see each call, the outermost first. */
  readonly observers?: readonly CallObserver[];
}

/** Opens what the data map declares; retired stores only for the walks. */
export interface StoreOpener {
  /** @param shard of a store with shards, from `shardOf`; not given for any other */
  table(store: StoreIdentity, shard?: number): Table;
  blobs(store: StoreIdentity): Blobs;
  queue(store: StoreIdentity): Queue;
  /** Where the host parks messages of this queue that failed too often. */
  poisonQueue(store: StoreIdentity): Queue;
}

export interface Storage extends StoreOpener {
  readonly dataMap: DataMap;
  /** Opens retired stores too: for what the walks of a declaration need, and for nothing that writes. */
  readonly forWalks: StoreOpener;
  /** Closes the connections; calls under way fail. */
  close(): Promise<void>;
}

/** Opens the account. Nothing is requested yet; a missing table shows on the first call (see `provision`). */
export async function openStorage(settings: StorageSettings, options: StorageOptions): Promise<Storage> {
  const transport = createTransport();
  const clients = await createServiceClients(settings);
  return {
    ...reachStores(clients, transport, options, false),
    forWalks: reachStores(clients, transport, options, true),
    dataMap: options.dataMap,
    close: () => transport.close(),
  };
}

function reachStores(
  clients: ServiceClients,
  transport: HttpClient,
  { dataMap, observers = [] }: StorageOptions,
  opensRetired: boolean,
): StoreOpener {
  const opened = new Map<string, unknown>();
  const once = <Client>(physicalName: string, open: () => Client): Client => {
    // A physical name belongs to one store, and a store has one medium, so the type is the one it was opened with.
    const client = (opened.get(physicalName) as Client | undefined) ?? open();
    opened.set(physicalName, client);
    return client;
  };
  const checkDeclared = (store: StoreIdentity, medium: StoreIdentity['medium']) => {
    if (!dataMap.has(store)) {
      throw new Error(`Data store ${store.name} is not in the data map; declare it where the app is composed.`);
    }
    if (store.isRetired && !opensRetired) {
      throw new Error(`Data store ${store.name} is retired: it can be walked, and nothing is written to it.`);
    }
    if (store.medium !== medium) {
      throw new Error(`Data store ${store.name} is a ${store.medium}, not a ${medium}.`);
    }
  };
  const openQueue = (store: StoreIdentity, physicalName: string) => {
    checkDeclared(store, 'queue');
    return once(physicalName, () => {
      const watched = observedTransport(transport, store.name, queueCallKind, observers);
      return new Queue(onFirstUse(async () => (await clients.queues(watched)).getQueueClient(physicalName)));
    });
  };
  return {
    table: (store, shard) => {
      checkDeclared(store, 'table');
      const physicalName = tableName(store, shard);
      return once(physicalName, () => {
        const watched = observedTransport(transport, store.name, tableCallKind, observers);
        return new Table(onFirstUse(() => clients.table(physicalName, watched)));
      });
    },
    blobs: (store) => {
      checkDeclared(store, 'blob');
      return once(store.name, () => {
        const watched = observedTransport(transport, store.name, blobCallKind, observers);
        return new Blobs(onFirstUse(async () => (await clients.blobs(watched)).getContainerClient(store.name)));
      });
    },
    queue: (store) => openQueue(store, store.name),
    poisonQueue: (store) => openQueue(store, `${store.name}${poisonSuffix}`),
  };
}

/** A process opens about a hundred stores and most requests use a few: a client is made when it is first asked for. */
function onFirstUse<Client>(make: () => Client): () => Client {
  let made: { readonly client: Client } | undefined;
  return () => (made ??= { client: make() }).client;
}

function tableName({ name, shards }: StoreIdentity, shard: number | undefined): string {
  if (shards === undefined && shard === undefined) {
    return name;
  }
  if (shards === undefined || shard === undefined || !Number.isInteger(shard) || shard < 0 || shard >= shards) {
    throw new Error(`Data store ${name} has ${shards ?? 'no'} shards; ${shard ?? 'none'} was asked for.`);
  }
  return shardName(name, shard);
}
