// A person whose clients do not stop: they send, read, rename, make threads and come back through two processes while the
// person is being erased. In the end nothing of theirs is left.
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { ChatClient } from '@azure/communication-chat';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scanStorage } from '../scan/scan-storage.js';
import { chatClient, collect, newUser } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';

const mark = randomBytes(8).toString('hex');
const goesOnMs = 4_000;

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2 });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

interface Tally {
  done: number;
  refused: number;
}

/** Does this again and again until told to stop; a client that is refused tries on. */
async function keepOn(isOver: () => boolean, tally: Tally, act: (turn: number) => Promise<unknown>): Promise<void> {
  for (let turn = 0; !isOver() && turn < 100_000; turn++) {
    try {
      await act(turn);
      tally.done += 1;
    } catch {
      tally.refused += 1;
      await wait(20);
    }
  }
}

/** The clients know nothing of images. Plain HTTP answers at the same port. */
async function upload(endpoint: string, token: string, threadId: string): Promise<void> {
  const path = `/chat/threads/${encodeURIComponent(threadId)}/images?api-version=2025-03-15`;
  const { ok } = await fetch(endpoint.replace('https:', 'http:') + path, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png', 'image-filename': `${mark}.png` },
    body: `image-${mark}`,
  });
  if (!ok) {
    throw new Error('The image was refused.');
  }
}

it('Whoever is erased while their clients go on sending through two processes leaves nothing behind', async () => {
  const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
  const user = { communicationUserId: anna.id };
  const participants = [{ id: user, displayName: `name-${mark}` }];
  const endpoints = [europe.endpoint, europe.instanceEndpoints[0] ?? ''];
  const [hers, his] = [anna, bert].map(({ token }) =>
    endpoints.map((endpoint) => chatClient(emulator, endpoint, token)),
  ) as [ChatClient[], ChatClient[]];
  const threadIds: string[] = [];
  for (let n = 0; n < 3; n++) {
    const { chatThread } = await bert.chat.createChatThread({ topic: 'Tea' }, { participants });
    threadIds.push(chatThread?.id ?? '');
  }
  const threadId = (turn: number) => threadIds[turn % threadIds.length] ?? '';
  const identifiers = [anna.id];
  await signedCall(europe, 'POST', '/persons/customer-17/identifiers/:add', { identifiers });

  let isOver = false;
  const over = () => isOver;
  const tallies: Record<string, Tally> = {};
  const tally = (name: string) => (tallies[name] ??= { done: 0, refused: 0 });
  const running = [
    ...hers.flatMap((client) => [
      keepOn(over, tally('send'), (turn) =>
        client
          .getChatThreadClient(threadId(turn))
          .sendMessage({ content: `text-${mark}` }, { senderDisplayName: `name-${mark}` }),
      ),
      keepOn(over, tally('read'), async (turn) => {
        const thread = client.getChatThreadClient(threadId(turn));
        const { value } = await thread.listMessages({ maxPageSize: 1 }).next();
        await thread.sendReadReceipt({ chatMessageId: value.id });
      }),
      keepOn(over, tally('rename'), async (turn) => {
        await client.getChatThreadClient(threadId(turn)).updateTopic(`topic-${mark}`);
        await wait(50);
      }),
      keepOn(over, tally('create'), async () => {
        await client.createChatThread(
          { topic: `topic-${mark}` },
          { participants: [{ id: { communicationUserId: bert.id } }] },
        );
        await wait(100);
      }),
      keepOn(over, tally('upload'), async (turn) => {
        await upload(endpoints[turn % 2] ?? '', anna.token, threadId(turn));
        await wait(50);
      }),
    ]),
    ...his.flatMap((client) => [
      keepOn(over, tally('bring back'), async (turn) => {
        const { invalidParticipants } = await client
          .getChatThreadClient(threadId(turn))
          .addParticipants({ participants });
        if (invalidParticipants !== undefined) {
          throw new Error('Not any more.');
        }
      }),
      keepOn(over, tally('others'), async (turn) => {
        await client.getChatThreadClient(threadId(turn)).sendMessage({ content: 'from Bert' });
        await wait(10);
      }),
    ]),
  ];
  await wait(1_000);
  const storage = emulator.ready.geographies['europe']?.storage ?? '';
  const marks = [mark, anna.id, anna.id.slice(-36)];
  const before = await scanStorage(storage, marks);
  expect(new Set(before.hits.map((hit) => hit.mark))).toEqual(new Set(marks));

  const started = await signedCall(europe, 'POST', '/persons/customer-17/:erase');
  expect(started.status).toBe(202);
  // At once, while the other process may not have heard of it: it must not take that for the end.
  await emulator.runFunction('europe', 'work-job', started.body['id']);
  await wait(goesOnMs);
  await emulator.clock.advance('PT15M');
  await emulator.clock.advance('PT15M');
  isOver = true;
  await Promise.all(running);
  console.log(`While Anna was erased: ${JSON.stringify(tallies)}`);
  for (const name of ['send', 'read', 'rename', 'create', 'upload', 'bring back']) {
    expect(tallies[name]?.done, `${name} before`).toBeGreaterThan(0);
    expect(tallies[name]?.refused, `${name} afterwards`).toBeGreaterThan(10);
  }
  expect(tallies['others']?.refused).toBe(0);

  expect((await scanStorage(storage, marks)).hits).toEqual([]);
  const texts = await Promise.all(
    threadIds.map(async (id) => {
      const messages = await collect(bert.chat.getChatThreadClient(id).listMessages());
      return messages.filter(({ content }) => content?.message === 'from Bert').length;
    }),
  );
  expect(texts.reduce((sum, count) => sum + count, 0)).toBe(tallies['others']?.done);
});
