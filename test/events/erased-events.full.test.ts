// Somebody in every place where events wait or lie, in the emulator: what was told, what a subscriber has not taken, and what
// it has refused. Found, handed out, erased; and no file of the broker and no store has a byte of them left.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { eventDeadLetters, takenEvents } from '../../shared/events/index.js';
import { callOver, type CallOptions } from '../app/call-app.js';
import { composeForReading } from '../house/composed-app.js';
import { unzip } from '../privacy/unzip.js';
import { createMarkFinder } from '../scan/mark-finder.js';
import { scanStorage } from '../scan/scan-storage.js';
import { newUser } from '../sdk/clients.js';
import { startWebhook, type Webhook } from './webhook.js';

const words = 'Zoë’s "words" of the planted 4711';
let folder: string;
let emulator: Emulator;
let europe: EmulatorResource;
let known: ComposedApp;
const webhooks: Webhook[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'erased-events-'));
  [emulator, known] = await Promise.all([
    startEmulator({ data: folder, geographies: ['europe'] }),
    composeForReading(),
  ]);
  europe = emulator.resources[0] as EmulatorResource;
}, 60_000);
afterAll(async () => {
  await emulator?.dispose();
  await known?.storage.close();
  await Promise.all(webhooks.map((each) => each.close()));
  await rm(folder, { recursive: true, force: true });
});

const call = async (name: string, options: CallOptions = {}) => {
  const answer = await callOver(europe.httpEndpoint.replace(/\/$/, ''), known, name, {
    accessKey: europe.accessKey,
    ...options,
  });
  expect(answer.status).toBeLessThan(300);
  return answer;
};

async function subscribe(name: string, status: number): Promise<Webhook> {
  const webhook = await startWebhook({ answer: () => status });
  webhooks.push(webhook);
  await emulator.stage('events', 'subscribe', { name, endpoint: webhook.url });
  return webhook;
}

async function finish(id: string) {
  return vi.waitFor(
    async () => {
      await emulator.clock.advance('PT2M');
      const { body } = await call('privacy-get-operation', { params: { operationId: id } });
      expect(body.status).toBe('succeeded');
      return body.result;
    },
    { timeout: 60_000, interval: 10 },
  );
}

const inBroker = async (marks: readonly string[]) => {
  const finder = createMarkFinder(marks);
  finder.start('broker', 'file').write(await readFile(join(folder, 'europe', 'events.ndjson')));
  return finder.hits;
};
const storesWith = async (marks: readonly string[]) => {
  const { hits } = await scanStorage(emulator.ready.geographies['europe']?.storage ?? '', marks);
  return new Set(hits.map(({ store }) => store));
};

it('A person goes from what was told, what is still to be delivered and what nobody took', async () => {
  const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
  const [slow] = [await subscribe('takes-nothing-now', 503), await subscribe('refuses', 400)];
  const participants = [{ id: { communicationUserId: bert.id } }];
  const { chatThread } = await anna.chat.createChatThread({ topic: words }, { participants });
  const thread = anna.chat.getChatThreadClient(chatThread?.id ?? '');
  await thread.sendMessage({ content: words }, { senderDisplayName: words });
  await bert.chat.getChatThreadClient(chatThread?.id ?? '').sendMessage({ content: 'of Bert, to her' });
  const listed = async () => (await emulator.stage('events', 'list')) as readonly object[];
  const traces = [words, anna.id.slice(-36)];
  await vi.waitFor(
    async () => {
      expect(JSON.stringify(await listed())).toContain('of Bert, to her');
      expect(await inBroker([words])).not.toEqual([]);
      expect(await storesWith([words])).toContain(eventDeadLetters.name);
    },
    { timeout: 20_000 },
  );

  const body = { identifiers: [anna.id] };
  const { stores } = (await call('privacy-identify', { body })).body as {
    stores: readonly { readonly store: string; readonly items: number }[];
  };
  const itemsOf = (store: string) => stores.find((each) => each.store === store)?.items ?? 0;
  const told = (await listed()).filter((each) => JSON.stringify(each).includes(anna.id));
  expect(itemsOf(takenEvents.name)).toBe(told.length);
  expect(itemsOf(eventDeadLetters.name)).toBeGreaterThan(2);
  const exporting = await call('privacy-export', { body });
  await finish(exporting.body.id);
  const { content } = await call('privacy-get-export-content', { params: { operationId: exporting.body.id } });
  const files = await unzip(content);
  for (const store of [takenEvents.name, eventDeadLetters.name]) {
    const records = String(files.get(`records/${store}.jsonl`));
    expect(records).toContain('ChatMessageReceived');
    expect(records.trim().split('\n')).toHaveLength(itemsOf(store));
  }

  const erasing = await call('privacy-erase', { body });
  await finish(erasing.body.id);
  const asked = slow.requests.length;
  await emulator.clock.advance('PT1H');
  expect(slow.requests.slice(asked).filter((each) => JSON.stringify(each).includes(anna.id))).toEqual([]);
  expect(JSON.stringify(await listed())).not.toContain(anna.id);
  expect(await inBroker(traces)).toEqual([]);
  expect(await storesWith(traces)).not.toContain(eventDeadLetters.name);
  // The scan would have seen it.
  expect(await inBroker([bert.id.slice(-36)])).not.toEqual([]);
}, 120_000);
