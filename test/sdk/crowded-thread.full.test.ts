import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatClient, collect, newUser, type TestUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

/** Ten people in one thread, and their clients. */
async function crowd(): Promise<{ threadId: string; people: TestUser[] }> {
  const people = await Promise.all(Array.from({ length: 10 }, () => newUser(emulator, europe)));
  const [first, ...others] = people as [TestUser, ...TestUser[]];
  const { chatThread } = await first.chat.createChatThread(
    { topic: 'Crowd' },
    { participants: others.map(({ id }) => ({ id: { communicationUserId: id } })) },
  );
  return { threadId: chatThread?.id ?? '', people };
}

/** Each of the ten sends a hundred messages, five at a time; resolves with those that were acknowledged. */
async function sendThousand(threadId: string, people: readonly TestUser[], onSent: (count: number) => void) {
  const acknowledged = new Map<string, string>();
  let failed = 0;
  await Promise.all(
    people.map(async (person, who) => {
      const thread = person.chat.getChatThreadClient(threadId);
      for (let start = 0; start < 100; start += 5) {
        await Promise.all(
          [0, 1, 2, 3, 4].map(async (n) => {
            const content = `${who}/${start + n}`;
            try {
              const { id } = await thread.sendMessage({ content });
              acknowledged.set(id, content);
              onSent(acknowledged.size);
            } catch {
              failed += 1;
            }
          }),
        );
      }
    }),
  );
  return { acknowledged, failed };
}

/** What the thread holds: dense from the newest to 1, ids and texts each once. */
async function checkThread(threadId: string, reader: TestUser, acknowledged: ReadonlyMap<string, string>) {
  const listed = await collect(reader.chat.getChatThreadClient(threadId).listMessages());
  const sequence = listed.map(({ sequenceId }) => Number(sequenceId));
  expect(sequence).toEqual(Array.from({ length: listed.length }, (_, index) => listed.length - index));
  const texts = listed.filter(({ type }) => type === 'text');
  expect(new Set(texts.map(({ content }) => content?.message)).size).toBe(texts.length);
  const byId = new Map(texts.map(({ id, content }) => [id, content?.message]));
  for (const [id, content] of acknowledged) {
    expect(byId.get(id)).toBe(content);
  }
  return texts.length;
}

describe('A thread into which ten clients send a thousand messages at once', () => {
  it('has every message once, densely numbered', async () => {
    const { threadId, people } = await crowd();
    const { acknowledged, failed } = await sendThousand(threadId, people, () => undefined);
    expect([acknowledged.size, failed]).toEqual([1000, 0]);
    expect(await checkThread(threadId, people[0] as TestUser, acknowledged)).toBe(1000);
  });

  it('has every acknowledged message once when the function app is killed in the middle', async () => {
    const { threadId, people } = await crowd();
    const { pid } = emulator.ready.geographies['europe'] ?? { pid: 0 };
    let killed = false;
    const { acknowledged } = await sendThousand(threadId, people, (count) => {
      if (count < 300 || killed) {
        return;
      }
      killed = true;
      process.kill(pid, 'SIGKILL');
    });
    expect(killed).toBe(true);
    expect(acknowledged.size).toBeGreaterThan(900);
    const stored = await checkThread(threadId, people[0] as TestUser, acknowledged);
    expect(stored).toBeGreaterThanOrEqual(acknowledged.size);
    // Its port and its state are the same as before.
    const again = chatClient(emulator, europe.endpoint, people[1]?.token ?? '');
    await again.getChatThreadClient(threadId).sendMessage({ content: 'afterwards' });
  });
});
