// Until when messages of a request are begun: from its head on, and no longer than somebody waits, or the server takes any.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { beginMs, finishMs, headMs, maxResponseMs } from '../../../gateway/smpp/limits.js';
import type { Outcome } from '../../../gateway/smpp/message-outcome.js';
import { listenForMessages } from '../../../gateway/smpp/submit-server.js';
import { signWebhook, webhookSignatureHeader } from '../../../shared/auth/webhook-signature.js';
import { handOverLimitMs } from '../../../shared/sms/limits.js';

const secret = Buffer.alloc(32, 1);
const body = Buffer.from(JSON.stringify({ messages: [{ id: 'a', from: '+1', to: '+1', text: 'x' }] }));
const clock = { ms: 1_000, monotonic: () => clock.ms, realNow: () => 0 };

let server: Awaited<ReturnType<typeof listenForMessages>>;
let socket: Socket;
let timesAsked: number;
const begun: { leftMs(): number; settle(outcome: Outcome): void }[] = [];

beforeEach(async () => {
  timesAsked = 0;
  server = await listenForMessages({
    address: '127.0.0.1',
    port: 0,
    tls: undefined,
    secrets: [secret],
    clock,
    isReady: () => true,
    submit: (_, leftMs) => new Promise((settle) => begun.push({ leftMs, settle })),
    askAgain: () => void (timesAsked += 1),
    log: () => undefined,
  });
  socket = connect(server.port, '127.0.0.1');
  socket.write(
    `POST /sms/messages HTTP/1.1\r\nhost: x\r\n${webhookSignatureHeader}: ${signWebhook(secret, body, 0)}\r\n` +
      `content-length: ${body.length}\r\nexpect: 100-continue\r\n\r\n`,
  );
  // The head is there.
  await once(socket, 'data');
});
afterEach(async () => {
  for (const { settle } of begun.splice(0)) {
    settle({ outcome: 'taken' });
  }
  socket.destroy();
  await server.close();
});

async function begin() {
  socket.write(body);
  await expect.poll(() => begun.length).toBe(1);
  const [first] = begun;
  return first ?? expect.fail();
}

describe('The time in which a message is begun', () => {
  it('counts from the head of its request, however long the body takes', async () => {
    clock.ms += 5_000;
    const { leftMs } = await begin();
    expect(leftMs()).toBe(beginMs - 5_000);
    clock.ms += 1_000;
    expect(leftMs()).toBe(beginMs - 6_000);
  });

  it('ends when nobody waits any more', async () => {
    const { leftMs } = await begin();
    socket.destroy();
    await expect.poll(() => timesAsked).toBe(1);
    expect(leftMs()).toBe(0);
    // Other parts of what is with the SMSC have their time from then on, and no more.
    clock.ms += finishMs;
    expect(leftMs() + finishMs).toBe(0);
  });

  it('ends when the server is told to stop, which answers first', async () => {
    const { leftMs, settle } = await begin();
    const closed = server.close();
    expect([leftMs(), timesAsked]).toEqual([0, 1]);
    clock.ms += finishMs;
    expect(leftMs() + finishMs).toBe(0);
    settle({ outcome: 'taken' });
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 .*connection: close.*"outcome":"taken"/is);
    await closed;
  });
});

it('A request whose body is not there yet when the server is told to stop is none that was taken', async () => {
  const closed = server.close();
  const [answer] = (await once(socket, 'data')) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 503/);
  await closed;
});

it('The app hears of all before it gives up', () => {
  // It is seen a second later at the latest that a head takes too long.
  const longestMs = headMs + headMs + 1_000 + beginMs + finishMs + maxResponseMs;
  expect(longestMs).toBeLessThan(handOverLimitMs);
});
