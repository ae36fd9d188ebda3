// What is kept of texts, whose it is and how long: records, what carriers call texts, what has come in, logs and events.
import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { eventDeadLetters } from '../../shared/events/index.js';
import { sentTexts, smsOptOuts } from '../../shared/sms/index.js';
import { type CallObserver, createCallInterceptor, type StorageCall } from '../../shared/storage/index.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute } from '../email/deployed-mail.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { scanStorage } from '../scan/scan-storage.js';
import { startTextReceiver, type TextReceiver } from './text-receiver.js';
import {
  ownNumber,
  recordsOf,
  repeatable,
  type Result,
  secretSetting,
  seedNumber,
  send,
  tell,
  textTo,
} from './texts-app.js';

const hourMs = 60 * 60_000;

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
afterEach(async () => {
  receiver.resultOf = () => ({ outcome: 'taken' });
  receiver.instead = undefined;
  topic.answer(200);
  // Nothing of one test is left for the next.
  await passTo(app, app.app.clock.offsetMs + 49 * hourMs);
  app.app.clock.setOffset(0);
  app.app.dropCaches();
});
afterAll(async () => {
  await geography?.stop();
  await Promise.all([receiver?.close(), topic?.close()]);
});

let last = 1_000;
const newNumber = () => `+1555131${(last += 1)}`;
const idOf = (number: string, part = 'a') => `theirs-${number}-${part}`;
const about = (id: string) => topic.events.filter(({ data }) => data['messageId'] === id);
const ask = (process: TestProcess, body: object) => process.call<{ value: Result[] }>('sms-send', { body });
const stateOf = async (process: TestProcess, id: string) =>
  (await process.call<{ deliveryStatus: string }>('sms-get-delivery-report', { params: { outgoingMessageId: id } }))
    .body;

async function passTo(process: TestProcess, offsetMs: number): Promise<void> {
  process.app.clock.setOffset(offsetMs);
  process.app.dropCaches();
  await passMinute(process, 'texts');
  await passMinute(process, 'eventrows');
  await process.app.sweep();
}

/** One that the carrier has, as its record and what it is called by say. */
async function sent(number: string, references: readonly string[] = [], message = 'Hi'): Promise<string> {
  receiver.resultOf = () => ({ outcome: 'taken', references });
  const before = (await recordsOf(app, 'f')).length;
  const [result] = await send(app, { ...textTo(number, repeatable(), { tag: `tag-${number}` }), message });
  await vi.waitFor(async () => {
    expect((await recordsOf(app, 'f')).length).toBe(before + references.length);
    expect((await recordsOf(app)).filter(({ state }) => state === 'open')).toEqual([]);
  }, 10_000);
  return result?.messageId ?? '';
}

describe('What is kept of a text for a day', () => {
  it('is gone after it: its record, whom it is to, what the carrier calls it, and what has come in', async () => {
    const number = newNumber();
    await sent(number, [idOf(number)]);
    await tell(app, 'receive', { messages: [{ id: 'one', from: number, to: ownNumber, text: 'Hello' }] });
    for (const letter of ['t', 'p', 'f', 'i']) {
      expect(await recordsOf(app, letter)).toHaveLength(1);
    }
    await passTo(app, 24 * hourMs + 60_000);
    for (const letter of ['t', 'p', 'f', 'i']) {
      expect(await recordsOf(app, letter)).toEqual([]);
    }
  });

  it('is by nothing that is stored opened, with logs on', async () => {
    const settings = { retentionDays: 30, identifiers: 'pseudonymous' };
    accepted(await app.call('diagnostics-set-settings', { body: { categories: 'all', ...settings } }));
    const number = newNumber();
    const id = await sent(number);
    const diagnostics = app.app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability;
    await diagnostics.flush();
    const guid = id.replace('_noam', '').slice(-36);
    const logged = createHash('sha256').update(id).digest('hex');
    const { hits } = await scanStorage(geography.connectionString, [guid, number, logged]);
    expect(new Set(hits.map(({ mark }) => mark))).toEqual(new Set([logged]));
    await tell(app, 'report', { reports: [{ id, status: 'delivered' }] });
    const body = { table: 'ACSSMSIncomingOperations', since: '2020-01-01T00:00:00Z', where: { MessageId: logged } };
    await diagnostics.flush();
    const { value } = accepted(await app.call<{ value: object[] }>('diagnostics-query-logs', { body }));
    expect(value).toMatchObject([
      { OperationName: 'SMSMessagesSent', CorrelationId: logged },
      { OperationName: 'SMSDeliveryReportsReceived', CorrelationId: logged },
    ]);
    accepted(await app.call('diagnostics-set-settings', { body: { categories: 'none', ...settings } }));
  });
});

