// Texts that leave by HTTP: to a real receiver of this machine, and to the example.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { readConfig } from '../../functions/config.js';
import { signWebhook, webhookSignatureHeader } from '../../shared/auth/index.js';
import { textStores } from '../../shared/sms/index.js';
import { createClock } from '../../shared/time/clock.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute, startDeployed } from '../email/deployed-mail.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { scanStorage } from '../scan/scan-storage.js';
import { startTextReceiver, type TextReceiver } from './text-receiver.js';
import {
  ownNumber,
  recordsOf,
  repeatable,
  secret,
  secretSetting,
  send,
  tell,
  textTo,
  seedNumber,
} from './texts-app.js';

let receiver: TextReceiver;
let topic: TestTopic;
let geography: TestGeography;
let app: TestProcess;

beforeAll(async () => {
  [receiver, topic] = await Promise.all([startTextReceiver(), startTopic()]);
  geography = await startGeography({
    DOMICILE_EVENTS: topic.setting,
    DOMICILE_SMS: JSON.stringify({ url: receiver.url }),
    ...secretSetting,
  });
  app = await geography.start();
  await seedNumber(app.app);
});
afterEach(() => {
  receiver.resultOf = () => ({ outcome: 'taken' });
  receiver.instead = undefined;
  receiver.received.length = 0;
  receiver.requests.length = 0;
  app.app.clock.setOffset(0);
  app.app.dropCaches();
});
afterAll(async () => {
  await geography?.stop();
  await Promise.all([receiver?.close(), topic?.close()]);
});

let last = 1_000;
const newNumber = () => `+1555126${(last += 1)}`;
const about = (id: string) => topic.events.filter(({ data }) => data['messageId'] === id);
const toldOf = (id: string) =>
  vi.waitFor(() => {
    const [event] = about(id);
    expect(event).toBeDefined();
    return event?.data;
  }, 10_000);
const sendOne = async (to: string, options: object = {}) => {
  const [result] = await send(app, textTo(to, repeatable(), options));
  return result?.messageId ?? '';
};
const arrivedAt = (to: string, count = 1) =>
  vi.waitFor(() => {
    const texts = receiver.received.filter((text) => text.to === to);
    expect(texts).toHaveLength(count);
    return texts;
  }, 10_000);
async function passMinutes(minutes: number): Promise<void> {
  app.app.clock.setOffset(app.app.clock.offsetMs + minutes * 60_000);
  app.app.dropCaches();
  await passMinute(app, 'texts');
}

