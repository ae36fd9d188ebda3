// After an erasure no process has anything of the person in its memory, though it had read and written their threads.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { accepted, createThread, invitation, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { workJobs } from '../privacy/composed-app.js';
import type { ReadingOrder, Wish } from './reading-process.js';

// Inside the project, because the packages that it needs are looked for from where it lies.
const program = 'dist/reading-process.mjs';

let geography: TestGeography;
let child: ChildProcess;
beforeAll(async () => {
  await build({
    entryPoints: ['test/erasure/reading-process.ts'],
    outfile: program,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
  geography = await startGeography();
  child = fork(program, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
});
afterAll(async () => {
  child?.disconnect();
  await geography?.stop();
  await rm(program, { force: true });
});

async function ask(wish: ReadingOrder | Wish): Promise<boolean> {
  const answered = once(child, 'message') as Promise<[boolean]>;
  child.send(wish);
  return (await answered)[0];
}

it('What a process remembered of somebody is gone from its heap when they are deleted', async () => {
  const app = await geography.start();
  const [anna, bert] = [await app.newUser(), await app.newUser()];
  const mark = `mark${randomBytes(8).toString('hex')}`;
  const thread = await createThread(app, bert);
  const params = { chatThreadId: thread };
  const named = { participants: [invitation(anna, { displayName: `${mark}-name` })] };
  accepted(await app.call('chat-add-participants', { user: bert, params, body: named }));
  await send(app, anna, thread, `${mark}-text`, {
    senderDisplayName: `${mark}-sender`,
    metadata: { a: `${mark}-note` },
  });
  accepted(await app.call('chat-update-thread', { user: anna, params, body: { topic: `${mark}-topic` } }));
  await ask({
    connectionString: geography.connectionString,
    reader: bert,
    chatThreadId: thread,
    otherId: await createThread(app, bert),
    mark: [...Buffer.from(mark)].map((byte) => byte + 1),
  });
  await ask('use');
  expect(await ask('look')).toBe(true);
  accepted(await app.call('identity-delete', { params: { id: anna.id } }));
  await workJobs(app.app);
  app.app.clock.setOffset(61_000);
  await app.app.sweep();
  await workJobs(app.app);
  // Every process hears of it within two seconds of its next request.
  await wait(2_100);
  await ask('hear');
  expect(await ask('look')).toBe(false);
});
