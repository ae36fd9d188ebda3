// Several processes of one geography behind a front end that re-encodes paths: what a scaled-out deployment looks like.
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatClient, collect, newUser } from '../sdk/clients.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2, reencodePaths: true });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

describe('two processes whose paths arrive re-encoded', () => {
  it('accept what the official clients sign, with ids in the path, and know what the other has stored', async () => {
    const [here, there] = [europe.endpoint, europe.instanceEndpoints[0] ?? ''];
    expect(there).toMatch(/^https:\/\/localhost:\d+$/);
    const clients = [here, there].map(
      (endpoint) =>
        new CommunicationIdentityClient(`endpoint=${endpoint}/;accesskey=${europe.accessKey}`, emulator.clientOptions),
    );
    for (const client of clients) {
      const user = await client.createUser();
      for (const other of clients) {
        expect((await other.getToken(user, ['chat'])).token).toMatch(/^ey/);
      }
      await client.deleteUser(user);
    }
    const anna = await newUser(emulator, europe);
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Both' });
    const threads = [here, there].map((endpoint) =>
      chatClient(emulator, endpoint, anna.token).getChatThreadClient(chatThread?.id ?? ''),
    );
    for (const thread of threads) {
      await thread.sendMessage({ content: 'hello' });
    }
    for (const thread of threads) {
      const texts = (await collect(thread.listMessages())).filter(({ type }) => type === 'text');
      expect(texts).toHaveLength(2);
    }
  });
});