describe('A text that leaves by HTTP', () => {
  it('is signed, and says all that the carrier has to know', async () => {
    const to = newNumber();
    const id = await sendOne(to, { deliveryReportTimeoutInSeconds: 600 });
    const [text] = await arrivedAt(to);
    expect(text).toEqual({
      id,
      from: ownNumber,
      to,
      text: 'Your tea is ready',
      reportWanted: true,
      validForSeconds: 600,
      attempt: 1,
    });
    expect(receiver.requests[0]?.signature).toMatch(/^t=\d+,v1=[A-Za-z0-9+/]{43}=$/);
  });

  it('is reported when the carrier says so: by our id, or by its own of each part', async () => {
    receiver.resultOf = ({ id }) => ({ outcome: 'taken', references: [`${id}-a`, `${id}-b`] });
    const [one, two] = [await sendOne(newNumber()), await sendOne(newNumber())];
    await vi.waitFor(async () => expect(await recordsOf(app, 'f')).toHaveLength(4), 10_000);
    expect(await tell(app, 'report', { reports: [{ id: one, status: 'delivered' }] })).toEqual([200]);
    expect(await toldOf(one)).toMatchObject({ deliveryStatus: 'Delivered' });
    await tell(app, 'report', { reports: [{ reference: `${two}-b`, status: 'delivered' }] });
    expect(about(two)).toEqual([]);
    await tell(app, 'report', { reports: [{ reference: `${two}-a`, status: 'failed', code: '4006' }] });
    expect(await toldOf(two)).toMatchObject({
      deliveryStatus: 'Failed',
      deliveryAttempts: [{ segmentsSucceeded: 1, segmentsFailed: 1 }],
    });
    // What led to them has gone with whom they were to.
    expect(await recordsOf(app, 'f')).toEqual([]);
    expect(await tell(app, 'report', { reports: [{ reference: `${two}-a`, status: 'failed' }] })).toEqual([404]);
  });

  it.each([
    ['refused', { outcome: 'refused', reason: '4005' }, 'Failed', /^4005/],
    ['refused for a reason of its own', { outcome: 'refused', reason: 'spam' }, 'Failed', /^5000/],
    ['unknown to the carrier', { outcome: 'unknown' }, 'Unknown', /^9999/],
  ])('and is %s is told so, and not sent again', async (_, result, deliveryStatus, details) => {
    receiver.resultOf = () => result;
    const to = newNumber();
    const id = await sendOne(to);
    expect(await toldOf(id)).toMatchObject({ deliveryStatus, deliveryStatusDetails: expect.stringMatching(details) });
    await passMinutes(5);
    await arrivedAt(to);
  });

  it.each<[string, (response: import('node:http').ServerResponse) => void]>([
    ['hangs up', (response) => response.destroy()],
    ['fails', (response) => response.writeHead(500).end()],
    ['answers something else', (response) => response.writeHead(200).end('{"results": "all"}')],
  ])('to a carrier that %s is reported as unknown, and not sent again', async (_, instead) => {
    receiver.instead = instead;
    const to = newNumber();
    const id = await sendOne(to);
    expect(await toldOf(id)).toMatchObject({ deliveryStatus: 'Unknown' });
    receiver.instead = undefined;
    await passMinutes(5);
    await arrivedAt(to);
    // The carrier may know more, later.
    await tell(app, 'report', { reports: [{ id, status: 'delivered' }] });
    await vi.waitFor(() => expect(about(id).map(({ data }) => data['deliveryStatus'])).toContain('Delivered'), 10_000);
  });

  it.each<[string, Pick<TextReceiver, 'instead'> & Partial<Pick<TextReceiver, 'resultOf'>>]>([
    ['is busy', { instead: (response) => response.writeHead(503, { 'retry-after': '60' }).end() }],
    ['does not know the signature', { instead: (response) => response.writeHead(401).end() }],
    ['says later', { instead: undefined, resultOf: () => ({ outcome: 'deferred', retryAfterSeconds: 60 }) }],
  ])('to a carrier that %s comes again, once', async (_, change) => {
    Object.assign(receiver, change);
    const to = newNumber();
    const id = await sendOne(to);
    await arrivedAt(to);
    receiver.instead = undefined;
    receiver.resultOf = () => ({ outcome: 'taken' });
    await vi.waitFor(async () => {
      await passMinutes(2);
      expect(receiver.received.filter((text) => text.to === to)).toHaveLength(2);
    }, 10_000);
    await passMinutes(5);
    const texts = await arrivedAt(to, 2);
    expect(texts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(about(id)).toEqual([]);
  });

  it('is given up after an hour, and nothing of it is left', async () => {
    receiver.instead = (response) => response.writeHead(503).end();
    const to = newNumber();
    const message = `text-${crypto.randomUUID()}`;
    const [result] = await send(app, { ...textTo(to, repeatable()), message });
    await arrivedAt(to);
    await passMinutes(61);
    expect(await toldOf(result?.messageId ?? '')).toMatchObject({
      deliveryStatus: 'Failed',
      deliveryStatusDetails: expect.stringMatching(/^5001/),
    });
    await vi.waitFor(async () => {
      expect((await scanStorage(geography.connectionString, [message, to])).hits).toEqual([]);
    }, 10_000);
  });

  it('goes with others in few requests', async () => {
    const before = receiver.requests.length;
    const counted = app.app.counter.snapshot();
    const smsRecipients = Array.from({ length: 100 }, () => ({ to: newNumber(), ...repeatable() }));
    // What is first holds the few requests that go at once; the others wait meanwhile.
    let accepted = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      accepted = resolve;
    });
    receiver.resultOf = async () => {
      await held;
      return { outcome: 'taken' };
    };
    const results = await send(app, { ...textTo(''), smsRecipients });
    expect(results.every(({ successful }) => successful)).toBe(true);
    accepted();
    await vi.waitFor(() => expect(receiver.received).toHaveLength(100), 20_000);
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(100);
    expect(receiver.requests.length - before).toBeLessThan(20);
    await vi.waitFor(async () => expect((await app.app.storage.table(textStores.deliveries).scan()).rows).toEqual([]));
    const calls = Object.values(app.app.counter.since(counted)).reduce((sum, each) => sum + each, 0);
    // Alone each would take ten.
    expect(calls).toBeLessThan(400);
  });
});

