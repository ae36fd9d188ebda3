// The broker that stands in for Event Grid: handshakes, filters, trying again by product time, dead letters, restarts, erasure.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Broker, type NewSubscription } from '../../emulator/broker/broker.js';
import { matches } from '../../emulator/broker/matches.js';
import type { EventFilter, PublishedEvent } from '../../emulator/broker/model.js';
import { webhookGuard } from '../../emulator/broker/webhook-guard.js';
import { type Got, startWebhook, type Webhook, type WebhookBehaviour } from './webhook.js';

const minute = 60_000;
let folder: string;
let now: number;
let letters: object[];
const brokers: Broker[] = [];
const webhooks: Webhook[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'broker-'));
  now = Date.UTC(2026, 0, 1);
  letters = [];
});
afterEach(async () => {
  await Promise.all([...brokers.splice(0), ...webhooks.splice(0)].map((each) => each.close()));
  await rm(folder, { recursive: true });
});

async function open(): Promise<Broker> {
  const broker = new Broker({
    geography: 'europe',
    path: join(folder, 'events.ndjson'),
    guard: webhookGuard([]),
    ca: '',
    now: () => now,
    base: () => 'http://127.0.0.1:1/europe',
    keepDeadLetter: async (_resource, letter) => void letters.push(letter),
    log: () => undefined,
  });
  await broker.open();
  brokers.push(broker);
  return broker;
}

async function hook(behaviour?: WebhookBehaviour): Promise<Webhook> {
  const webhook = await startWebhook(behaviour);
  webhooks.push(webhook);
  return webhook;
}

const event = (id: string, more: object = {}): PublishedEvent => ({
  id,
  eventType: 'Microsoft.Communication.ChatMessageReceived',
  subject: 'thread/a/sender/anna/recipient/bert',
  eventTime: '2026-01-01T00:00:00Z',
  dataVersion: '1.0',
  data: { messageBody: 'Hello', version: 7, isNew: true },
  ...more,
});
const asking = (endpointUrl: string, more: Partial<NewSubscription> = {}): NewSubscription => ({
  name: 'mine',
  resource: 'contoso',
  endpointUrl,
  deliverySchema: 'EventGridSchema',
  filter: {},
  maxDeliveryAttempts: 30,
  eventTimeToLiveMinutes: 1_440,
  ...more,
});

describe('A subscription', () => {
  it('is made when the webhook sends the code back, and gets events with their topic and headers', async () => {
    const [broker, webhook] = [await open(), await hook()];
    expect(await broker.subscribe(asking(webhook.url))).toMatchObject({ provisioningState: 'Succeeded' });
    broker.publish('contoso', [event('1')]);
    broker.publish('other', [event('2')]);
    await vi.waitFor(() => expect(webhook.events).toHaveLength(1));
    expect(webhook.events[0]).toMatchObject({ id: '1', metadataVersion: '1', topic: broker.topicOf('contoso') });
    expect(webhook.requests.at(-1)?.headers).toMatchObject({
      'aeg-event-type': 'Notification',
      'aeg-subscription-name': 'MINE',
      'aeg-delivery-count': '1',
    });
  });

  it('is refused when the webhook sends another code, answers an error, or is nowhere', async () => {
    const broker = await open();
    const refused = { code: 'EndpointNotValidated' };
    await expect(broker.subscribe(asking((await hook({ handshake: 'wrong' })).url))).rejects.toMatchObject(refused);
    await expect(broker.subscribe(asking('http://127.0.0.1:9/'))).rejects.toMatchObject(refused);
    expect(broker.subscriptions('contoso')).toEqual([]);
  });

  it('waits until somebody opens the address of the handshake, and then gets what has waited', async () => {
    const [broker, webhook] = [await open(), await hook({ handshake: 'ignore' })];
    const made = await broker.subscribe(asking(webhook.url));
    expect(made.provisioningState).toBe('AwaitingManualAction');
    broker.publish('contoso', [event('1')]);
    await broker.deliverDue();
    expect(webhook.events).toEqual([]);
    const [first] = webhook.requests as readonly Got<readonly { data: { validationUrl: string } }[]>[];
    const url = new URL(first?.body[0]?.data.validationUrl ?? '');
    expect(broker.validate(url.searchParams.get('code') ?? '')).toBe(true);
    expect(broker.validate('another')).toBe(false);
    await broker.deliverDue();
    expect(webhook.events).toHaveLength(1);
  });

  it('to CloudEvents is made by OPTIONS', async () => {
    const [broker, webhook] = [await open(), await hook({ handshake: 'origin' })];
    await broker.subscribe(asking(webhook.url, { deliverySchema: 'CloudEventSchemaV1_0' }));
    expect(webhook.requests[0]).toMatchObject({
      method: 'OPTIONS',
      headers: { 'webhook-request-origin': 'eventgrid.azure.net' },
    });
    broker.publish('contoso', [event('1')]);
    await vi.waitFor(() => expect(webhook.requests).toHaveLength(2));
    expect(webhook.requests[1]?.body).toMatchObject({ specversion: '1.0', id: '1', source: broker.topicOf('contoso') });
  });
});

