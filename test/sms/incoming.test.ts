// Texts that come in as carriers really write them, in an order that nobody wants: who gets no more of them in the end.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { numberAsE164 } from '../../shared/sms/number-form.js';
import { createCallInterceptor } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { erasePerson } from '../events/erase-person.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { scanStorage } from '../scan/scan-storage.js';
import { ownNumber, phonesOf, repeatable, secretSetting, send, tell, textTo, seedNumber } from './texts-app.js';

let topic: TestTopic;
let geography: TestGeography;
let app: TestProcess;
/** The same, while one store does not answer it. */
let failing: TestProcess;
let failingStore = '';

beforeAll(async () => {
  topic = await startTopic();
  geography = await startGeography({ DOMICILE_EVENTS: topic.setting, ...secretSetting });
  app = await geography.start();
  await seedNumber(app.app);
  const fails = createCallInterceptor((_, { store }) => (store === failingStore ? 'failBefore' : 'pass'));
  failing = await geography.start({ observers: [fails.observe] });
});
afterEach(() => {
  failingStore = '';
  topic.answer(200);
  app.app.clock.setOffset(0);
  app.app.dropCaches();
});
afterAll(async () => {
  await geography?.stop();
  await topic?.close();
});

let last = 1_000;
const newNumber = () => `+1555129${(last += 1)}`;
const message = (from: string, text: string, change: object = {}) => ({
  id: crypto.randomUUID(),
  from,
  to: ownNumber,
  text,
  ...change,
});
const comeIn = (...messages: object[]) => tell(app, 'receive', { messages });
const isOptedOut = async (to: string) => {
  const body = { from: ownNumber, recipients: [{ to }] };
  const { body: said } = await app.call<{ value: { isOptedOut: boolean }[] }>('sms-check-opt-outs', { body });
  return said.value[0]?.isOptedOut;
};
/** The store is written to, and whoever has told is answered that it failed. */
async function comeInWhileFailing(store: string, incoming: object): Promise<void> {
  failingStore = store;
  await expect(tell(failing, 'receive', { messages: [incoming] })).rejects.toThrow(/was not taken: 50[03]/);
  failingStore = '';
}

describe('A number that a carrier writes in a form of its own', () => {
  it.each<[string, (digits: string) => string]>([
    ['without a plus sign', (digits) => digits],
    ['with 00', (digits) => `00${digits}`],
    ['with spaces', (digits) => `+${digits.slice(0, 1)} ${digits.slice(1, 4)} ${digits.slice(4)}`],
    [
      'with brackets, a hyphen and a dot',
      (digits) => `+1 (${digits.slice(1, 4)}) ${digits.slice(4, 7)}-${digits.slice(7, 9)}.${digits.slice(9)}`,
    ],
    ['as an address of the web', (digits) => `tel:+${digits.slice(0, 4)}-${digits.slice(4)};ext=1`],
    ['with a mark that nobody sees', (digits) => `\u202a+${digits}\u202c`],
  ])('%s opts out all the same', async (_, write) => {
    const number = newNumber();
    expect(await comeIn(message(write(number.slice(1)), 'STOP'))).toEqual([200]);
    expect(await isOptedOut(number)).toBe(true);
    await send(app, textTo(number, repeatable()));
    expect((await phonesOf(app)).filter(({ to }) => to === number)).toEqual([]);
  });

  it('is found as one of ours too', async () => {
    const to = ownNumber.replace('+', '00');
    const number = newNumber();
    expect(await comeIn(message(number, 'STOP', { to }), message(number, 'Hi', { to: '12345' }))).toEqual([200, 404]);
    expect(await isOptedOut(number)).toBe(true);
  });

  it('is erased with the person, while the topic takes nothing', async () => {
    topic.answer(503);
    const text = `text-${crypto.randomUUID()}`;
    const number = newNumber();
    await comeIn(message(number.slice(1), text));
    const marks = [text, number.slice(1)];
    expect((await scanStorage(geography.connectionString, marks)).hits).not.toEqual([]);
    await erasePerson(app, number);
    expect((await scanStorage(geography.connectionString, marks)).hits).toEqual([]);
  });

  it.each(['12345', 'CONTOSO', '+12', '00', 'A-B', '', 'tel:'])('that is none (%j) stays as it is', (written) => {
    expect(numberAsE164(written)).toBe(written);
  });
});

describe('What somebody has said last holds', () => {
  it('a START that comes again does not undo a later STOP', async () => {
    const number = newNumber();
    const start = message(number, 'START');
    await comeIn(message(number, 'STOP'));
    await comeInWhileFailing('eventrows', start);
    await comeIn(message(number, 'STOP'));
    expect(await comeIn(start)).toEqual([200]);
    expect(await isOptedOut(number)).toBe(true);
  });

  it('a START that failed before it was heeded does not undo a later STOP', async () => {
    const number = newNumber();
    const start = message(number, 'START');
    await comeIn(message(number, 'STOP'));
    await comeInWhileFailing('smsoptouts', start);
    app.app.clock.setOffset(60_000);
    await comeIn(message(number, 'STOP'));
    expect(await comeIn(start)).toEqual([200]);
    expect(await isOptedOut(number)).toBe(true);
    await comeIn(message(number, 'START'));
    expect(await isOptedOut(number)).toBe(false);
  });

  it('a STOP that comes again does not undo a later START', async () => {
    const number = newNumber();
    const stop = message(number, 'STOP');
    await comeInWhileFailing('eventrows', stop);
    expect(await isOptedOut(number)).toBe(true);
    await comeIn(message(number, 'START'));
    expect(await comeIn(stop)).toEqual([200]);
    expect(await isOptedOut(number)).toBe(false);
  });

  it('what the owner takes back is taken back, whenever it was said', async () => {
    const number = newNumber();
    app.app.clock.setOffset(60_000);
    await comeIn(message(number, 'STOP'));
    app.app.clock.setOffset(0);
    await app.call('sms-remove-opt-outs', { body: { from: ownNumber, recipients: [{ to: number }] } });
    expect(await isOptedOut(number)).toBe(false);
  });
});
