// Rate limits of a running emulator: chosen at the start, changed while it runs, the same in all of its processes.
import { ChatClient, type ChatThreadClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newUser, type TestUser } from '../sdk/clients.js';
import { isRunning, until } from './command-line.js';
import { askControl } from './control-client.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2, limits: 'acs' });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

/** A client of the person that is told every refusal, because it does not try again by itself. */
function withoutRetries({ token }: TestUser, endpoint: string): ChatClient {
  const options = { ...emulator.clientOptions, retryOptions: { maxRetries: 0 } };
  return new ChatClient(endpoint, new AzureCommunicationTokenCredential(token), options);
}

async function newThread(): Promise<{ user: TestUser; threadId: string }> {
  const user = await newUser(emulator, europe);
  const { chatThread } = await user.chat.createChatThread({ topic: 'Fast' });
  return { user, threadId: chatThread?.id ?? '' };
}

async function sendTimes(thread: ChatThreadClient, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    await thread.sendMessage({ content: `${n}` });
  }
}

/** How many of three messages get through, in each of the two processes. */
async function admitted(): Promise<number[]> {
  const { user, threadId } = await newThread();
  const endpoints = [europe.endpoint, ...europe.instanceEndpoints];
  return await Promise.all(
    endpoints.map(async (endpoint) => {
      const thread = withoutRetries(user, endpoint).getChatThreadClient(threadId);
      const sent = await Promise.allSettled([0, 1, 2].map((n) => thread.sendMessage({ content: `${n}` })));
      return sent.filter(({ status }) => status === 'fulfilled').length;
    }),
  );
}

const onlyOne = { 'chat.changeMessages': [{ per: 'thread', count: 1, window: '1h' }] } as const;

describe("an emulator with ACS's limits", () => {
  it('refuses the eleventh message within ten seconds, and the official client sends it when it has waited', async () => {
    const { user, threadId } = await newThread();
    await sendTimes(user.chat.getChatThreadClient(threadId), 10);
    const impatient = withoutRetries(user, europe.endpoint).getChatThreadClient(threadId);
    const refusal = await impatient.sendMessage({ content: 'at once' }).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ name: 'RestError', statusCode: 429, code: 'TooManyRequests' });
    const { response } = refusal as { response: { headers: { get(name: string): string } } };
    const seconds = Number(response.headers.get('retry-after'));
    expect(seconds).toBeGreaterThanOrEqual(1);
    expect(seconds).toBeLessThanOrEqual(10);
    const since = performance.now();
    const { id } = await user.chat.getChatThreadClient(threadId).sendMessage({ content: 'in a while' });
    expect(performance.now() - since).toBeGreaterThan((seconds - 1) * 1_000);
    expect((await impatient.getMessage(id)).content?.message).toBe('in a while');
  });
});

describe('the limits of a running emulator', () => {
  it('change in every process at once, also in one that is started again, until a reset', async () => {
    expect(await askControl(emulator, 'GET', '/limits')).toMatchObject({ status: 200, body: { limits: 'acs' } });
    expect(await admitted()).toEqual([3, 3]);
    const answer = await askControl(emulator, 'POST', '/limits', JSON.stringify({ limits: onlyOne }));
    expect(answer).toEqual({ status: 200, body: { limits: onlyOne } });
    expect(await admitted()).toEqual([1, 1]);

    const { pid } = emulator.ready.geographies['europe'] ?? { pid: 0 };
    process.kill(pid, 'SIGKILL');
    await until(() => !isRunning(pid), 1_000);
    const isWell = async () => (await askControl(emulator, 'GET', '/health')).body['status'] === 'ok';
    await until(async () => !(await isWell()), 1_000);
    await until(isWell, 10_000);
    expect(await admitted()).toEqual([1, 1]);

    await emulator.reset();
    expect(await admitted()).toEqual([3, 3]);
    expect((await askControl(emulator, 'GET', '/limits')).body).toEqual({ limits: 'acs' });

    await emulator.setLimits(onlyOne);
    expect(await admitted()).toEqual([1, 1]);
    await emulator.setLimits('open');
    expect(await admitted()).toEqual([3, 3]);
  });

  it('stay when the new ones are wrong, which a sentence explains', async () => {
    await emulator.setLimits(onlyOne);
    for (const body of ['{"limits":"none"}', '{}', '{"limits":{"chat.sing":[]}}', '{"limits":{"chat.getMessage":1}}']) {
      const answer = await askControl(emulator, 'POST', '/limits', body);
      expect(answer).toMatchObject({ status: 400, body: { error: { code: 'InvalidLimits' } } });
      expect(answer.body.error?.message).toMatch(/^(?:The rate|Rate) limits .*\.$/);
    }
    expect(await askControl(emulator, 'POST', '/limits', '{"profile":"acs"}')).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidBody' } },
    });
    await expect(emulator.setLimits({ base: 'acs', 'chat.sing': [] })).rejects.toThrow(/does not exist/);
    expect(await admitted()).toEqual([1, 1]);
  });
});
