import { randomBytes } from 'node:crypto';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { chatThreads } from '../../shared/chat/index.js';
import { exports } from '../../shared/privacy/index.js';
import { logKeys, shardOf, type TableAction } from '../../shared/storage/index.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { composeOn } from '../app/call-app.js';
import { addImage, addThread, addUser, say, startExport, watchExport } from './composed-app.js';

const messages = 20_000;
const images = 200;
const imageBytes = 1_048_576;
/** What the process may grow by, MB. */
const mostGrowth = 60;
const mb = 1_048_576;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

let azurite: Azurite;
let app: ComposedApp;

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString);
  await app.provision();
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

async function plant(sender: string, thread: { key: string }): Promise<void> {
  const table = app.storage.table(chatThreads, shardOf(chatThreads, thread.key));
  const at = app.clock.now();
  for (let first = 3; first < messages; first += 100) {
    const actions = Array.from({ length: 100 }, (_, index): TableAction => {
      const content = `${first + index} ${randomBytes(500).toString('base64')}`;
      const columns = { kind: 'text', content, sender, senderDisplayName: 'Anna', at };
      const row = { partitionKey: thread.key, rowKey: logKeys.rowKeyOf(first + index), ...columns };
      return { kind: 'insert', row };
    });
    await table.transaction(thread.key, actions);
  }
  const image = randomBytes(imageBytes);
  for (let number = 0; number < images; number++) {
    await addImage(app, thread.key, sender, `image-${number}`, image);
  }
}

it(`An export of ${messages} messages and ${images} MB of images does not grow with them`, async () => {
  const anna = await addUser(app);
  const small = await addThread(app, [anna]);
  await say(app, small.id, anna, 'warm');
  await app.jobs.work(await startExport(app, anna.id));
  const thread = await addThread(app, [anna]);
  await plant(anna.id, thread);
  const id = await startExport(app, anna.id);
  const before = process.memoryUsage().rss;
  let most = before;
  // Collected now and then, so that what counts is what the export needs, not how late V8 collects.
  const collecting = setInterval(collectGarbage, 250);
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
  const began = performance.now();
  await app.jobs.work(id);
  // On a slow machine the slice of time is over with the archive, and the next one tells of it.
  await app.jobs.work(id);
  const seconds = (performance.now() - began) / 1000;
  clearInterval(watch);
  clearInterval(collecting);
  const { status, result } = await watchExport(app, id);
  expect(status).toBe('succeeded');
  expect(result.sizeBytes).toBeGreaterThan(images * imageBytes);
  const archive = (await app.storage.blobs(exports).list('')).names.find((name) => name.includes(id)) ?? '';
  const download = await app.storage.blobs(exports).download(archive);
  let read = 0;
  const count = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      read += chunk.length;
      done();
    },
  });
  if (download !== undefined) {
    await pipeline(download.content, count);
  }
  expect(read).toBe(result.sizeBytes);
  const growth = (most - before) / mb;
  console.log(
    `Exported ${messages} messages and ${images} MB of images in ${seconds.toFixed(1)} s; memory grew by ${growth.toFixed(0)} MB (${(before / mb).toFixed(0)} MB before).`,
  );
  expect(growth).toBeLessThan(mostGrowth);
});