describe('An event', () => {
  it('comes again by product time until it is taken', async () => {
    let status = 500;
    const [broker, webhook] = [await open(), await hook({ answer: () => status })];
    await broker.subscribe(asking(webhook.url));
    broker.publish('contoso', [event('1')]);
    await broker.deliverDue();
    const asked = () => webhook.requests.length - 1;
    expect(asked()).toBe(1);
    now += 9_000;
    await broker.deliverDue();
    expect(asked()).toBe(1);
    now += 1_000;
    await broker.deliverDue();
    expect(asked()).toBe(2);
    status = 200;
    now += 30_000;
    await broker.deliverDue();
    expect(webhook.events).toHaveLength(1);
    now += 24 * 60 * minute;
    await broker.deliverDue();
    expect(asked()).toBe(3);
  });

  it('is a dead letter when it is refused, or its attempts are over', async () => {
    const [broker, webhook] = [await open(), await hook({ answer: ([got]) => (got?.id === 'bad' ? 400 : 503) })];
    await broker.subscribe(asking(webhook.url, { maxDeliveryAttempts: 2 }));
    broker.publish('contoso', [event('bad'), event('late')]);
    await broker.deliverDue();
    expect(letters).toMatchObject([{ id: 'bad', deadLetterReason: 'BadRequest' }]);
    now += 10_000;
    await broker.deliverDue();
    expect(letters).toMatchObject([{}, { id: 'late', deadLetterReason: 'MaxDeliveryAttemptsExceeded' }]);
  });

  it('is kept with its subscriptions over a restart, and told again when that is asked for', async () => {
    let status = 500;
    const [broker, webhook] = [await open(), await hook({ answer: () => status })];
    await broker.subscribe(asking(webhook.url));
    broker.publish('contoso', [event('1')]);
    await broker.deliverDue();
    await broker.close();
    status = 200;
    now += minute;
    const again = await open();
    await again.deliverDue();
    expect(webhook.events.map(({ id }) => id)).toEqual(['1']);
    expect(again.replay('mine', 'contoso', {}, 0)).toBe(1);
    await again.deliverDue();
    expect(webhook.events.map(({ id }) => id)).toEqual(['1', '1']);
  });

  it('that somebody waits for is kept while the log goes on, over a restart too, and can be taken out', async () => {
    let status = 500;
    const [broker, webhook] = [await open(), await hook({ answer: () => status })];
    await broker.subscribe(asking(webhook.url, { filter: { subjectEndsWith: 'waiting' } }));
    broker.publish('contoso', [event('1', { subject: 'waiting' }), event('2', { subject: 'waiting' })]);
    await broker.deliverDue();
    broker.publish(
      'contoso',
      Array.from({ length: 10_000 }, (_, n) => event(String(n + 3))),
    );
    await broker.close();
    const again = await open();
    expect(again.events('contoso', { subjectEndsWith: 'waiting' }, 0).map(({ number }) => number)).toEqual([1, 2]);
    expect(await again.remove('contoso', new Set(['1']))).toBe(1);
    status = 200;
    now += minute;
    await again.deliverDue();
    expect(webhook.events.map(({ id }) => id)).toEqual(['2']);
    expect(again.events('contoso', { subjectEndsWith: 'waiting' }, 0)).toEqual([]);
  });

  it('is waited for', async () => {
    const broker = await open();
    const waiting = broker.wait('contoso', { subjectEndsWith: 'carl' }, 0, 5_000);
    broker.publish('contoso', [event('1'), event('2', { subject: 'thread/a/recipient/carl' })]);
    expect(await waiting).toMatchObject({ number: 2, event: { id: '2' } });
    expect(await broker.wait('contoso', { subjectEndsWith: 'dora' }, 0, 1)).toBeUndefined();
  });

  it('that was taken out is in no file and comes to nobody', async () => {
    const [broker, webhook] = [await open(), await hook({ answer: () => 500 })];
    await broker.subscribe(asking(webhook.url));
    broker.publish('contoso', [event('1', { data: { messageBody: 'marked' } }), event('2')]);
    await broker.deliverDue();
    const kept = () => readFile(join(folder, 'events.ndjson'), 'utf8');
    await vi.waitFor(async () => expect(await kept()).toContain('marked'));
    expect(await broker.remove('contoso', new Set(['1']))).toBe(1);
    expect(await kept()).not.toContain('marked');
    const before = webhook.requests.length;
    now += minute;
    await broker.deliverDue();
    expect(webhook.requests.length).toBe(before + 1);
  });
});

