import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TableClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';
import { QueueServiceClient } from '@azure/storage-queue';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { scanFiles } from './scan-files.js';
import { scanStorage } from './scan-storage.js';

const mark = 'märk-"4711"-of-a-person';
const other = 'mark-of-nobody-0815';
let azurite: Azurite;
let folder: string;

beforeAll(async () => {
  azurite = await startAzurite();
  folder = await mkdtemp(join(tmpdir(), 'scan-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
  await azurite?.stop();
});

describe('A scan of storage', () => {
  it('finds a mark in rows, blobs, snapshots, metadata, messages and names, and nowhere else', async () => {
    const table = TableClient.fromConnectionString(azurite.connectionString, 'rows', { allowInsecureConnection: true });
    await table.createTable();
    await Promise.all(
      Array.from({ length: 600 }, (_, index) => table.createEntity({ partitionKey: 'many', rowKey: String(index) })),
    );
    await table.createEntity({ partitionKey: 'p', rowKey: 'text', text: `x${mark}y` });
    await table.createEntity({ partitionKey: 'p', rowKey: 'bytes', bytes: Buffer.from(mark, 'utf16le') });
    await table.createEntity({ partitionKey: 'p', rowKey: encodeURIComponent(mark) });
    await table.createEntity({ partitionKey: 'p', rowKey: 'base64', text: Buffer.from(`?${mark}`).toString('base64') });
    await table.createEntity({ partitionKey: 'p', rowKey: 'json', text: JSON.stringify({ mark }) });

    const container = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient('images');
    await container.create();
    const overwritten = container.getBlockBlobClient('overwritten');
    await overwritten.upload(mark, Buffer.byteLength(mark));
    const { snapshot } = await overwritten.createSnapshot();
    await overwritten.upload('harmless', 8);
    const large = Buffer.concat([Buffer.alloc(3_000_000, 'x'), Buffer.from(mark), Buffer.alloc(1_000_000)]);
    await container.getBlockBlobClient('large').uploadData(large);
    await container.getBlockBlobClient('metadata').upload('', 0, {
      metadata: { mark: Buffer.from(mark).toString('base64') },
    });
    await container.getBlockBlobClient(`name/${mark}`).upload('x', 1);

    const queues = QueueServiceClient.fromConnectionString(azurite.connectionString);
    for (const name of ['jobs', 'jobs-poison']) {
      await queues.createQueue(name);
      await queues.getQueueClient(name).sendMessage(Buffer.from(`{"m":"${mark}"}`).toString('base64'));
      await queues.getQueueClient(name).sendMessage('harmless');
    }

    const scan = await scanStorage(azurite.connectionString, [mark, other]);
    const places = new Set(scan.hits.map(({ store, key }) => `${store}: ${key}`));
    const messageKey = (name: string) => scan.hits.find(({ store }) => store === name)?.key;
    expect([...places].sort()).toEqual(
      [
        'rows: p text',
        'rows: p bytes',
        `rows: p ${encodeURIComponent(mark)}`,
        'rows: p base64',
        'rows: p json',
        `images: overwritten ${snapshot}`,
        'images: large',
        'images: metadata',
        `images: name/${mark}`,
        `jobs: ${messageKey('jobs')}`,
        `jobs-poison: ${messageKey('jobs-poison')}`,
      ].sort(),
    );
    expect(new Set(scan.hits.map((hit) => hit.mark))).toEqual(new Set([mark]));
    expect(scan.scanned).toEqual({ tables: 1, rows: 605, containers: 1, blobs: 5, queues: 2, messages: 4 });
    expect(scan.unseenMessages).toBe(0);
  });

  it('says how many messages it could not see', async () => {
    const queue = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient('hidden');
    await queue.create();
    await queue.sendMessage(mark, { visibilityTimeout: 60 });
    expect((await scanStorage(azurite.connectionString, [mark])).unseenMessages).toBe(1);
  });
});

describe('A scan of files', () => {
  it('finds a mark in any file below a folder, or in table files only', async () => {
    await mkdir(join(folder, 'deep', 'er'), { recursive: true });
    await writeFile(join(folder, '__azurite_db_table__.json'), JSON.stringify({ text: mark }));
    await writeFile(join(folder, 'deep', 'er', 'extent'), `${'x'.repeat(1_048_570)}${mark}`);
    await writeFile(join(folder, 'deep', 'harmless'), 'nothing');
    const all = await scanFiles(folder, [mark, other]);
    expect(all.hits.map(({ key }) => key).sort()).toEqual(['__azurite_db_table__.json', join('deep', 'er', 'extent')]);
    expect(all.files).toBe(3);
    const tables = await scanFiles(folder, [mark], { tablesOnly: true });
    expect(tables.hits).toMatchObject([{ key: '__azurite_db_table__.json', encoding: 'json' }]);
    expect(tables.files).toBe(1);
  });
});
