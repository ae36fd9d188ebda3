// Events when everything goes wrong: the function app is killed five times, and the webhook fails a fifth of its requests. Each
// has come in the end, and hardly any twice. And how long one takes when nothing goes wrong, and after a kill.
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { descendantsOf } from '../emulator/command-line.js';
import { report, seconds } from '../figures/measure.js';
import { newUser, type TestUser } from '../sdk/clients.js';
import { type GotEvent, startWebhook, type Webhook } from './webhook.js';

/** 10,000 is what is promised; fewer show the same sooner. */
const messages = Number(process.env['TOLD_MESSAGES'] ?? 2_000);
const kills = 5;
/** A kill repeats what was told since the number was last moved on, however much there is: 1.01 times of 10,000 messages. */
const mostRepeated = 40;
const sendersAtOnce = 16;
/** Between two messages of a sender, so that the app runs for some seconds between two kills: else it is given up. */
const pauseMs = 200;
const received = 'Microsoft.Communication.ChatMessageReceived';

let emulator: Emulator;
let europe: EmulatorResource;
const webhooks: Webhook[] = [];

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterEach(async () => {
  await emulator?.stage('events', 'unsubscribe', { name: 'told' });
  await Promise.all(webhooks.splice(0).map((each) => each.close()));
});
afterAll(() => emulator?.dispose());

async function subscribe(answer: (events: readonly GotEvent[]) => number): Promise<Webhook> {
  const webhook = await startWebhook({ answer });
  webhooks.push(webhook);
  await emulator.stage('events', 'subscribe', { name: 'told', endpoint: webhook.url });
  return webhook;
}

/** As an application that is patient makes it: what is sent again has the same id, so it is one message. */
function patient({ token }: TestUser): ChatClient {
  const options = {
    ...emulator.clientOptions,
    retryOptions: { maxRetries: 20, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 },
  };
  return new ChatClient(europe.endpoint, new AzureCommunicationTokenCredential(token), options);
}

interface Conversation {
  readonly threadId: string;
  say(content: string): Promise<string>;
}

async function converse(): Promise<Conversation> {
  const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
  const participants = [{ id: { communicationUserId: bert.id } }];
  const { chatThread } = await anna.chat.createChatThread({ topic: 'Told' }, { participants });
  const threadId = chatThread?.id ?? '';
  const thread = patient(anna).getChatThreadClient(threadId);
  return { threadId, say: async (content) => (await thread.sendMessage({ content })).id };
}

/** It is started again by itself. */
function killApp(): void {
  const app = descendantsOf(process.pid).find((pid) =>
    readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('function-app-process'),
  );
  expect(app).toBeDefined();
  process.kill(Number(app), 'SIGKILL');
}

const keyOf = ({ subject, data }: GotEvent) => `${subject.split('/')[1]} ${String(data['messageId'])}`;

function share(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

describe('Events', () => {
  it(`of ${messages} messages all come, and hardly any twice, over ${kills} kills and a webhook that fails`, async () => {
    let requests = 0;
    const webhook = await subscribe(() => (++requests % 5 === 0 ? 503 : 200));
    const threads = await Promise.all(Array.from({ length: 8 }, converse));
    const expected = new Set<string>();
    let next = 0;
    const send = async (): Promise<void> => {
      for (let n = next++; n < messages; n = next++) {
        if (n > 0 && n % Math.ceil(messages / (kills + 1)) === 0) {
          killApp();
        }
        const { threadId, say } = threads[n % threads.length] as Conversation;
        expected.add(`${threadId} ${await say(`message ${n}`)}`);
        await delay(pauseMs);
      }
    };
    await Promise.all(Array.from({ length: sendersAtOnce }, send));
    expect(expected.size).toBe(messages);
    const told = (type: string) => webhook.events.filter(({ eventType }) => eventType === type);
    await vi.waitFor(
      async () => {
        // What the webhook has failed comes again by product time.
        await emulator.clock.advance('PT1M');
        for (const type of [received, `${received}InThread`]) {
          expect(new Set(told(type).map(keyOf)).size).toBe(messages);
        }
      },
      { timeout: 300_000, interval: 500 },
    );
    const ids = webhook.events.map(({ id }) => id);
    for (const type of [received, `${received}InThread`]) {
      expect(new Set(told(type).map(keyOf))).toEqual(expected);
    }
    const repeated = ids.length - new Set(ids).size;
    report('events delivered', `${(ids.length / new Set(ids).size).toFixed(4)} times each`, '1.01 of 10,000 messages');
    expect(repeated).toBeLessThanOrEqual(kills * mostRepeated);
  });

  it('come within a second, and nearly all within five; after a kill within thirty', async () => {
    const cameAt = new Map<string, number>();
    await subscribe((events) => {
      events
        .filter(({ eventType }) => eventType === received)
        .forEach((each) => cameAt.set(keyOf(each), performance.now()));
      return 200;
    });
    const { threadId, say } = await converse();
    const answeredAt = new Map<string, number>();
    const talk = async (count: number) => {
      for (let n = 0; n < count; n++) {
        answeredAt.set(`${threadId} ${await say(`message ${n}`)}`, performance.now());
      }
    };
    const allCome = () => expect([...answeredAt.keys()].filter((key) => !cameAt.has(key))).toEqual([]);
    await talk(500);
    await vi.waitFor(allCome, { timeout: 30_000 });
    const took = [...answeredAt].map(([key, at]) => (cameAt.get(key) ?? Number.NaN) - at).toSorted((a, b) => a - b);
    report('from the answer to the webhook, p50', seconds(share(took, 0.5)), 'at most 1 s');
    report('from the answer to the webhook, p99', seconds(share(took, 0.99)), 'at most 5 s');
    expect(share(took, 0.5)).toBeLessThan(1_000);
    expect(share(took, 0.99)).toBeLessThan(5_000);

    const talking = talk(100);
    killApp();
    const killedAt = performance.now();
    await talking;
    const answered = performance.now();
    await vi.waitFor(allCome, { timeout: 60_000 });
    report('after a kill', seconds(performance.now() - killedAt), 'at most 30 s');
    expect(performance.now() - answered).toBeLessThan(30_000);
  });
});
