// What becomes of texts, as it is told outside: what a carrier says, late, twice, out of order or never; texts that come in.
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { smsEventTypes } from '../../shared/sms/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { contractProblems } from '../events/contract.js';
import { erasePerson } from '../events/erase-person.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { scanStorage } from '../scan/scan-storage.js';
import {
  ownNumber,
  phonesOf,
  recordsOf,
  repeatable,
  secretSetting,
  send,
  tell,
  textTo,
  seedNumber,
} from './texts-app.js';

/** Of the phones of the emulator one that nobody reports on. */
const silent = '+15005550001';

let topic: TestTopic;
let geography: TestGeography;
let app: TestProcess;

beforeAll(async () => {
  topic = await startTopic();
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting, ...secretSetting });
  app = await geography.start();
  await seedNumber(app.app);
});
afterEach(() => {
  app.app.clock.setOffset(0);
  app.app.dropCaches();
});
afterAll(async () => {
  await geography?.stop();
  await topic?.close();
});

const about = (id: string) => topic.events.filter(({ data }) => data['messageId'] === id);
const until = (id: string, count: number) =>
  vi.waitFor(() => {
    const events = about(id);
    expect(new Set(events.map((event) => event.id)).size).toBe(count);
    return events;
  }, 10_000);

async function sendOne(to: string, options: object = {}): Promise<string> {
  const [result] = await send(app, textTo(to, repeatable(), options));
  return result?.messageId ?? '';
}

/** One that the carrier has, as its record says. */
async function sentSilently(options: object = {}, message = 'Hi'): Promise<string> {
  const before = (await recordsOf(app)).filter(({ state }) => state === 'sent').length;
  const [result] = await send(app, { ...textTo(silent, repeatable(), options), message });
  await vi.waitFor(async () => {
    expect((await recordsOf(app)).filter(({ state }) => state === 'sent').length).toBe(before + 1);
  }, 10_000);
  return result?.messageId ?? '';
}

const reportOf = (outgoingMessageId: string) => app.call('sms-get-delivery-report', { params: { outgoingMessageId } });

