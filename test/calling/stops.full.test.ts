// A process that is stopped at a storage call of a call, before or after its effect, or whose call fails: a minute later the
// call has gone on or ended, its application has heard so in the order of the call, and nothing is left.
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCallInterceptor } from '../../shared/storage/index.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { passMinute } from '../email/deployed-mail.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type CallbackReceiver, startReceiver } from './callback-receiver.js';
import { callingOf, callRows, callTo, createCall, seedNumber, tend, toNumber } from './calls-app.js';

const muchLaterMs = 130_000;
const fates = ['stopBefore', 'stopAfter', 'failBefore', 'failAfter'] as const;
/** More than it takes: beginning, answering, two events, playing, ending. */
const storageCalls = 45;

let receiver: CallbackReceiver;
let geography: TestGeography;
beforeAll(async () => {
  receiver = await startReceiver();
  geography = await startGeography({ DOMICILE_CALLING: '{"plays":"at-once"}' });
  await seedNumber((await geography.start()).app);
});
afterAll(async () => {
  await geography?.stop();
  await receiver?.close();
});

/** Each as it came first: what comes again has the same id. */
function firstOf(connection: string): string[] {
  const seen = new Set<string>();
  return receiver.events
    .filter(({ id, data }) => data.callConnectionId === connection && !seen.has(id) && seen.add(id))
    .map(({ type }) => type.replace('Microsoft.Communication.', ''));
}

const whole = ['CallConnected', 'ParticipantsUpdated', 'PlayStarted', 'PlayCompleted', 'CallDisconnected'];

describe.each(fates)('A call, one of whose storage calls is disturbed (%s),', (fate) => {
  it.each(Array.from({ length: storageCalls }, (_, n) => n + 1))('goes on or ends: call %i', async (disturbed) => {
    let seen = 0;
    let isArmed = false;
    const interceptor = createCallInterceptor(() => (isArmed && ++seen === disturbed ? fate : 'pass'));
    const process = await geography.start({ observers: [interceptor.observe] });
    // What is asked of the directory and of numbers is asked before.
    await process.call('calls-get', { params: { callConnectionId: 'none' } });
    isArmed = true;
    const number = `+1555${fates.indexOf(fate) + 2}${String(200_000 + disturbed)}`;
    const requestId = crypto.randomUUID();
    const headers = { 'repeatability-request-id': requestId };
    const body = callTo([toNumber(number)], receiver.url);
    const play = { playSources: [{ kind: 'file', file: { uri: 'https://example.com/a.wav' } }] };
    const over = async () => {
      const made = await process.call<{ callConnectionId: string }>('calls-create', { body, headers });
      await callingOf(process.app).calls.settleAll();
      await wait(30);
      await process.call('calls-play', { params: { callConnectionId: made.body?.callConnectionId }, body: play });
      await wait(30);
      await callingOf(process.app).stop?.(5_000);
    };
    await Promise.race([over().catch(() => undefined), interceptor.stopped]);
    await process.close();

    const later = await geography.start({ clockOffsetMs: muchLaterMs });
    later.app.clock.realNow = () => Date.now() + muchLaterMs;
    const rows = await callRows(later);
    const left = rows.map(({ partitionKey, rowKey }) => `${partitionKey} ${rowKey}`);
    await tend(later);
    const again = await createCallAgain();
    await wait(50);
    await later.call('calls-terminate', { params: { callConnectionId: again } });
    for (let minutes = 0; minutes < 3; minutes++) {
      later.app.clock.setOffset(later.app.clock.offsetMs + 2 * 60_000);
      later.app.dropCaches();
      await tend(later);
      await passMinute(later, 'callbacks');
      await wait(20);
    }
    const told = firstOf(again);
    expect(told, left.join()).toEqual(whole.filter((type) => told.includes(type)));
    expect(told).toContain('CallConnected');
    expect(told.at(-1)).toBe('CallDisconnected');
    expect(await callRows(later)).toEqual([]);
    expect((await scanStorage(geography.connectionString, [again, number.slice(1)])).hits).toEqual([]);
    await later.close();

    /** The same request again leads to the same call, begun now where it was not. */
    async function createCallAgain(): Promise<string> {
      const made = await later.call<{ callConnectionId: string }>('calls-create', { body, headers });
      expect(made.status, made.text).toBe(201);
      return made.body.callConnectionId;
    }
  });
});

it('That many storage calls are made', async () => {
  let seen = 0;
  const process = await geography.start({ observers: [createCallInterceptor(() => ((seen += 1), 'pass')).observe] });
  const { callConnectionId } = await createCall(process, callTo([toNumber('+15551239999')], receiver.url));
  await receiver.waitFor('ParticipantsUpdated', callConnectionId);
  expect(seen).toBeGreaterThan(5);
  expect(seen).toBeLessThan(storageCalls);
  await process.close();
});
