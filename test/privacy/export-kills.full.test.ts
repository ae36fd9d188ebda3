import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import {
  addImage,
  addThread,
  addUser,
  fetchExport,
  keptExports,
  say,
  startExport,
  watchExport,
  workJobs,
} from './composed-app.js';
import type { ExportingOrder } from './exporting-process.js';
import { unzip } from './unzip.js';

// Inside the project, because the packages that it needs are looked for from where it lies.
const program = 'dist/exporting-process.mjs';
const kills = 5;
const mark = `mark${randomBytes(6).toString('hex')}`;

let azurite: Azurite;
let app: ComposedApp;
let anna: TestUser;

beforeAll(async () => {
  await build({
    entryPoints: ['test/privacy/exporting-process.ts'],
    outfile: program,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString, { hearingMs: 0 });
  await app.provision();
  anna = await addUser(app);
  const bert = await addUser(app);
  const thread = await addThread(app, [anna, bert]);
  await say(app, thread.id, anna, `${mark} said`);
  await say(app, thread.id, bert, 'from Bert');
  await addImage(app, thread.key, anna.id, 'image', Buffer.from(`${mark} picture`));
});
afterAll(async () => {
  await rm(program, { force: true });
  await app?.storage.close();
  await azurite?.stop();
});

/** How the process ended, and the storage calls that it reported. */
async function runProcess(jobId: string, kill?: ExportingOrder['kill']) {
  const child = fork(program, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let calls = 0;
  child.on('message', (count) => (calls = Number(count)));
  const order: ExportingOrder = {
    connectionString: azurite.connectionString,
    jobId,
    ...(kill !== undefined && { kill }),
  };
  child.send(order);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return { how: signal ?? code, calls };
}

async function archiveOf(id: string): Promise<string[]> {
  expect((await watchExport(app, id)).status).toBe('succeeded');
  const files = await unzip((await fetchExport(app, id)).content);
  return [...files].filter(([name]) => /^(records|files)\/chat/.test(name)).map(String);
}

it(`An export whose process is killed (SIGKILL) at ${kills} of its storage calls is ended by the next process, the same, and no erasure leaves any of it`, async () => {
  const whole = await startExport(app, anna.id);
  const { how, calls } = await runProcess(whole);
  expect(how).toBe(0);
  const expected = await archiveOf(whole);
  expect(expected.join()).toContain(`${mark} picture`);
  for (let kill = 0; kill < kills; kill++) {
    const call = Math.max(1, Math.round(((kill + 0.5) * calls) / kills));
    const id = await startExport(app, anna.id);
    const killed = await runProcess(id, { call, when: kill % 2 === 0 ? 'after' : 'before' });
    expect(killed.how).toBe('SIGKILL');
    expect((await runProcess(id)).how).toBe(0);
    expect(await archiveOf(id), `killed at call ${call}`).toEqual(expected);
  }
  console.log(`Exports of ${calls} storage calls were killed ${kills} times.`);
  // One more is killed in the middle and nobody goes on with it, when she is erased.
  const begun = await startExport(app, anna.id);
  expect((await runProcess(begun, { call: Math.round(calls * 0.7), when: 'after' })).how).toBe('SIGKILL');
  const { status } = await callApp(app, 'privacy-erase', { body: { identifiers: [anna.id] } });
  expect(status).toBe(202);
  for (let pass = 0; pass < 4; pass++) {
    await workJobs(app);
    app.clock.setOffset(app.clock.offsetMs + 6 * 60_000);
    app.dropCaches();
    await app.sweep();
  }
  await workJobs(app);
  expect((await scanStorage(azurite.connectionString, [mark, anna.id.slice(-36)])).hits).toEqual([]);
  const isBlob = (kept: string) => !/^(archive|subject)!/.test(kept);
  expect((await keptExports(app)).filter(isBlob)).toEqual([]);
  // Hashes of whom else the archives were about go when those would have.
  app.clock.setOffset(app.clock.offsetMs + 25 * 3_600_000);
  await app.sweep();
  expect(await keptExports(app)).toEqual([]);
});
