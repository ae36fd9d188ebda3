// What was said about somebody, or about a thread, and is said otherwise now, is soon in no archive either.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { exportSubjects } from '../../shared/privacy/index.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { addThread, addUser, fetchExport, startExport, watchExport, workJobs } from './composed-app.js';

const minute = 60_000;

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

async function makeExport(identifier: string, includesReceived = true): Promise<string> {
  const id = await startExport(app, identifier, includesReceived);
  await app.jobs.work(id);
  expect((await watchExport(app, id)).status).toBe('succeeded');
  return id;
}

async function passQuarter(): Promise<void> {
  for (let run = 0; run < 3; run++) {
    app.clock.setOffset(app.clock.offsetMs + 5 * minute);
    await app.sweep();
    await workJobs(app);
  }
}

interface Described {
  readonly anna: TestUser;
  readonly bert: TestUser;
  readonly thread: { readonly id: string };
  readonly said: string;
}

/** Anna has said all that there is: the topic, a note about the thread, Bert's name and a note about him. */
async function describedByAnna(): Promise<Described> {
  const said = `said${randomBytes(6).toString('hex')}`;
  const [anna, bert] = [await addUser(app), await addUser(app)];
  const thread = await addThread(app, [anna]);
  const described = { anna, bert, thread, said };
  await saysOf(described, { topic: said, metadata: { note: said } });
  await nameBert(described, { displayName: said, metadata: { note: said } });
  return described;
}

async function saysOf({ anna, thread }: Described, body: object): Promise<void> {
  const params = { chatThreadId: thread.id };
  expect((await callApp(app, 'chat-update-thread', { user: anna, params, body })).status).toBe(204);
}

async function nameBert({ anna, bert, thread }: Described, words: object): Promise<void> {
  const body = { participants: [{ communicationIdentifier: { rawId: bert.id }, ...words }] };
  const params = { chatThreadId: thread.id };
  expect((await callApp(app, 'chat-add-participants', { user: anna, params, body })).status).toBe(201);
}

describe('A quarter of an hour after it was put right no archive has', () => {
  const rights: Readonly<Record<string, (described: Described) => Promise<void>>> = {
    'a name': (described) => nameBert(described, { displayName: 'Bert' }),
    'a note about somebody': (described) => nameBert(described, { metadata: { note: 'none' } }),
    'a topic': (described) => saysOf(described, { topic: 'Tea' }),
    'a note about a thread': (described) => saysOf(described, { metadata: { note: 'none' } }),
  };

  it.each(Object.entries(rights))('%s', async (what, putRight) => {
    const described = await describedByAnna();
    const [anna, bert] = [await makeExport(described.anna.id), await makeExport(described.bert.id, false)];
    await putRight(described);
    await passQuarter();
    const concerned = what.startsWith('a note about a thread') ? [anna] : [anna, bert];
    for (const id of concerned) {
      expect((await watchExport(app, id)).error?.code).toBe('Outdated');
      expect((await fetchExport(app, id)).status).toBe(404);
    }
  });

  it('nothing less when it is only said again', async () => {
    const described = await describedByAnna();
    const { said } = described;
    // What is made sooner after a change may be from before it.
    app.clock.setOffset(app.clock.offsetMs + 2 * minute);
    const own = await makeExport(described.bert.id, false);
    await saysOf(described, { topic: said, metadata: { note: said } });
    await nameBert(described, { displayName: said, metadata: { note: said } });
    await passQuarter();
    expect((await fetchExport(app, own)).status).toBe(200);
  });
});

it('Who has described somebody is shown in that one’s archive no more once their deletion was answered', async () => {
  const described = await describedByAnna();
  const own = await makeExport(described.bert.id, false);
  expect((await fetchExport(app, own)).status).toBe(200);
  expect((await callApp(app, 'identity-delete', { params: { id: described.anna.id } })).status).toBe(204);
  expect((await fetchExport(app, own)).status).toBe(404);
  await passQuarter();
  // Nor who else was in it.
  const { rows } = await app.storage.table(exportSubjects).scan({ select: [] });
  expect(rows.filter(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`.includes(own))).toEqual([]);
  expect((await scanStorage(azurite.connectionString, [described.said])).hits).toEqual([]);
});