it('A text of which nobody knows whether it was taken is handed over again where the operator wants that, and says so', async () => {
  const repeating = await startGeography({
    DOMICILE_SMS: JSON.stringify({ url: receiver.url, repeats: 'at-least-once' }),
    ...secretSetting,
  });
  try {
    const own = await repeating.start();
    await seedNumber(own.app);
    receiver.resultOf = ({ attempt }) => ({ outcome: attempt === 1 ? 'unknown' : 'taken' });
    const to = newNumber();
    await send(own, textTo(to, repeatable()));
    await arrivedAt(to);
    own.app.clock.setOffset(2 * 60_000);
    own.app.dropCaches();
    await passMinute(own, 'texts');
    const texts = await arrivedAt(to, 2);
    expect(texts.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(texts[1]).toEqual({ ...texts[0], attempt: 2 });
  } finally {
    await repeating.stop();
  }
});

it('Settings say what is wrong with them', () => {
  const read = (sms: object, more: object = {}) => {
    return () => readConfig({ DOMICILE_SMS: JSON.stringify(sms), ...more }, true);
  };
  expect(read({ url: 'https://carrier.example' })).toThrow('DOMICILE_SMS_SECRETS is missing');
  expect(read({ url: 'https://carrier.example' }, secretSetting)).not.toThrow('DOMICILE_SMS');
  expect(read({ url: 'http://carrier.example' })).toThrow('DOMICILE_SMS: is not as it should be: url is no https');
  expect(read({ names: { a: ['Too long a name'] } })).toThrow('is no alphanumeric sender');
});

it('Nothing is sent where nothing carries texts', async () => {
  const nowhere = await startDeployed({});
  try {
    const deployed = await nowhere.start();
    const answer = await deployed.call('sms-send', { body: textTo(newNumber()) });
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'ServiceUnavailable' } } });
  } finally {
    await nowhere.stop();
  }
});

it('The example takes texts, reports on them, and knows what it has had', async () => {
  const door = createServer(async (request, response) => {
    const body = await buffer(request);
    const headers = {
      'content-type': 'application/json',
      [webhookSignatureHeader]: String(request.headers[webhookSignatureHeader]),
    };
    expect(request.url).toBe('/sms/carrier/reports?api-version=2026-12-01');
    const { status, text } = await exampleApp.call('sms-carrier-report', { body, headers });
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  door.listen(0, '127.0.0.1');
  await once(door, 'listening');
  const example = spawn(process.execPath, ['examples/sms-carrier/receiver.mjs'], {
    env: {
      PORT: '0',
      SMS_SECRET: secret.toString('base64'),
      DOMICILE_URL: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const [first] = (await once(
    createInterface(example.stdout).on('line', (line) => lines.push(line)),
    'line',
  )) as [string];
  const url = `http://127.0.0.1:${first.replace('listening on ', '')}`;
  const own = await startGeography({
    DOMICILE_EVENTS: topic.setting,
    DOMICILE_SMS: JSON.stringify({ url }),
    ...secretSetting,
  });
  const exampleApp = await own.start();
  await seedNumber(exampleApp.app);
  try {
    const to = newNumber();
    const [result] = await send(exampleApp, textTo(to, repeatable()));
    expect(await toldOf(result?.messageId ?? '')).toMatchObject({ to, deliveryStatus: 'Delivered' });
    expect(lines.filter((line) => line.includes(to))).toHaveLength(1);
    const again = Buffer.from(
      JSON.stringify({ messages: [{ id: result?.messageId, from: ownNumber, to, text: 'x' }] }),
    );
    const signature = signWebhook(secret, again, createClock().realNow());
    const repeated = await fetch(url, {
      method: 'POST',
      headers: { [webhookSignatureHeader]: signature },
      body: again,
    });
    expect(await repeated.json()).toMatchObject({ results: [{ id: result?.messageId, outcome: 'taken' }] });
    expect(lines.filter((line) => line.includes(to))).toHaveLength(1);
    const unsigned = await fetch(url, { method: 'POST', body: '{"messages": []}' });
    expect(unsigned.status).toBe(401);
    const long = await fetch(url, { method: 'POST', body: Buffer.alloc(300_000) }).catch(() => ({ status: 413 }));
    expect(long.status).toBe(413);
  } finally {
    example.kill();
    await own.stop();
    door.close();
  }
});
