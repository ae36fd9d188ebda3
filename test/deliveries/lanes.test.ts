import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside, type Outside } from './outside.js';
import {
  emptyNotes,
  finishAll,
  hour,
  minute,
  note,
  setClock,
  startNotes,
  storedRows,
  type TestClock,
} from './scene.js';

let azurite: Azurite;
let outside: Outside;
let clock: TestClock;
beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(async () => {
  await emptyNotes(azurite.connectionString);
  outside = createOutside();
  clock = setClock();
});
afterAll(() => azurite?.stop());

const start = (options: Partial<Parameters<typeof startNotes>[1]> = {}) =>
  startNotes(azurite.connectionString, { carrier: outside.carrier(), clock, ...options });

describe('What stands behind the head of a lane', () => {
  it('is led to by an entry of its own all the time that the head is put off', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: '429', notBefore: clock.now() + 3 * hour });
    const first = await start();
    const order = note('head', { lane: 'one' });
    await first.outbox.accept(order, { awaitsAttempt: true });
    await first.outbox.accept({ ...order, content: { text: 'behind' } });
    // Its entry is due several times, and nothing can be done about it.
    for (let n = 0; n < 3; n++) {
      clock.passRealTime(30 * minute);
      await first.outbox.attemptDue();
    }
    expect(outside.given).toHaveLength(1);
    // The process that hands the head over stops before it comes to the next.
    clock.passRealTime(2 * hour);
    outside.decide = () => {
      void first.outbox.stop(0);
      return { outcome: 'taken' };
    };
    await first.outbox.attemptDue();
    expect(outside.given.map(({ text }) => text)).toEqual(['head', 'head']);
    await first.close();
    const next = await start();
    outside.decide = () => ({ outcome: 'taken' });
    await finishAll(next, clock);
    expect(outside.given.map(({ text }) => text)).toEqual(['head', 'head', 'behind']);
    await next.close();
  });

  it('keeps its body, also when it came into the lane only after others were quicker', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: '429', notBefore: clock.now() + 3 * hour });
    const processes = await Promise.all(Array.from({ length: 4 }, () => start()));
    const order = note('', { lane: 'one' });
    const body = Buffer.alloc(300_000, 'x');
    await Promise.all(processes.map(({ outbox }, n) => outbox.accept({ ...order, content: { text: `n${n}` }, body })));
    const [first] = processes;
    // Long after all that they tried in vain can still be under way.
    for (let n = 0; n < 3; n++) {
      clock.passRealTime(40 * minute);
      await first?.outbox.attemptDue();
    }
    clock.passRealTime(2 * hour);
    outside.given.length = 0;
    outside.decide = () => ({ outcome: 'taken' });
    await first?.outbox.attemptDue();
    expect(outside.given.map((each) => each.body.length)).toEqual([300_000, 300_000, 300_000, 300_000]);
    expect(processes.flatMap(({ failures }) => failures)).toEqual([]);
    if (first !== undefined) {
      await finishAll(first, clock);
      expect(await storedRows(first)).toEqual([]);
    }
    for (const { close } of processes) {
      await close();
    }
  });

  it.each(['the head waits', 'the head cannot be told'])(
    'is given up after its own last hour while %s',
    async (why) => {
      let failing = why !== 'the head waits';
      const told: { text: string; outcome: string }[] = [];
      outside.decide = ({ text }) =>
        why === 'the head waits'
          ? { outcome: 'deferred', reason: '429', notBefore: clock.now() + 3 * hour }
          : { outcome: text === 'head' ? 'taken' : 'refused', reason: '-' };
      const process = await start({
        rules: {
          onOutcome: async ({ reference }, outcomes) => {
            if (failing && reference === 'head') {
              throw new Error('not now');
            }
            told.push(...outcomes.map(({ outcome }) => ({ text: reference, outcome })));
          },
        },
      });
      const order = note('head', { lane: 'one', resourceId: 'r', reference: 'head' });
      await process.outbox.accept(order, { awaitsAttempt: true });
      const body = Buffer.alloc(300_000, 'x');
      const address = 'anna@a.example';
      const short = { ...order, reference: 'behind', recipients: [{ id: '1', address }], giveUpAfterMs: hour };
      await process.outbox.accept({ ...short, body });
      await process.outbox.accept({ ...order, content: { text: 'last' }, reference: 'last' });
      for (let n = 0; n < 2; n++) {
        clock.passRealTime(hour - 1 + n);
        await process.outbox.attemptDue();
        expect(told.map(({ text }) => text)).toEqual(n === 0 ? [] : ['behind']);
        const { items } = await process.outbox.locate({ kind: 'email', address }, 'r');
        expect(items).toBe(n === 0 ? 1 : 0);
      }
      expect(told).toEqual([{ text: 'behind', outcome: 'expired' }]);
      expect((await storedRows(process)).filter((row) => row.startsWith('notesbodies'))).toEqual([]);
      failing = false;
      outside.decide = () => ({ outcome: 'taken' });
      await finishAll(process, clock);
      expect(told.slice(1)).toEqual(['head', 'last'].map((text) => ({ text, outcome: 'taken' })));
      await process.close();
    },
  );

  it('is given up without whom an erasure takes out of it meanwhile', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: '429', notBefore: clock.now() + 3 * hour });
    const told: string[] = [];
    const addresses = ['anna@a.example', 'ben@a.example'];
    const process = await start({
      rules: {
        onOutcome: async ({ reference }) => {
          told.push(reference);
          await process.outbox.erase({ kind: 'email', address: addresses[0] ?? '' }, 'r');
        },
      },
    });
    const order = note('head', { lane: 'one', resourceId: 'r' });
    await process.outbox.accept(order, { awaitsAttempt: true });
    const recipients = addresses.map((address, n) => ({ id: String(n), address }));
    await process.outbox.accept({ ...order, recipients, reference: 'behind', giveUpAfterMs: hour });
    for (const ms of [hour, minute]) {
      clock.passRealTime(ms);
      await process.outbox.attemptDue();
    }
    expect(told).toEqual(['behind']);
    for (const address of addresses) {
      expect((await process.outbox.locate({ kind: 'email', address }, 'r')).items).toBe(0);
    }
    await process.outbox.eraseResource('r');
    expect(process.failures).toEqual([]);
    await process.close();
  });
});
