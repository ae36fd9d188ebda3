// A process that is stopped at a storage call of sending a text, before or after its effect, or whose call fails: whoever asks
// again gets the same answer, the carrier gets the text at most once, and what became of it is never lost silently.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type CallFate, createCallInterceptor } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute } from '../email/deployed-mail.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { startTextReceiver, type TextReceiver } from './text-receiver.js';
import { recordsOf, repeatable, type Result, secretSetting, textTo, seedNumber, tell } from './texts-app.js';

/** Longer than whoever has died keeps others from going on. */
const muchLaterMs = 130_000;
const fates = ['stopBefore', 'stopAfter', 'failBefore', 'failAfter'] as const;
/** Of sending one, from the request to the end of the hand-over; a test holds them against what is seen. */
const callsOfTaken = 12;
/** The same of one that the carrier refuses, which is told outside; behind them come those that tell it. */
const callsOfRefused = 13;
const upTo = (calls: number) => Array.from({ length: calls }, (_, n) => n + 1);

let receiver: TextReceiver;
let topic: TestTopic;
let geography: TestGeography;
beforeAll(async () => {
  [receiver, topic] = await Promise.all([startTextReceiver(), startTopic()]);
  receiver.resultOf = ({ to }) =>
    to.startsWith('+1556') ? { outcome: 'refused', reason: '4005' } : { outcome: 'taken', references: [`ref-${to}`] };
  geography = await startGeography({
    DOMICILE_EVENTS: topic.setting,
    DOMICILE_SMS: JSON.stringify({ url: receiver.url }),
    ...secretSetting,
  });
  await seedNumber((await geography.start()).app);
});
afterAll(async () => {
  await geography?.stop();
  await Promise.all([receiver?.close(), topic?.close()]);
});

const ask = (process: TestProcess, body: object) => process.call<{ value: Result[] }>('sms-send', { body });

async function sendDisturbed(body: object, disturbed: number, fate: CallFate): Promise<number> {
  let seen = 0;
  let isArmed = false;
  const interceptor = createCallInterceptor(() => (isArmed && ++seen === disturbed ? fate : 'pass'));
  const process = await geography.start({ observers: [interceptor.observe] });
  await ask(process, { ...textTo('none') });
  isArmed = true;
  const over = async () => {
    await ask(process, body);
    // What goes on behind the answer.
    await process.app.capabilities
      .find(({ name }) => name === 'sms')
      ?.stop?.(10_000)
      .catch(() => undefined);
  };
  await Promise.race([over(), interceptor.stopped]);
  await process.close();
  return seen;
}

/** As it is two minutes later: leases are over, and whoever was accepting has died. */
async function startMuchLater(): Promise<TestProcess> {
  const process = await geography.start({ clockOffsetMs: muchLaterMs });
  process.app.clock.realNow = () => Date.now() + muchLaterMs;
  return process;
}

it('All calls of a text are disturbed below, and none twice', async () => {
  const seen = (to: string) => sendDisturbed(textTo(to, repeatable()), Number.POSITIVE_INFINITY, 'pass');
  expect(await seen('+15554999999')).toBe(callsOfTaken);
  expect(await seen('+15564999999')).toBeGreaterThanOrEqual(callsOfRefused);
});

/** Sends it disturbed, asks again much later, and lets everything come to its end. */
async function sendAndAskAgain(to: string, call: number, fate: CallFate) {
  const body = textTo(to, repeatable());
  expect(await sendDisturbed(body, call, fate)).toBeGreaterThanOrEqual(call);
  const later = await startMuchLater();
  const first = await ask(later, body);
  const [result] = first.body.value;
  expect(first).toMatchObject({ status: 202 });
  expect(result).toMatchObject({ httpStatusCode: 202, successful: true });
  expect((await ask(later, body)).body).toEqual(first.body);
  for (let minutes = 0; minutes < 3; minutes++) {
    await later.app.capabilities.find(({ name }) => name === 'sms')?.forget?.();
    later.app.clock.setOffset(later.app.clock.offsetMs + 2 * 60_000);
    await passMinute(later, 'texts');
    await passMinute(later, 'eventrows');
    await wait(20);
  }
  const times = receiver.received.filter((text) => text.to === to);
  expect(times.length).toBeLessThanOrEqual(1);
  expect(times.map(({ id }) => id)).toEqual(times.map(() => result?.messageId));
  return { later, id: String(result?.messageId), times: times.length };
}

describe.each(fates)('A text, one of whose storage calls is disturbed (%s),', (fate) => {
  it.each(upTo(callsOfTaken))('is sent at most once: call %i', async (call) => {
    const to = `+1555${fates.indexOf(fate) + 2}${String(100_000 + call)}`;
    const { later, id, times } = await sendAndAskAgain(to, call, fate);
    expect(times === 1 ? ['sent', 'Unknown'] : ['Unknown']).toContain(await stateOf(later, id));
    // What the carrier calls it leads to it, or nothing is kept of that.
    const reports = [{ reference: `ref-${to}`, status: 'delivered' }];
    const [known] = await tell(later, 'report', { reports });
    expect(await stateOf(later, id)).toBe(known === 200 ? 'Delivered' : 'Unknown');
    await later.close();
  });

  it.each(upTo(callsOfRefused))('and that is refused, is told of once: call %i', async (call) => {
    const to = `+1556${fates.indexOf(fate) + 2}${String(100_000 + call)}`;
    const { later, id, times } = await sendAndAskAgain(to, call, fate);
    const state = await stateOf(later, id);
    expect(times === 1 ? ['Failed', 'Unknown'] : ['Unknown']).toContain(state);
    const told = () =>
      new Map(topic.events.filter(({ data }) => data['messageId'] === id).map((each) => [each.id, each]));
    await vi.waitFor(async () => {
      await passMinute(later, 'eventrows');
      expect(told().size).toBeGreaterThan(0);
    }, 10_000);
    // Told and not recorded, it is unknown to whoever comes behind, who tells that.
    const states = [...told().values()].map(({ data }) => data['deliveryStatus']);
    expect([[state], ['Failed', 'Unknown']]).toContainEqual(states.toSorted());
    expect(states).toContain(state);
    await later.close();
  });
});

async function stateOf(process: TestProcess, outgoingMessageId: string): Promise<string> {
  const { status, body } = await process.call<{ deliveryStatus: string }>('sms-get-delivery-report', {
    params: { outgoingMessageId },
  });
  if (status === 200) {
    return body.deliveryStatus;
  }
  // Not reported on: the carrier has it, as its record says.
  const open = (await recordsOf(process)).filter(({ state }) => state === 'open').length;
  return open === 0 ? 'sent' : 'open';
}