describe('What a carrier calls a text', () => {
  it('is kept a text: of two with the same name each has its own', async () => {
    const [number, other] = [newNumber(), newNumber()];
    const one = await sent(number, ['same']);
    const two = await sent(other, ['same']);
    await tell(app, 'report', { reports: [{ id: one, status: 'delivered' }] });
    expect(await recordsOf(app, 'f')).toHaveLength(1);
    expect(await tell(app, 'report', { reports: [{ reference: 'same', status: 'failed' }] })).toEqual([200]);
    expect([(await stateOf(app, one)).deliveryStatus, (await stateOf(app, two)).deliveryStatus]).toEqual([
      'Delivered',
      'Failed',
    ]);
    expect(await recordsOf(app, 'f')).toEqual([]);
  });

  it('is not kept when the text has gone while it was noted', async () => {
    const number = newNumber();
    receiver.resultOf = () => ({ outcome: 'taken', references: [idOf(number)] });
    // Of the record itself nothing is written so once the carrier has it.
    const held = holdAt(
      ({ store, kind }) =>
        store === sentTexts.name && kind === 'update' && receiver.received.some(({ to }) => to === number),
    );
    const process = await geography.start({ observers: [held.observe] });
    await send(process, textTo(number, repeatable()));
    await held.reached;
    await passTo(app, 24 * hourMs + 60_000);
    expect(await recordsOf(app)).toEqual([]);
    held.release();
    await endOf(process);
    expect(await recordsOf(app, 'f')).toEqual([]);
  });
});

/** Holds the first of these calls up, before it has an effect. */
function holdAt(isIt: (call: StorageCall) => boolean) {
  let isFirst = true;
  let arrive = () => {};
  let release = () => {};
  const reached = new Promise<void>((resolve) => (arrive = resolve));
  const released = new Promise<void>((resolve) => (release = resolve));
  const observe: CallObserver = async (call, forward) => {
    if (isFirst && isIt(call)) {
      isFirst = false;
      arrive();
      await released;
    }
    return forward();
  };
  return { observe, reached, release: () => release() };
}

/** What goes on behind the answers is over. */
async function endOf({ app: { capabilities } }: TestProcess): Promise<void> {
  await capabilities.find(({ name }) => name === 'sms')?.stop?.(10_000);
}

/** A process that dies in accepting a text: it is begun, and does not lie in the outbox. */
async function dieAccepting(body: object): Promise<void> {
  let isArmed = false;
  const interceptor = createCallInterceptor((_, { store }) =>
    isArmed && store === smsOptOuts.name ? 'stopBefore' : 'pass',
  );
  const process = await geography.start({ observers: [interceptor.observe] });
  await ask(process, textTo('none'));
  isArmed = true;
  await Promise.race([ask(process, body), interceptor.stopped]);
  await process.close();
}

/** Whoever was accepting has died by then. */
async function startLater(offsetMs = 0): Promise<TestProcess> {
  const process = await geography.start({ clockOffsetMs: offsetMs });
  process.app.clock.realNow = () => Date.now() + 130_000;
  return process;
}