describe('What became of a text is told', () => {
  it.each([
    ['+15551230001', 'Delivered', '2000: No Error'],
    ['+15005554004', 'Failed', '4004: Message failed to deliver since destination does not exist'],
    ['+15005555001', 'Failed', '5001: Message failed to deliver due to temporary unavailability of the system'],
    ['+15005550002', 'Unknown', '9999: Message failed to deliver due to an unknown error'],
  ])('of %s as %s, as the contract has it', async (to, deliveryStatus, deliveryStatusDetails) => {
    const id = await sendOne(to, { tag: 'spring' });
    const [event] = await until(id, 1);
    expect(event).toMatchObject({
      eventType: 'Microsoft.Communication.SMSDeliveryReportReceived',
      data: {
        messageId: id,
        from: ownNumber,
        to,
        deliveryStatus,
        deliveryStatusDetails,
        deliveryAttempts: [{ timestamp: event?.eventTime }],
        receivedTimestamp: event?.eventTime,
        tag: 'spring',
      },
    });
    expect(contractProblems('SMSDeliveryReportReceived', event?.data)).toEqual([]);
    const type = smsEventTypes.find(({ name }) => name === 'SMSDeliveryReportReceived');
    expect(type?.data.safeParse(event?.data)).toMatchObject({ success: true });
  });

  it('to nobody who has not asked for it, and is known all the same', async () => {
    const id = await sendOne('+15551230002', { enableDeliveryReport: false });
    await vi.waitFor(async () => expect((await reportOf(id)).status).toBe(200), 10_000);
    const told = await sendOne('+15551230003');
    await until(told, 1);
    expect(about(id)).toEqual([]);
  });

  it('when it is asked for, without whom it was to once it is final', async () => {
    const id = await sentSilently({ tag: 'spring' });
    const none = await reportOf(id);
    expect(none.status).toBe(404);
    expect(none.headers['content-type']).toContain('application/problem+json');
    await tell(app, 'report', { reports: [{ id, status: 'unknown' }] });
    expect((await reportOf(id)).body).toMatchObject({ deliveryStatus: 'Unknown', to: silent, tag: 'spring' });
    await tell(app, 'report', { reports: [{ id, status: 'delivered' }] });
    expect((await reportOf(id)).body).toMatchObject({
      messageId: id,
      deliveryStatus: 'Delivered',
      deliveryStatusDetails: '2000: No Error',
      deliveryAttempts: [{ segmentsSucceeded: 1, segmentsFailed: 0 }],
      from: '',
      to: '',
    });
    expect((await reportOf(id.replace(/\d{14}/, '20200101000000'))).status).toBe(404);
  });

  it('once, however often the carrier says it; the first that is final holds', async () => {
    const id = await sentSilently();
    expect(await tell(app, 'report', { reports: [{ id, status: 'failed', code: '4006' }] })).toEqual([200]);
    const reports = ['delivered', 'failed', 'delivered'].map((status) => ({ id, status }));
    expect(await tell(app, 'report', { reports })).toEqual([200, 200, 200]);
    const events = await until(id, 1);
    expect(events[0]?.data).toMatchObject({
      deliveryStatus: 'Failed',
      deliveryStatusDetails: expect.stringMatching(/^4006/),
    });
    expect((await reportOf(id)).body).toMatchObject({ deliveryStatus: 'Failed' });
  });

  it('again when what was unknown becomes known', async () => {
    const id = await sendOne('+15005550002');
    await until(id, 1);
    await tell(app, 'report', { reports: [{ id, status: 'delivered' }] });
    const events = await until(id, 2);
    expect(events.map(({ data }) => data['deliveryStatus']).toSorted()).toEqual(['Delivered', 'Unknown']);
  });

  it('of a text in parts when the last of them is reported, in whatever order', async () => {
    const id = await sentSilently({}, 'x'.repeat(400));
    const part = (number: number, status = 'delivered') => ({ id, status, part: { number, of: 3 } });
    await tell(app, 'report', { reports: [part(3), part(1), part(1)] });
    expect((await reportOf(id)).status).toBe(404);
    await tell(app, 'report', { reports: [part(2, 'failed')] });
    const [event] = await until(id, 1);
    expect(event?.data).toMatchObject({
      deliveryStatus: 'Failed',
      deliveryAttempts: [{ segmentsSucceeded: 2, segmentsFailed: 1 }],
    });
  });

  it('of a text in parts by what the first report says of how many there are', async () => {
    const id = await sentSilently();
    const part = (number: number, of: number) => ({ id, status: 'delivered', part: { number, of } });
    await tell(app, 'report', { reports: [part(1, 2), part(200, 255), part(2, 255), part(1, 1), part(3, 3)] });
    expect((await reportOf(id)).status).toBe(404);
    await tell(app, 'report', { reports: [part(2, 2)] });
    expect((await reportOf(id)).body).toMatchObject({
      deliveryStatus: 'Delivered',
      deliveryAttempts: [{ segmentsSucceeded: 2, segmentsFailed: 0 }],
    });
  });

  it('is no text of ours: 404, to be repeated', async () => {
    const id = 'Outgoing_2023062110280620005b99-2c77-401c-ac11-e7888deb0c83_noam';
    const reports = [
      { id, status: 'delivered' },
      { reference: 'theirs', status: 'delivered' },
      { id: 'no id', status: 'delivered' },
    ];
    expect(await tell(app, 'report', { reports })).toEqual([404, 404, 404]);
  });

  it('by the time that its sender has set, when nothing was heard of it', async () => {
    const id = await sentSilently({ deliveryReportTimeoutInSeconds: 60 });
    app.app.clock.setOffset(2 * 60_000);
    app.app.dropCaches();
    await app.app.sweep();
    const [event] = await until(id, 1);
    expect(event?.data).toMatchObject({
      to: silent,
      deliveryStatus: 'Failed',
      deliveryStatusDetails: '5002: No delivery report came in time',
    });
  });

  it('of whoever has opted out: accepted, and blocked', async () => {
    const number = '+15551230004';
    const body = { from: ownNumber, recipients: [{ to: number }] };
    await app.call('sms-add-opt-outs', { body });
    const id = await sendOne(number);
    const [event] = await until(id, 1);
    expect(event?.data).toMatchObject({
      deliveryStatus: 'Failed',
      deliveryStatusDetails: '4007: Sender blocked for given recipient.',
    });
    expect((await phonesOf(app)).filter(({ to }) => to === number)).toEqual([]);
    const { body: checked } = await app.call('sms-check-opt-outs', { body });
    expect(checked).toEqual({ value: [{ to: number, httpStatusCode: 200, isOptedOut: true }] });
  });

  it('to nobody any more once its recipient was erased', async () => {
    const number = silent;
    const id = await sentSilently();
    const who = (await recordsOf(app)).find(({ state }) => state === 'sent')?.['who'];
    const pointers = async () =>
      (await recordsOf(app, 'p')).filter(({ rowKey }) => String(rowKey).startsWith(`p!${String(who)}!`)).length;
    expect(await pointers()).toBeGreaterThan(0);
    await erasePerson(app, number);
    expect(await tell(app, 'report', { reports: [{ id, status: 'delivered' }] })).toEqual([200]);
    expect((await reportOf(id)).body).toMatchObject({ deliveryStatus: 'Delivered', to: '' });
    expect(about(id)).toEqual([]);
    expect(await pointers()).toBe(0);
  });
});

