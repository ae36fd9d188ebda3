// Sending texts: what is answered, that nothing is sent twice, and what is left.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { textStores } from '../../shared/sms/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { phonesOf, recordsOf, repeatable, send, stage, textTo, seedNumber } from './texts-app.js';

let geography: TestGeography;
let app: TestProcess;
let other: TestProcess;

beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  await seedNumber(app.app);
  other = await geography.start();
});
afterEach(() => {
  app.app.clock.setOffset(0);
  app.app.dropCaches();
});
afterAll(() => geography?.stop());

const refused = async (body: object) => {
  const { status, body: said } = await app.call('sms-send', { body });
  return { status, said };
};

describe('A request to send a text', () => {
  it('is answered as recorded when it is accepted', async () => {
    const results = await send(app, textTo('+15551230001', repeatable()));
    expect(results).toEqual([
      {
        to: '+15551230001',
        messageId: expect.stringMatching(/^Outgoing_\d{14}[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
        httpStatusCode: 202,
        repeatabilityResult: 'accepted',
        successful: true,
      },
    ]);
  });

  it.each([
    ['a sender of no form', { from: '4255550123' }, { From: ['Invalid From phone number format'] }],
    ['no sender', { from: undefined }, { From: ['The From field is required.'] }],
    ['no text', { message: '' }, { Message: ['The Message field is required.'] }],
    [
      'a text of 2,049 characters',
      { message: 'x'.repeat(2_049) },
      { Message: ["The field Message must be a string or array type with a maximum length of '2048'."] },
    ],
    [
      '101 recipients',
      { smsRecipients: Array.from({ length: 101 }, () => ({ to: '+15551230001' })) },
      { SmsRecipients: ["The field SmsRecipients must be a string or array type with a maximum length of '100'."] },
    ],
    [
      'a time for the report that is too short',
      { smsSendOptions: { enableDeliveryReport: true, deliveryReportTimeoutInSeconds: 59 } },
      {
        'SmsSendOptions.DeliveryReportTimeoutInSeconds': [
          'The field DeliveryReportTimeoutInSeconds must be between 60 and 43200.',
        ],
      },
    ],
    [
      'a key of a partner, which is not repeated',
      { smsSendOptions: { enableDeliveryReport: true, messagingConnect: { apiKey: 'secret-key', partner: 'p' } } },
      {
        'SmsSendOptions.MessagingConnect': [
          'Messaging Connect is not there: texts leave through the carrier of this deployment.',
        ],
      },
    ],
  ])('is refused for %s', async (_, change, said) => {
    expect(await refused({ ...textTo('+15551230001'), ...change })).toEqual({ status: 400, said });
  });

  it.each([
    ['a number that nobody owns', '+14255550177'],
    ['a name that it may not use', 'FABRIKAM'],
  ])('is refused without a word from %s', async (_, from) => {
    const said = { error: { code: 'Unauthorized', message: '' } };
    expect(await refused({ ...textTo('+15551230001'), from })).toEqual({ status: 401, said });
  });

  const first = () => new Date().toUTCString();
  it.each([
    ['an id that is no guid', { repeatabilityRequestId: 'abc', repeatabilityFirstSent: first() }, 'Request-Id'],
    ['an id without a time', { repeatabilityRequestId: crypto.randomUUID() }, 'First-Sent'],
    ['a time without an id', { repeatabilityFirstSent: first() }, 'Request-Id'],
    ['a time of no form', { ...repeatable(), repeatabilityFirstSent: '2026-11-30T00:00:00Z' }, 'First-Sent'],
    ['a time that is too old', repeatable(Date.now() - 24 * 60 * 60_000), 'First-Sent'],
    ['a time that lies ahead', repeatable(Date.now() + 10 * 60_000), 'First-Sent'],
  ])('is rejected for one recipient that has %s', async (_, change, word) => {
    const body = textTo('+15551230002', change);
    body.smsRecipients.push({ to: '+15551230003', ...repeatable() });
    const [rejected, accepted] = await send(app, body);
    expect(rejected).toEqual({
      to: '+15551230002',
      httpStatusCode: 400,
      repeatabilityResult: 'rejected',
      successful: false,
      errorMessage: expect.stringContaining(`Invalid Repeatability-${word}`),
    });
    expect(accepted).toMatchObject({ successful: true });
  });

  it('is refused while its number has sent too much, with how long to wait', async () => {
    app.app.setLimits('acs');
    try {
      const smsRecipients = Array.from({ length: 100 }, () => ({ to: 'none' }));
      const body = { ...textTo(''), smsRecipients };
      expect((await app.call('sms-send', { body })).status).toBe(202);
      expect((await app.call('sms-send', { body })).status).toBe(202);
      const answer = await app.call('sms-send', { body });
      expect(answer.status).toBe(429);
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    } finally {
      app.app.setLimits('open');
    }
  });
});

describe('A text that is sent again with the same id', () => {
  const arrived = async (number: string) => (await phonesOf(app)).filter(({ to }) => to === number).length;

  it('is not sent twice: the answer is the first one, also by another process and after a restart', async () => {
    const body = textTo('+15551230010', repeatable());
    const first = await send(app, body);
    expect(await send(app, body)).toEqual(first);
    expect(await send(other, body)).toEqual(first);
    const restarted = await geography.start();
    expect(await send(restarted, body)).toEqual(first);
    expect(await arrived('+15551230010')).toBe(1);
  });

  it('is sent once when two processes get it at the same moment, many times', async () => {
    const body = textTo('+15551230011', repeatable());
    const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => send(n % 2 === 0 ? app : other, body)));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toMatchObject([{ successful: true }]);
    expect(await arrived('+15551230011')).toBe(1);
  });

  it('is sent once when the same recipient stands in a request twice', async () => {
    const body = textTo('+15551230012', repeatable());
    body.smsRecipients.push(...body.smsRecipients);
    const [one, two] = await send(app, body);
    expect(one).toEqual(two);
    expect(await arrived('+15551230012')).toBe(1);
  });

  it('is another one without an id, and to another recipient', async () => {
    const body = textTo('+15551230013');
    const [[one], [two]] = [await send(app, body), await send(app, body)];
    expect(one?.messageId).not.toBe(two?.messageId);
    const change = repeatable();
    await send(app, textTo('+15551230013', change));
    await send(app, textTo('+15551230014', change));
    expect([await arrived('+15551230013'), await arrived('+15551230014')]).toEqual([3, 1]);
  });

  it('is known for a day, and nothing of it after that', async () => {
    await send(app, textTo('+15551230015', repeatable()));
    expect((await recordsOf(app)).length).toBeGreaterThan(0);
    app.app.clock.setOffset(24 * 60 * 60_000 + 60_000);
    app.app.dropCaches();
    await app.app.sweep();
    for (const letter of ['t', 'p', 'f', 'i']) {
      expect(await recordsOf(app, letter)).toEqual([]);
    }
  });
});

describe('What is left of a text', () => {
  it('is nothing of what it says, and of whom it was to nothing that can be read', async () => {
    const number = '+15551230020';
    const message = `text-${crypto.randomUUID()}`;
    // Nobody reports on it, so whom it was to is still kept.
    await send(app, { ...textTo('+15005550001', repeatable(), { tag: 'tag-of-number-1' }), message });
    await send(app, { ...textTo(number, repeatable()), message });
    const marks = [message, number, '+15005550001', 'tag-of-number'];
    const storesWith = async () => {
      const { hits } = await scanStorage(geography.connectionString, marks);
      return [...new Set(hits.map(({ store }) => store))];
    };
    // The phones of the emulator are where texts arrive; nothing else has any of it once they have.
    await vi.waitFor(async () => expect(await storesWith()).toEqual(['phonetexts']), 10_000);
    await stage(app, 'clear-phone', {});
    expect(await storesWith()).toEqual([]);
    expect(await recordsOf(app, 'p')).toHaveLength(1);
    expect((await app.app.storage.table(textStores.deliveries).scan()).rows).toEqual([]);
  });
});