describe('An acceptance that somebody has left', () => {
  it('is not taken over when the record of the text would go while it is tried', async () => {
    const number = newNumber();
    const body = textTo(number, repeatable());
    await dieAccepting(body);
    const late = await startLater(23.5 * hourMs);
    const [refused] = (await ask(late, body)).body.value;
    expect(refused).toMatchObject({ httpStatusCode: 503, successful: false });
    const earlier = await startLater(22.5 * hourMs);
    receiver.instead = (response) => response.writeHead(503).end();
    const [taken] = (await ask(earlier, body)).body.value;
    expect(taken).toMatchObject({ httpStatusCode: 202 });
    await endOf(earlier);
    receiver.instead = undefined;
    await passTo(late, 23.4 * hourMs);
    await vi.waitFor(() => {
      expect(receiver.received.filter(({ to }) => to === number)).toHaveLength(2);
    }, 10_000);
  });

  it('stays with whoever has taken it over when the first one is refused at last', async () => {
    const number = newNumber();
    const body = textTo(number, repeatable());
    const held = holdAt(({ store }) => store === smsOptOuts.name);
    const first = await geography.start({ observers: [held.observe] });
    const asked = ask(first, body);
    await held.reached;
    const second = await startLater();
    const [result] = (await ask(second, body)).body.value;
    expect(result).toMatchObject({ httpStatusCode: 202 });
    await endOf(second);
    // It ends, and takes nothing any more.
    await endOf(first);
    held.release();
    expect((await asked).body.value).toMatchObject([{ httpStatusCode: 503 }]);
    expect([await recordsOf(app), await recordsOf(app, 'p')].map(({ length }) => length)).toEqual([1, 1]);
    const id = result?.messageId ?? '';
    expect(await tell(app, 'report', { reports: [{ id, status: 'delivered' }] })).toEqual([200]);
  });

  it('is as if nobody had asked when it is refused', async () => {
    const number = newNumber();
    const held = holdAt(({ store }) => store === smsOptOuts.name);
    const process = await geography.start({ observers: [held.observe] });
    const body = textTo(number, repeatable());
    const asked = ask(process, body);
    await held.reached;
    await endOf(process);
    held.release();
    expect((await asked).body.value).toMatchObject([{ httpStatusCode: 503 }]);
    expect([await recordsOf(app), await recordsOf(app, 'p')]).toEqual([[], []]);
    expect((await ask(app, body)).body.value).toMatchObject([{ httpStatusCode: 202 }]);
  });
});

describe('Somebody who is erased', () => {
  it('is told of to nobody from that moment on, before anything of theirs has gone', async () => {
    const number = newNumber();
    const id = await sent(number);
    const other = await sent(newNumber());
    accepted(await app.call('privacy-erase', { body: { identifiers: [number] } }));
    expect(await recordsOf(app, 'p')).toHaveLength(2);
    const stores = new Set<string>();
    const observe: CallObserver = (call, forward) => {
      stores.add(call.store);
      return forward();
    };
    const process = await geography.start({ observers: [observe] });
    expect(await tell(process, 'report', { reports: [{ id, status: 'delivered' }] })).toEqual([200]);
    // Not even as a row that waits.
    expect([...stores]).not.toContain('eventrows');
    await tell(process, 'report', { reports: [{ id: other, status: 'delivered' }] });
    expect([...stores]).toContain('eventrows');
    await vi.waitFor(() => expect(about(other)).toHaveLength(1), 10_000);
    expect(about(id)).toEqual([]);
  });
});

describe('While the topic takes nothing', () => {
  const storesWith = async (...marks: string[]) => {
    const { hits } = await scanStorage(geography.connectionString, marks);
    return [...new Set(hits.map(({ store }) => store))];
  };

  it('a text that has come in is kept for a day, and then that there was one', async () => {
    topic.answer(503);
    const number = newNumber();
    const text = `text-${crypto.randomUUID()}`;
    await tell(app, 'receive', { messages: [{ id: crypto.randomUUID(), from: number, to: ownNumber, text }] });
    await passTo(app, 23 * hourMs);
    expect(await storesWith(text, number)).toEqual(['eventrows']);
    await passTo(app, 24 * hourMs + 5 * 60_000);
    await vi.waitFor(async () => expect(await storesWith(text, number)).toEqual([]), 10_000);
    expect(await storesWith('SMSReceived')).toEqual([eventDeadLetters.name]);
  });

  it('whom a text was to is kept for a day from when it was accepted, however late its report', async () => {
    const number = newNumber();
    const id = await sent(number);
    topic.answer(503);
    await passTo(app, 23 * hourMs);
    await tell(app, 'report', { reports: [{ id, status: 'delivered' }] });
    expect(await storesWith(number)).toEqual(['eventrows']);
    await passTo(app, 24 * hourMs + 5 * 60_000);
    await vi.waitFor(async () => expect(await storesWith(number, `tag-${number}`)).toEqual([]), 10_000);
    expect(await storesWith(id)).toEqual([eventDeadLetters.name]);
  });
});
