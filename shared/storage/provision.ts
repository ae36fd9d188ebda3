// Makes the tables, containers and queues of the data map; and, on the emulator only, empties the whole account.
import { isRestError } from '@azure/core-rest-pipeline';
import type { DataMap } from '../data-map/index.js';
import { createServiceClients, type ServiceClients } from './service-clients.js';
import { toStorageError } from './storage-error.js';
import { isLoopback, type StorageSettings } from './storage-settings.js';
import { physicalNames } from './store-names.js';
import { createTransport } from './transport.js';

const parallelCalls = 16;

/** Creates what is missing. May be repeated and run by several processes at once; nothing that exists is touched. */
export async function provision(settings: StorageSettings, dataMap: DataMap): Promise<void> {
  await withServices(settings, (services) => createMissing(services, dataMap));
}

/**
 * Removes everything in the account, declared or not, and makes the declared stores again.
 *
 * Dropping a table and making it again is safe on Azurite only (Azure refuses the name for a while) and far quicker
 * there than removing its rows.
 *
 * @throws {Error} when the account is not on this machine
 */
export async function eraseEverything(settings: StorageSettings, dataMap: DataMap): Promise<void> {
  if (!Object.values(settings.endpoints).every((endpoint) => isLoopback(endpoint))) {
    throw new Error('Only the storage of the emulator, on this machine, can be emptied as a whole.');
  }
  await withServices(settings, async (services) => {
    const { tables, blobs, queues } = services;
    const steps: (() => Promise<unknown>)[] = [];
    for await (const { name = '' } of tables.listTables()) {
      steps.push(() => tables.deleteTable(name));
    }
    for await (const { name } of blobs.listContainers()) {
      steps.push(() => blobs.deleteContainer(name));
    }
    for await (const { name } of queues.listQueues()) {
      steps.push(() => queues.deleteQueue(name));
    }
    await inParallel(steps);
    await createMissing(services, dataMap);
  });
}

interface Services {
  readonly tables: ReturnType<ServiceClients['tables']>;
  readonly blobs: Awaited<ReturnType<ServiceClients['blobs']>>;
  readonly queues: Awaited<ReturnType<ServiceClients['queues']>>;
}

async function withServices(settings: StorageSettings, work: (services: Services) => Promise<void>): Promise<void> {
  const transport = createTransport({ connections: parallelCalls });
  try {
    const clients = await createServiceClients(settings);
    await work({
      tables: clients.tables(transport),
      blobs: await clients.blobs(transport),
      queues: await clients.queues(transport),
    });
  } catch (error) {
    throw toStorageError(error, 'write');
  } finally {
    await transport.close();
  }
}

async function createMissing({ tables, blobs, queues }: Services, dataMap: DataMap): Promise<void> {
  const create = {
    table: (name: string) => tables.createTable(name),
    blob: (name: string) => unlessThere(() => blobs.getContainerClient(name).create()),
    queue: (name: string) => unlessThere(() => queues.getQueueClient(name).create()),
  };
  await inParallel(
    dataMap.stores.flatMap((store) => {
      const { medium } = store;
      return medium === 'outside' ? [] : physicalNames(store).map((name) => () => create[medium](name));
    }),
  );
}

async function unlessThere(create: () => Promise<unknown>): Promise<void> {
  try {
    await create();
  } catch (error) {
    if (!isRestError(error) || error.statusCode !== 409) {
      throw error;
    }
  }
}

async function inParallel(steps: readonly (() => Promise<unknown>)[]): Promise<void> {
  const waiting = steps.values();
  const work = async () => {
    for (const step of waiting) {
      await step();
    }
  };
  await Promise.all(Array.from({ length: parallelCalls }, work));
}
