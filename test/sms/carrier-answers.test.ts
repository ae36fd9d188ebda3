// What a carrier answers, however odd, and what no answer at all means: what is wrong with one text is nobody else's.
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { httpCarrier } from '../../shared/sms/index.js';
import type { Parcel } from '../../shared/deliveries/index.js';
import type { TextContent } from '../../shared/sms/index.js';
import { certifyServer, newAuthority } from '../../emulator/certificates/certificate.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute } from '../email/deployed-mail.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { startTextReceiver, type TextReceiver } from './text-receiver.js';
import { repeatable, secret, secretSetting, seedNumber, send, textTo } from './texts-app.js';

let receiver: TextReceiver;
const servers: Server[] = [];
beforeAll(async () => {
  receiver = await startTextReceiver();
});
afterEach(() => {
  receiver.resultOf = () => ({ outcome: 'taken' });
  receiver.instead = undefined;
});
afterAll(async () => {
  await receiver?.close();
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

const clock = { now: () => 1_000_000, realNow: () => Date.now() };
const toCarrier = (url: string) => httpCarrier({ url, secret, repeatsUnknown: false, clock });
function parcelTo(address: string): Parcel<TextContent> {
  const content = { messageId: `id of ${address}`, guid: '', from: '', text: '', claim: '' };
  return {
    id: address,
    resourceId: '',
    recipients: [{ id: '1', address }],
    content: { ...content, reportWanted: false, validForSeconds: 1 },
    openBody: () => Promise.reject(new Error('There is none.')),
    attempt: 1,
  };
}
async function outcomesOf(url: string, ...addresses: readonly string[]) {
  const outcomes = await toCarrier(url).handOver(addresses.map(parcelTo), new AbortController().signal);
  return outcomes.map((each) => each['1']);
}

describe('An answer of which one result is odd', () => {
  it.each<[string, object, object]>([
    [
      'has a long reason',
      { outcome: 'refused', reason: 'x'.repeat(200) },
      { outcome: 'refused', reason: 'x'.repeat(64) },
    ],
    [
      'has null where there is nothing',
      { outcome: 'refused', reason: null },
      { outcome: 'refused', reason: 'refused' },
    ],
    ['has null for references', { outcome: 'taken', references: null }, { outcome: 'taken', receipt: {} }],
    [
      'has a reference that is too long',
      { outcome: 'taken', references: ['a', 'x'.repeat(257)] },
      { outcome: 'taken', receipt: {} },
    ],
    [
      'has too many references',
      { outcome: 'taken', references: Array(256).fill('a') },
      { outcome: 'taken', receipt: {} },
    ],
    ['has a number as reference', { outcome: 'taken', references: [1] }, { outcome: 'taken', receipt: {} }],
    [
      'is put off for ever',
      { outcome: 'deferred', retryAfterSeconds: 1e12 },
      { outcome: 'deferred', reason: 'deferred', notBefore: 87_400_000 },
    ],
    [
      'is put off by a word',
      { outcome: 'deferred', retryAfterSeconds: 'soon' },
      { outcome: 'deferred', reason: 'deferred' },
    ],
    ['has an outcome of its own', { outcome: 'queued' }, { outcome: 'unknown', reason: 'not-reported' }],
    ['is about nothing', { id: 4, outcome: 'taken' }, { outcome: 'unknown', reason: 'not-reported' }],
  ])('because it %s counts for all of it that can be read', async (_, odd, meant) => {
    receiver.resultOf = ({ to }) => (to === 'odd' ? odd : { outcome: 'refused', reason: 'spam' });
    const plain = { outcome: 'refused', reason: 'spam' };
    expect(await outcomesOf(receiver.url, 'one', 'odd', 'two')).toEqual([plain, meant, plain]);
  });

  it('a Retry-After without an end is a day at most', async () => {
    receiver.instead = (response) => response.writeHead(503, { 'retry-after': 'Infinity' }).end();
    expect(await outcomesOf(receiver.url, 'one')).toEqual([
      { outcome: 'deferred', reason: '503', notBefore: 87_400_000 },
    ]);
  });
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

describe('Where nothing has left the house, a text is put off', () => {
  const deferred = [{ outcome: 'deferred', reason: 'no-connection' }];

  it('as nobody vouches for the certificate of the other end', async () => {
    const server = createTlsServer(certifyServer(newAuthority(new Date()), new Date()));
    const port = await listen(server);
    expect(await outcomesOf(`https://127.0.0.1:${port}/`, 'one')).toEqual(deferred);
  });

  it('as the other end speaks no TLS', async () => {
    const port = await listen(createServer((_, response) => response.end()));
    expect(await outcomesOf(`https://127.0.0.1:${port}/`, 'one')).toEqual(deferred);
  });

  it.each([
    [{ code: 'CERT_HAS_EXPIRED' }, 'deferred'],
    [{ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'deferred'],
    [{ code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'deferred'],
    [{ code: 'ENETUNREACH', syscall: 'connect' }, 'deferred'],
    [{ code: 'ETIMEDOUT', syscall: 'connect' }, 'deferred'],
    [{ code: 'ETIMEDOUT', syscall: 'read' }, 'unknown'],
    [{ code: 'ECONNRESET' }, 'unknown'],
    [{}, 'unknown'],
  ])('and a failure %j says %s', async (cause, outcome) => {
    const failing = vi.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed', { cause }));
    try {
      expect(await outcomesOf(receiver.url, 'one')).toMatchObject([{ outcome }]);
    } finally {
      failing.mockRestore();
    }
  });
});

describe('Where texts may be handed over again', () => {
  let topic: TestTopic;
  let geography: TestGeography;
  let app: TestProcess;
  beforeAll(async () => {
    topic = await startTopic();
    geography = await startGeography({
      DOMICILE_EVENTS: topic.setting,
      DOMICILE_SMS: JSON.stringify({ url: receiver.url, repeats: 'at-least-once' }),
      ...secretSetting,
    });
    app = await geography.start();
    await seedNumber(app.app);
  });
  afterAll(async () => {
    await geography?.stop();
    await topic?.close();
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['hangs up each time', (response) => response.destroy()],
    ['hangs up once and then says later', (response) => hangUpOnce(response)],
  ])('a text to a carrier that %s for an hour is unknown in the end, not failed', async (_, instead) => {
    hasHungUp = false;
    receiver.instead = instead;
    const [result] = await send(app, textTo('+15551300001', repeatable()));
    for (let minutes = 0; minutes < 62; minutes += 10) {
      await new Promise((resolve) => setImmediate(resolve));
      app.app.clock.setOffset(app.app.clock.offsetMs + 10 * 60_000);
      app.app.dropCaches();
      await passMinute(app, 'texts');
    }
    await vi.waitFor(() => {
      const [event] = topic.events.filter(({ data }) => data['messageId'] === result?.messageId);
      expect(event?.data).toMatchObject({
        deliveryStatus: 'Unknown',
        deliveryStatusDetails: expect.stringMatching(/^9999/),
      });
    }, 10_000);
  });
});

let hasHungUp = false;
function hangUpOnce(response: ServerResponse): void {
  if (hasHungUp) {
    response.writeHead(503).end();
  } else {
    hasHungUp = true;
    response.destroy();
  }
}
