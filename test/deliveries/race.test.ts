import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside } from './outside.js';
import { emptyNotes, finishAll, minute, note, setClock, startNotes, storedRows, type Told } from './scene.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(() => emptyNotes(azurite.connectionString));
afterAll(() => azurite?.stop());

describe('Two processes over the same storage', () => {
  it.each([true, false])(
    'that get the same messages hand each delivery over once (lanes too), whether what is unknown is repeated (%s) or not',
    async (repeatsUnknown) => {
      const outside = createOutside();
      const clock = setClock();
      const told: Told[] = [];
      const carrier = outside.carrier({ repeatsUnknown });
      const [one, other] = [
        await startNotes(azurite.connectionString, { carrier, clock, told }),
        await startNotes(azurite.connectionString, { carrier, clock, told }),
      ];
      outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
      for (let n = 0; n < 24; n++) {
        const where = { destination: `r${n % 12}.example`, ...(n % 12 === 0 && { lane: 'one' }) };
        await one.outbox.accept(note(`n${n}`, { resourceId: 'same', ...where }), { awaitsAttempt: true });
      }
      outside.decide = () => ({ outcome: 'taken' });
      outside.given.length = 0;
      clock.passRealTime(minute);
      await one.outbox.findDue();
      const messages = [];
      for (;;) {
        const some = await one.queue.receive(32, 600);
        if (some.length === 0) {
          break;
        }
        messages.push(...some.map(({ text }) => text));
      }
      expect(messages.length).toBeGreaterThan(0);
      await Promise.all(messages.flatMap((text) => [one, other].map(({ outbox }) => outbox.work(text))));
      await finishAll(other, clock);
      const handedOver = outside.given.map(({ id }) => id);
      expect(new Set(handedOver).size).toBe(24);
      expect(handedOver).toHaveLength(24);
      expect(told.flatMap(({ outcomes }) => outcomes.map(({ outcome }) => outcome))).toEqual(Array(24).fill('taken'));
      expect([...one.failures, ...other.failures]).toEqual([]);
      expect(await storedRows(one)).toEqual([]);
      await one.close();
      await other.close();
    },
  );

  it('do not hand over, or record, what an erasure was quicker with', async () => {
    const outside = createOutside();
    const clock = setClock();
    const carrier = outside.carrier();
    const [one, other] = [
      await startNotes(azurite.connectionString, { carrier, clock }),
      await startNotes(azurite.connectionString, { carrier, clock }),
    ];
    outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
    const orders = Array.from({ length: 16 }, (_, n) =>
      note(`n${n}`, { destination: `r${n}.example`, resourceId: 'same' }),
    );
    for (const order of orders) {
      await one.outbox.accept(order, { awaitsAttempt: true });
    }
    outside.decide = () => ({ outcome: 'taken' });
    outside.given.length = 0;
    clock.passRealTime(minute);
    const addresses = orders.map(({ recipients }) => recipients[0]?.address ?? '');
    const erasing = addresses.map(async (address) => {
      let step;
      let erased = 0;
      do {
        step = await other.outbox.erase({ kind: 'email', address }, 'same');
        erased += step.erased;
      } while (step.cursor !== undefined);
      return erased;
    });
    const attempting = one.outbox.attemptDue();
    const erased = await Promise.all(erasing);
    await attempting;
    const given = outside.given.map(({ address }) => address);
    // Each went one way or the other, and none both.
    for (const [n, address] of addresses.entries()) {
      expect(given.filter((each) => each === address).length + (erased[n] ?? 0), address).toBe(1);
    }
    await finishAll(one, clock);
    expect(await storedRows(one)).toEqual([]);
    await one.close();
    await other.close();
  });
});
