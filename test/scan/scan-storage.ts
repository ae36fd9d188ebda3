// Looks for marks in everything that a storage account gives out: every table, blob (with versions, snapshots, deleted
// ones) and queue (poison queues too), names and metadata included.
import { TableClient, TableServiceClient } from '@azure/data-tables';
import { type ContainerClient, BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { unzip } from '../privacy/unzip.js';
import { createMarkFinder, type Hit, type MarkFinder } from './mark-finder.js';

export interface StorageScan {
  readonly hits: readonly Hit[];
  /** Of every table, container and queue. */
  readonly names: readonly string[];
  /** What was looked at, so that a test can tell an empty answer from an empty scan. */
  readonly scanned: {
    tables: number;
    rows: number;
    containers: number;
    blobs: number;
    queues: number;
    messages: number;
  };
  /** Messages that could not be looked at: hidden ones, and those behind the 32 that a peek gives. */
  unseenMessages: number;
}

type Scan = StorageScan & { readonly names: string[] };

const insecure = { allowInsecureConnection: true };

export async function scanStorage(connectionString: string, marks: readonly string[]): Promise<StorageScan> {
  const finder = createMarkFinder(marks);
  const names: string[] = [];
  const scan: Scan = {
    hits: finder.hits,
    names,
    scanned: { tables: 0, rows: 0, containers: 0, blobs: 0, queues: 0, messages: 0 },
    unseenMessages: 0,
  };
  await scanTables(connectionString, finder, scan);
  await scanBlobs(connectionString, finder, scan);
  await scanQueues(connectionString, finder, scan);
  return scan;
}

async function scanTables(connectionString: string, finder: MarkFinder, scan: Scan): Promise<void> {
  for await (const { name = '' } of TableServiceClient.fromConnectionString(connectionString, insecure).listTables()) {
    scan.scanned.tables += 1;
    scan.names.push(name);
    finder.start(name, '(name)').write(name);
    const client = TableClient.fromConnectionString(connectionString, name, insecure);
    for await (const page of client.listEntities<Record<string, unknown>>().byPage({ maxPageSize: 500 })) {
      for (const row of page) {
        scan.scanned.rows += 1;
        const key = `${row.partitionKey} ${row.rowKey}`;
        for (const [property, value] of Object.entries(row)) {
          const item = finder.start(name, key);
          item.write(`${property}=`);
          item.write(value instanceof Uint8Array ? value : String(value));
        }
      }
    }
  }
}

async function scanBlobs(connectionString: string, finder: MarkFinder, scan: Scan): Promise<void> {
  const service = BlobServiceClient.fromConnectionString(connectionString);
  for await (const { name, metadata } of service.listContainers({ includeMetadata: true })) {
    scan.scanned.containers += 1;
    scan.names.push(name);
    finder.start(name, '(name and metadata)').write(`${name} ${JSON.stringify(metadata ?? {})}`);
    await scanContainer(service.getContainerClient(name), finder, scan);
  }
}

async function scanContainer(container: ContainerClient, finder: MarkFinder, scan: Scan): Promise<void> {
  const everything = {
    includeMetadata: true,
    includeSnapshots: true,
    includeVersions: true,
    includeDeleted: true,
    includeTags: true,
    includeUncommitedBlobs: true,
  };
  for await (const blob of container.listBlobsFlat(everything)) {
    scan.scanned.blobs += 1;
    const version = blob.snapshot || blob.versionId;
    const key = version ? `${blob.name} ${version}` : blob.name;
    finder.start(container.containerName, key).write(JSON.stringify([blob.name, blob.metadata, blob.tags]));
    finder.start(container.containerName, key).write(String(blob.properties.contentType));
    // What was only begun, or is marked deleted, has a name but gives out no content.
    if (blob.deleted || blob.properties.contentLength === 0 || !blob.properties.etag) {
      continue;
    }
    const client = container.getBlobClient(blob.name);
    const exact = blob.snapshot
      ? client.withSnapshot(blob.snapshot)
      : blob.versionId
        ? client.withVersion(blob.versionId)
        : client;
    const { readableStreamBody } = await exact.download();
    const item = finder.start(container.containerName, key);
    const chunks: Buffer[] = [];
    for await (const chunk of readableStreamBody ?? []) {
      item.write(chunk);
      if (blob.name.endsWith('.zip')) {
        chunks.push(Buffer.from(chunk));
      }
    }
    if (chunks.length > 0) {
      await scanArchive(container.containerName, key, Buffer.concat(chunks), finder);
    }
  }
}

/** What is compressed cannot be found from outside. */
async function scanArchive(store: string, key: string, archive: Buffer, finder: MarkFinder): Promise<void> {
  for (const [name, content] of await unzip(archive)) {
    finder.start(store, `${key} ${name}`).write(name);
    finder.start(store, `${key} ${name}`).write(content);
  }
}

async function scanQueues(connectionString: string, finder: MarkFinder, scan: Scan): Promise<void> {
  const service = QueueServiceClient.fromConnectionString(connectionString);
  for await (const { name, metadata } of service.listQueues({ includeMetadata: true })) {
    scan.scanned.queues += 1;
    scan.names.push(name);
    finder.start(name, '(name and metadata)').write(`${name} ${JSON.stringify(metadata ?? {})}`);
    const client = service.getQueueClient(name);
    const { approximateMessagesCount = 0 } = await client.getProperties();
    const { peekedMessageItems } = await client.peekMessages({ numberOfMessages: 32 });
    for (const { messageId, messageText } of peekedMessageItems) {
      scan.scanned.messages += 1;
      finder.start(name, messageId).write(messageText);
    }
    scan.unseenMessages += Math.max(0, approximateMessagesCount - peekedMessageItems.length);
  }
}
