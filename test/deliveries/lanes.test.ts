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
});
