// What the app writes to its log while a person comes, is refused, fails, is exported and is erased: at every level, with
// everything that its process writes, nothing of the person.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { chatThreads } from '../../shared/chat/index.js';
import { shardOf } from '../../shared/storage/index.js';
import { callOver, type CallOptions, composeOn, type TestUser } from '../app/call-app.js';
import { invitation } from '../app/chat-calls.js';
import type { HostProcess } from '../emulator/host/host-process.js';
import { createMarkFinder } from '../scan/mark-finder.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { startApp } from './app-process.js';

const mark = `mark${randomBytes(6).toString('hex')}`;
const email = `${mark}@example.com`;
const person = { params: { personId: `customer-${mark}` } };

let azurite: Azurite;
let app: ComposedApp;
let host: HostProcess;
const lines: string[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString);
  await app.provision();
  host = await startApp(azurite.connectionString, 0);
});
afterAll(async () => {
  await host?.stop();
  await app?.storage.close();
  await azurite?.stop();
});

const call = (name: string, options: CallOptions) => callOver(`http://localhost:${host.port}`, app, name, options);

async function restart(minutes: number): Promise<void> {
  lines.push(...host.logs, ...host.output);
  await host.stop();
  host = await startApp(azurite.connectionString, minutes);
  await host.call('run', 'sweep');
  await host.call('drain');
}

async function newUser(): Promise<TestUser> {
  const { body } = await call('identity-create', { body: { createTokenWithScopes: ['chat'] } });
  return { id: body.identity.id, token: body.accessToken.token };
}

it('The log of a run has no line about the person whom it was about', async () => {
  const [anna, bert] = [await newUser(), await newUser()];
  const participants = [invitation(anna, { displayName: mark }), invitation(bert)];
  const made = await call('chat-create-thread', { user: anna, body: { topic: mark, participants } });
  const params = { chatThreadId: String(made.body.chatThread.id) };
  const key = params.chatThreadId.slice(3, 39);
  expect((await call('chat-send-message', { user: anna, params, body: { content: mark } })).status).toBe(201);
  expect((await call('privacy-add-identifiers', { ...person, body: { identifiers: [anna.id, email] } })).status).toBe(
    200,
  );

  // Refused: not understood, not known, not allowed.
  const refusals = await Promise.all([
    call('chat-send-message', { user: anna, params, body: { content: 4711, [mark]: mark } }),
    call('chat-get-message', { user: anna, params: { ...params, chatMessageId: `1${mark}` } }),
    call('chat-get-thread', { user: { ...anna, token: `${anna.token}${mark}` }, params }),
    call('privacy-find-persons', { body: { identifier: `${mark}?` } }),
    fetch(`http://localhost:${host.port}/${mark}?${mark}`),
  ]);
  expect(refusals.map(({ status }) => status).filter((status) => status < 400)).toEqual([]);
  // Failed: the app meets what it cannot read, in a request and in the job.
  const table = app.storage.table(chatThreads, shardOf(chatThreads, key));
  const state = (await table.get<{ state: string }>(key, '0'))?.state ?? '';
  const damage = (text: string) => table.upsert({ partitionKey: key, rowKey: '0', state: text }, 'merge');
  await damage(`{"damaged ${mark} ${anna.id}`);
  expect((await call('chat-get-thread', { user: anna, params })).status).toBe(500);
  expect((await call('privacy-export-person', { ...person, body: {} })).status).toBe(202);
  expect((await call('privacy-erase-person', { ...person, body: {} })).status).toBe(202);
  await host.call('drain');
  await restart(2);
  await damage(state);
  for (const minutes of [10, 20, 40]) {
    await restart(minutes);
  }
  await host.call('close', 0);
  lines.push(...host.logs, ...host.output);

  const marks = [mark, anna.id, anna.id.slice(-36)];
  expect((await scanStorage(azurite.connectionString, marks)).hits).toEqual([]);
  const finder = createMarkFinder([...marks, key, anna.token.slice(-40)]);
  finder.start('log', 'lines').write(lines.join('\n'));
  expect(finder.hits).toEqual([]);
  // There was something to see: requests and jobs that failed, work that was done.
  const log = lines.join('\n');
  for (const said of ['chat-get-thread failed', 'work-job: the invocation failed', 'is parked', 'Sweep: ']) {
    expect(log).toContain(said);
  }
  console.log(`${lines.length} lines of the log were looked at.`);
});
