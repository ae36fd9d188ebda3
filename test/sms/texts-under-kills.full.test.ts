// A thousand texts to a real receiver while the app that sends them is killed twice: each is submitted once, or reported as
// unknown or failed; none is submitted twice. And how many a second there are without that.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { passMinute } from '../email/deployed-mail.js';
import { report } from '../figures/measure.js';
import { scanStorage } from '../scan/scan-storage.js';
import type { SendingOrder } from './sending-process.js';
import { startTextReceiver, type TextReceiver } from './text-receiver.js';
import { ownNumber, repeatable, type Result, secretSetting, seedNumber } from './texts-app.js';

// Inside the project, because the packages that it needs are looked for from where it lies.
const program = 'dist/sending-texts.mjs';
const texts = Number(process.env['TEXTS_UNDER_KILLS'] ?? 1_000);
const kills = 2;
const recipientsEach = 10;
const laterMs = 150_000;

let receiver: TextReceiver;
let geography: TestGeography;
let settings: Readonly<Record<string, string>>;

beforeAll(async () => {
  await build({
    entryPoints: ['test/sms/sending-process.ts'],
    outfile: program,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
  receiver = await startTextReceiver();
  settings = { DOMICILE_SMS: JSON.stringify({ url: receiver.url }), ...secretSetting };
  geography = await startGeography(settings);
  await seedNumber((await geography.start()).app);
});
afterAll(async () => {
  await geography?.stop();
  await receiver?.close();
  await rm(program, { force: true });
});

const numberOf = (run: number, n: number) => `+1${800 + run}555${String(n).padStart(4, '0')}`;
const message = `text-${crypto.randomUUID()}`;

/** As the official clients make them: an id for each recipient, which stays when the request is repeated. */
function requestsOf(run: number): object[] {
  return Array.from({ length: texts / recipientsEach }, (_, request) => ({
    from: ownNumber,
    message: `${message} ${request}`,
    smsRecipients: Array.from({ length: recipientsEach }, (_each, n) => ({
      to: numberOf(run, request * recipientsEach + n),
      ...repeatable(),
    })),
    smsSendOptions: { enableDeliveryReport: false },
  }));
}

function startSending(requests: readonly object[]): { child: ChildProcess; answered: Set<number> } {
  const child = fork(program, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const answered = new Set<number>();
  child.on('message', (said: unknown) => {
    if (typeof said === 'object' && said !== null && 'answered' in said) {
      answered.add(Number(said.answered));
    }
  });
  const order: SendingOrder = { connectionString: geography.connectionString, settings, requests, atOnce: 8 };
  child.send(order);
  return { child, answered };
}

const receivedOf = (run: number) => receiver.received.filter(({ to }) => to.startsWith(`+1${800 + run}`));

it('A thousand texts are submitted at some rate', async () => {
  const { child } = startSending(requestsOf(1));
  await once(child, 'message');
  const began = performance.now();
  await vi.waitFor(() => expect(receivedOf(1)).toHaveLength(texts), { timeout: 120_000, interval: 20 });
  const perSecond = texts / ((performance.now() - began) / 1_000);
  report('texts a second, accepted and submitted to a receiver by HTTP', String(Math.round(perSecond)));
  child.send('end');
  await once(child, 'exit');
  expect(new Set(receivedOf(1).map(({ id }) => id)).size).toBe(texts);
}, 150_000);

it('A thousand texts are each submitted once over two kills, or reported', async () => {
  let open = requestsOf(2);
  const all = open;
  for (let kill = 1; kill <= kills; kill++) {
    const { child, answered } = startSending(open);
    const enough = (texts * kill) / (kills + 1);
    // What the one before has accepted, and not handed over, stays until its lease is over: the next may have little to do.
    const isMidway = () => receivedOf(2).length > enough || (kill > 1 && answered.size === open.length);
    await vi.waitFor(() => expect(isMidway()).toBe(true), { timeout: 120_000, interval: 5 });
    child.kill('SIGKILL');
    expect((await once(child, 'exit'))[1]).toBe('SIGKILL');
    const sent = open;
    open = sent.filter((_, number) => !answered.has(number));
  }
  report('requests that nobody had answered after the last kill', String(open.length));
  // Time passes: leases are over, and whoever was accepting has died. What was not answered is asked for again.
  const later = await geography.start({ clockOffsetMs: laterMs });
  later.app.clock.realNow = () => Date.now() + laterMs;
  const results = new Map<string, Result>();
  for (const body of all) {
    for (const result of await repeat(later, body)) {
      results.set(result.to, result);
    }
  }
  for (let minutes = 0; minutes < 5; minutes++) {
    later.app.clock.setOffset(later.app.clock.offsetMs + 2 * 60_000);
    later.app.dropCaches();
    await passMinute(later, 'texts');
  }
  const times = new Map<string, number>();
  for (const { id } of receivedOf(2)) {
    times.set(id, (times.get(id) ?? 0) + 1);
  }
  expect(results.size).toBe(texts);
  expect(Math.max(...times.values())).toBe(1);
  const ids = [...results.values()].map(({ messageId }) => String(messageId));
  const silent: string[] = [];
  let unknown = 0;
  for (const id of ids) {
    const reported = await statusOf(later, id);
    unknown += reported === 'Unknown' ? 1 : 0;
    if (!times.has(id) && reported !== 'Unknown' && reported !== 'Failed') {
      silent.push(id);
    }
  }
  expect(silent).toEqual([]);
  // Every one that was submitted is one that was answered for.
  expect([...times.keys()].filter((id) => !ids.includes(id))).toEqual([]);
  report('texts submitted over two kills', String(times.size), `${unknown} reported as unknown, none twice`);
  expect(times.size).toBeGreaterThan(texts * 0.8);
  await vi.waitFor(async () => {
    expect((await scanStorage(geography.connectionString, [message, '+1802555'])).hits).toEqual([]);
  }, 10_000);
}, 600_000);

async function repeat(process: TestProcess, body: object): Promise<Result[]> {
  for (let tries = 0; tries < 10; tries++) {
    const { body: said } = await process.call<{ value: Result[] }>('sms-send', { body });
    if (said.value.every(({ successful }) => successful)) {
      return said.value;
    }
  }
  throw new Error('A text is not accepted, however often it is asked for.');
}

async function statusOf(process: TestProcess, outgoingMessageId: string): Promise<string | undefined> {
  const { body } = await process.call<{ deliveryStatus?: string } | undefined>('sms-get-delivery-report', {
    params: { outgoingMessageId },
  });
  return body?.deliveryStatus;
}