describe('A filter', () => {
  const delivered = { ...event('1'), topic: 't', metadataVersion: '1' as const };
  it.each<[EventFilter, boolean]>([
    [{ includedEventTypes: ['microsoft.communication.chatmessagereceived'] }, true],
    [{ includedEventTypes: ['Microsoft.Communication.SMSReceived'] }, false],
    [{ subjectBeginsWith: 'THREAD/a' }, true],
    [{ subjectBeginsWith: 'THREAD/a', isSubjectCaseSensitive: true }, false],
    [{ subjectEndsWith: 'recipient/bert' }, true],
    [{ advancedFilters: [{ key: 'data.messageBody', operatorType: 'StringContains', values: ['x', 'ell'] }] }, true],
    [
      { advancedFilters: [{ key: 'data.messageBody', operatorType: 'StringNotContains', values: ['x', 'ell'] }] },
      false,
    ],
    [{ advancedFilters: [{ key: 'data.messageBody', operatorType: 'StringIn', values: ['hello'] }] }, true],
    [{ advancedFilters: [{ key: 'data.version', operatorType: 'NumberGreaterThan', values: [6] }] }, true],
    [{ advancedFilters: [{ key: 'data.version', operatorType: 'NumberNotIn', values: [7] }] }, false],
    [{ advancedFilters: [{ key: 'data.isNew', operatorType: 'BoolEquals', value: true }] }, true],
    [{ advancedFilters: [{ key: 'data.absent', operatorType: 'IsNullOrUndefined' }] }, true],
    [{ advancedFilters: [{ key: 'data.absent', operatorType: 'IsNotNull' }] }, false],
  ])('%j', (filter, isFor) => expect(matches(delivered, filter)).toBe(isFor));
});

describe('A webhook', () => {
  it.each([
    ['http://localhost:1/', [], 'fine'],
    ['https://127.0.0.2/', [], 'fine'],
    ['http://[::1]:1/', [], 'fine'],
    ['https://example.com/', [], 'EndpointNotAllowed'],
    ['https://example.com/', ['example.com'], 'fine'],
    ['http://10.0.0.1/', ['*'], 'fine'],
    ['http://169.254.169.254/metadata', ['*'], 'EndpointNotAllowed'],
    ['http://168.63.129.16/', ['168.63.129.16'], 'EndpointNotAllowed'],
    ['http://[fe80::1]/', ['*'], 'EndpointNotAllowed'],
    ['http://[::ffff:169.254.169.254]/', ['*'], 'EndpointNotAllowed'],
    ['ftp://localhost/', [], 'InvalidEndpoint'],
    ['http://a:b@localhost/', [], 'InvalidEndpoint'],
  ])('at %s with %j allowed is %s', (url, allowed, outcome) => {
    const check = () => webhookGuard(allowed).check(url);
    if (outcome === 'fine') {
      expect(check().href).toBe(url);
    } else {
      expect(check).toThrow(expect.objectContaining({ code: outcome }));
    }
  });

  it('whose name leads to an address of a machine’s own is not connected to', async () => {
    const guard = webhookGuard(['*']);
    const found = await new Promise((resolve) => {
      guard.lookup('169.254.169.254', { all: false }, (error) => resolve(error));
    });
    expect(found).toMatchObject({ code: 'EndpointNotAllowed' });
  });
});