describe('A text that comes in', () => {
  const message = (change: object = {}) => ({
    id: crypto.randomUUID(),
    from: '+15551239000',
    to: ownNumber,
    text: 'Hello there',
    ...change,
  });
  const told = (text: string, count = 1) =>
    vi.waitFor(() => {
      const events = topic.events.filter(({ data }) => data['message'] === text);
      expect(events.length).toBeGreaterThanOrEqual(count);
      return events;
    }, 10_000);

  it('is told as the contract has it, once', async () => {
    const one = message({ text: 'only once', receivedAt: '2026-11-30T10:00:00Z' });
    expect(await tell(app, 'receive', { messages: [one, one] })).toEqual([200, 200]);
    expect(await tell(app, 'receive', { messages: [one] })).toEqual([200]);
    const [event] = await told('only once');
    expect(event).toMatchObject({
      eventType: 'Microsoft.Communication.SMSReceived',
      data: {
        messageId: expect.stringMatching(/^Incoming_\d{14}[\da-f]{8}-/),
        from: one.from,
        to: ownNumber,
        message: 'only once',
        receivedTimestamp: '2026-11-30T10:00:00.000Z',
        segmentCount: 1,
      },
    });
    expect(contractProblems('SMSReceived', event?.data)).toEqual([]);
    await tell(app, 'receive', { messages: [message({ text: 'behind it' })] });
    await told('behind it');
    expect(topic.events.filter(({ data }) => data['message'] === 'only once')).toHaveLength(1);
  });

  it('is nobody’s at a number that nobody owns', async () => {
    expect(await tell(app, 'receive', { messages: [message({ to: '+14255550177' })] })).toEqual([404]);
  });

  it.each(['STOP', 'stop ', 'Unsubscribe'])('that says %j ends texts of that number, and is told too', async (text) => {
    const from = `+1555124${String(Math.floor(topic.events.length + 1_000)).padStart(4, '0')}`;
    const isOptedOut = async () => {
      const body = { from: ownNumber, recipients: [{ to: from }] };
      const answer = await app.call<{ value: { isOptedOut: boolean }[] }>('sms-check-opt-outs', { body });
      return answer.body.value[0]?.isOptedOut;
    };
    const stop = message({ from, text });
    await tell(app, 'receive', { messages: [stop] });
    await told(text);
    expect(await isOptedOut()).toBe(true);
    await tell(app, 'receive', { messages: [message({ from, text: 'UNSTOP' })] });
    expect(await isOptedOut()).toBe(false);
    // What is told again does nothing again.
    await tell(app, 'receive', { messages: [stop] });
    expect(await isOptedOut()).toBe(false);
  });

  it('is refused when it is not signed', async () => {
    const answer = await app.call('sms-carrier-receive', { body: { messages: [message()] } });
    expect(answer.status).toBe(401);
  });

  it('is nowhere once it was told', async () => {
    const text = `inbound-${crypto.randomUUID()}`;
    const from = '+15551239777';
    await tell(app, 'receive', { messages: [message({ from, text })] });
    await told(text);
    await vi.waitFor(async () => {
      expect((await scanStorage(geography.connectionString, [text, from])).hits).toEqual([]);
    }, 10_000);
  });
});

it('Opt-outs survive the erasure of a person, and the receipt says so', async () => {
  const number = '+15551230050';
  const body = { from: ownNumber, recipients: [{ to: number }] };
  await app.call('sms-add-opt-outs', { body });
  const { notErased } = await erasePerson(app, number);
  expect(notErased.map(({ store }) => store)).toContain('smsoptouts');
  expect((await app.call('sms-check-opt-outs', { body })).body).toMatchObject({ value: [{ isOptedOut: true }] });
  await app.call('sms-remove-opt-outs', { body });
  expect((await app.call('sms-check-opt-outs', { body })).body).toMatchObject({ value: [{ isOptedOut: false }] });
});
