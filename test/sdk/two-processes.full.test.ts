import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatClient, collect, newUser } from './clients.js';

const races = 500;

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2 });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

describe('Two function app processes of one geography', () => {
  it(`lose, double and skip nothing in ${races} races for one thread`, async () => {
    const anna = await newUser(emulator, europe);
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Race' });
    const threadId = chatThread?.id ?? '';
    const here = anna.chat.getChatThreadClient(threadId);
    const there = chatClient(emulator, europe.instanceEndpoints[0] ?? '', anna.token).getChatThreadClient(threadId);
    const sent = new Map<string, string>();
    for (let race = 0; race < races; race++) {
      await Promise.all(
        [here, there].map(async (thread, process) => {
          const content = `${race}.${process}`;
          sent.set((await thread.sendMessage({ content })).id, content);
        }),
      );
    }
    const listed = await collect(here.listMessages());
    expect(listed.map(({ sequenceId }) => Number(sequenceId))).toEqual(
      Array.from({ length: 2 * races + 2 }, (_, index) => 2 * races + 2 - index),
    );
    const stored = new Map(
      listed.filter(({ type }) => type === 'text').map(({ id, content }) => [id, content?.message]),
    );
    expect(stored).toEqual(sent);
    expect(sent.size).toBe(2 * races);
  });
});
