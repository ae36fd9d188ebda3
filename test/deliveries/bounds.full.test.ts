import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside, type Outside } from './outside.js';
import {
  emptyNotes,
  finishAll,
  minute,
  note,
  setClock,
  startNotes,
  storedRows,
  type TestClock,
  workQueue,
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

/** Holds back what is handed over until it is opened. */
function closeDoor(): () => void {
  let open = () => {};
  const isOpen = new Promise<void>((resolve) => (open = resolve));
  outside.decide = async () => {
    await isOpen;
    return { outcome: 'taken' };
  };
  return open;
}
const settle = async (condition: () => boolean) => {
  while (!condition()) {
    await new Promise(setImmediate);
  }
};

describe('An outbox is bounded:', () => {
  it('it hands over so many at once, and so many to one destination; the others wait in storage and follow', async () => {
    const open = closeDoor();
    const process = await start({ rules: { atOnce: 5, atOncePerDestination: 2 } });
    for (let n = 0; n < 12; n++) {
      await process.outbox.accept(note(`n${n}`, { destination: `r${n % 3}.example` }));
    }
    await settle(() => outside.calls === 5);
    await new Promise((resolve) => setTimeout(resolve, 0));
    expect(outside.calls).toBe(5);
    open();
    await settle(() => process.told.length === 12);
    expect(outside.mostAtOnce).toBe(5);
    expect(new Set(outside.given.map(({ text }) => text)).size).toBe(12);
    expect(process.failures).toEqual([]);
    await process.close();
  });

  it('it refuses more for a resource or a destination than may wait, however many processes accept', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
    const rules = { maxWaitingPerResource: 20, maxWaitingPerDestination: 30 };
    const processes = [await start({ rules }), await start({ rules })];
    const resourceId = randomUUID();
    const accepted = { resource: 0, destination: 0 };
    const fill = async (count: 'resource' | 'destination', order: () => ReturnType<typeof note>) => {
      for (let tries = 0; tries < 80; tries++) {
        const process = processes[tries % 2];
        try {
          await process?.outbox.accept(order(), { awaitsAttempt: true });
          accepted[count] += 1;
        } catch (error) {
          expect(error).toMatchObject({ status: 429, extras: { retryAfterSeconds: 60 } });
        }
      }
    };
    let n = 0;
    await fill('resource', () => note('x', { resourceId, destination: `r${n++}.example` }));
    expect(accepted.resource).toBeGreaterThanOrEqual(20);
    expect(accepted.resource).toBeLessThanOrEqual(20 + 2 * 2);
    await fill('destination', () => note('x', { destination: 'one.example' }));
    expect(accepted.destination).toBeGreaterThanOrEqual(30);
    expect(accepted.destination).toBeLessThanOrEqual(30 + 2 * 3);
    // A third process knows nothing yet, and finds out before it has added a tenth.
    const third = await start({ rules });
    const refused = [];
    for (let tries = 0; tries < 5; tries++) {
      await third.outbox
        .accept(note('x', { resourceId, destination: `s${tries}` }))
        .catch((error) => refused.push(error));
    }
    expect(refused.length).toBeGreaterThanOrEqual(3);
    // Once there is room again, it is found within a minute.
    outside.decide = () => ({ outcome: 'taken' });
    clock.passRealTime(10 * minute);
    await third.outbox.attemptDue();
    await processes[0]?.outbox.accept(note('x', { resourceId }), { awaitsAttempt: true });
    for (const process of [...processes, third]) {
      await process.close();
    }
  });

  it('it lets no more in when many come at once', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
    const process = await start({ rules: { maxWaitingPerResource: 20 } });
    const resourceId = randomUUID();
    const accepting = Array.from({ length: 60 }, (_, n) =>
      process.outbox.accept(note('x', { resourceId, destination: `r${n}.example` }), { awaitsAttempt: true }),
    );
    const accepted = (await Promise.allSettled(accepting)).filter(({ status }) => status === 'fulfilled');
    expect(accepted.length).toBeLessThanOrEqual(20);
    // What is being accepted while others are counted may count twice.
    expect(accepted.length).toBeGreaterThanOrEqual(10);
    await process.close();
  });

  it('it counts nothing while what it accepts is soon handed over', async () => {
    const process = await start({ rules: { maxWaitingPerResource: 20 } });
    const resourceId = randomUUID();
    for (let n = 0; n < 50; n++) {
      await process.outbox.accept(note('x', { resourceId }), { awaitsAttempt: true });
    }
    expect(process.counter.snapshot()['notes/query']).toBeUndefined();
    await process.close();
  });

  it('it refuses what is too large, and keeps nothing of it', async () => {
    const process = await start();
    const many = Array.from({ length: 51 }, (_, n) => ({ id: String(n), address: `p${n}@a.example` }));
    const persons = Array.from({ length: 96 }, () => `8:acs:${randomUUID()}_${randomUUID()}`);
    for (const order of [
      note('x'.repeat(300_000)),
      note('x', { recipients: many }),
      note('x', { content: { text: 'x', about: persons } }),
      note('x', { body: Buffer.alloc(49 * 1_048_576) }),
    ]) {
      await expect(process.outbox.accept(order)).rejects.toMatchObject({ status: 413 });
    }
    expect(await storedRows(process)).toEqual([]);
    const most = note('x', { content: { text: 'x', about: persons.slice(0, 45) }, recipients: many.slice(0, 50) });
    await process.outbox.accept(most, { awaitsAttempt: true });
    expect(process.told).toHaveLength(1);
    await process.close();
  });
});

describe('A destination that is down', () => {
  it('costs bounded work: nothing is read or leased while its breaker is open, and no attempt is counted', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: 'no-connection' });
    const process = await start();
    for (let n = 0; n < 30; n++) {
      await process.outbox.accept(note(`n${n}`), { awaitsAttempt: true });
    }
    // Five have found out that it is down; the others wait.
    expect(outside.calls).toBe(5);
    clock.passRealTime(14_000);
    const before = process.counter.snapshot();
    await process.outbox.attemptDue();
    expect(outside.calls).toBe(5);
    const { 'notes/query': queries = 0, 'notes/transaction': transactions = 0 } = process.counter.since(before);
    expect({ queries, transactions }).toEqual({ queries: 0, transactions: 0 });
    // Another destination is not held up.
    outside.decide = () => ({ outcome: 'taken' });
    await process.outbox.accept(note('well', { destination: 'other.example' }), { awaitsAttempt: true });
    expect(process.told).toHaveLength(1);
    // One tries it, and when it answers all others follow.
    clock.passRealTime(minute);
    await process.outbox.attemptDue();
    await finishAll(process, clock);
    expect(process.told).toHaveLength(31);
    expect(process.told.every(({ facts }) => facts.attempts <= 2)).toBe(true);
    expect(await process.outbox.troubles()).toEqual([]);
    await process.close();
  });

  it('is tried by one delivery at a time, and less and less often', async () => {
    outside.decide = () => ({ outcome: 'unknown', reason: 'reset' });
    const process = await start();
    for (let n = 0; n < 40; n++) {
      await process.outbox.accept(note(`n${n}`), { awaitsAttempt: true });
    }
    const calls = [];
    for (let minutes = 0; minutes < 60; minutes++) {
      clock.passRealTime(minute);
      await process.outbox.findDue();
      await workQueue(process);
      calls.push(outside.calls - 5);
    }
    expect(outside.mostAtOnce).toBe(1);
    expect(calls.at(-1)).toBeGreaterThanOrEqual(4);
    expect(calls.at(-1)).toBeLessThanOrEqual(12);
    expect(process.outcomes.every((outcome) => outcome === 'deferred')).toBe(true);
    await process.close();
  });

  it('does not keep anything longer than its last hour', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: 'no-connection' });
    const process = await start();
    for (let n = 0; n < 10; n++) {
      await process.outbox.accept(note(`n${n}`, { giveUpAfterMs: 10 * minute }));
    }
    await settle(() => outside.calls >= 5);
    clock.passRealTime(10 * minute);
    await process.outbox.attemptDue();
    expect(process.told.map(({ outcomes }) => outcomes[0]?.outcome)).toEqual(Array(10).fill('expired'));
    await process.close();
  });
});

describe('A carrier that takes several', () => {
  it('gets together what has arrived while it was busy, within its bounds, and each has its own outcome', async () => {
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => (open = resolve));
    outside.decide = async ({ text }) => {
      if (text === 'first') {
        await isOpen;
      }
      return text === 'n3' ? { outcome: 'refused', reason: 'no' } : { outcome: 'taken' };
    };
    const batch = { maxCount: 10, maxBytes: 1_000 };
    const process = await start({ carrier: outside.carrier({ batch }), rules: { atOncePerDestination: 1 } });
    await process.outbox.accept(note('first'));
    await settle(() => outside.calls === 1);
    for (let n = 0; n < 8; n++) {
      await process.outbox.accept(note(`n${n}`));
    }
    await process.outbox.accept(note('y'.repeat(950)));
    open();
    await settle(() => process.told.length === 10);
    const calls = outside.given.map(({ call }) => call);
    expect(calls.filter((call) => call === 2)).toHaveLength(8);
    expect(Math.max(...calls)).toBe(3);
    expect(
      process.told.flatMap(({ outcomes }) => outcomes).filter(({ outcome }) => outcome === 'refused'),
    ).toHaveLength(1);
    await process.close();
  });

  it('gets together what comes due together', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
    const batch = { maxCount: 100, maxBytes: 100_000 };
    const process = await start({ carrier: outside.carrier({ batch }), rules: { atOncePerDestination: 1 } });
    for (let n = 0; n < 4; n++) {
      await process.outbox.accept(note(`n${n}`), { awaitsAttempt: true });
    }
    outside.decide = () => ({ outcome: 'taken' });
    clock.passRealTime(minute);
    await process.outbox.attemptDue();
    expect(process.told).toHaveLength(4);
    await process.close();
  });
});

describe('Lanes', () => {
  it('keep their order, whoever works on them, and a delivery that is put off holds up those behind it', async () => {
    const given = () => outside.given.map(({ text }) => text);
    outside.decide = ({ text, attempt }) =>
      text === 'n2' && attempt < 3 ? { outcome: 'deferred', reason: 'busy' } : { outcome: 'taken' };
    const processes = [await start(), await start()];
    const order = note('', { lane: 'one' });
    for (let n = 0; n < 8; n++) {
      await processes[n % 2]?.outbox.accept({ ...order, content: { text: `n${n}` } }, { awaitsAttempt: true });
    }
    expect(given()).toEqual(['n0', 'n1', 'n2']);
    for (let tries = 0; tries < 6; tries++) {
      clock.passRealTime(2 * minute);
      await Promise.all(processes.map(({ outbox }) => outbox.attemptDue()));
    }
    expect(given()).toEqual(['n0', 'n1', 'n2', 'n2', 'n2', 'n3', 'n4', 'n5', 'n6', 'n7']);
    const [first] = processes;
    if (first !== undefined) {
      await finishAll(first, clock);
    }
    expect(first && (await storedRows(first))).toEqual([]);
    for (const process of processes) {
      await process.close();
    }
  });

  it('keep their order when two processes accept at once, one hand-over at a time, each with an id of its own', async () => {
    const processes = [await start(), await start()];
    const order = note('', { lane: 'one' });
    const each = 8;
    const acceptAll = async ({ outbox }: (typeof processes)[number], who: string) => {
      for (let n = 0; n < each; n++) {
        await outbox.accept({ ...order, content: { text: `${who}${n}` } });
      }
    };
    await Promise.all(processes.map((process, n) => acceptAll(process, n === 0 ? 'a' : 'b')));
    await settle(() => outside.given.length >= 2 * each);
    expect(outside.mostAtOnce).toBe(1);
    for (const who of ['a', 'b']) {
      const own = outside.given.map(({ text }) => text).filter((text) => text.startsWith(who));
      expect(own).toEqual(Array.from({ length: each }, (_, n) => `${who}${n}`));
    }
    expect(new Set(outside.given.map(({ id }) => id)).size).toBe(2 * each);
    for (const { outbox, close } of processes) {
      await outbox.stop(0);
      await close();
    }
  });
});

describe('Stopping a process', () => {
  it('begins nothing, waits for what is under way, and leaves the rest to the next one, not begun', async () => {
    const open = closeDoor();
    const carrier = outside.carrier({ repeatsUnknown: false });
    const process = await start({ carrier, rules: { atOnce: 1 }, pause: () => new Promise(() => undefined) });
    for (let n = 0; n < 3; n++) {
      await process.outbox.accept(note(`n${n}`));
    }
    await settle(() => outside.calls === 1);
    const stopping = process.outbox.stop(minute);
    await expect(process.outbox.accept(note('late'))).rejects.toMatchObject({ status: 503 });
    open();
    await stopping;
    expect(process.told).toHaveLength(1);
    const next = await start({ carrier });
    clock.passRealTime(2 * minute);
    await next.outbox.attemptDue();
    expect(next.told.map(({ outcomes }) => outcomes[0]?.outcome)).toEqual(['taken', 'taken']);
    expect(outside.given).toHaveLength(3);
    await process.close();
    await next.close();
  });

  it('waits only so long', async () => {
    closeDoor();
    const process = await start();
    await process.outbox.accept(note('slow'));
    await settle(() => outside.calls === 1);
    await process.outbox.stop(1);
    expect(process.told).toEqual([]);
    await process.close();
  });
});

describe('A delivery that cannot be read', () => {
  it('is parked after its message has failed again and again, shown, and woken again', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
    const process = await start();
    await process.outbox.accept(note('good', { destination: 'good.example' }), { awaitsAttempt: true });
    const { id } = await process.outbox.accept(note('broken'), { awaitsAttempt: true });
    const keys = { partitionKey: id.slice(0, 2), rowKey: `d!${id}` };
    const whole = await process.table.get<Record<string, string>>(keys.partitionKey, keys.rowKey);
    await process.table.update({ ...keys, recipients: '[broken' }, '*', 'merge');
    clock.passRealTime(minute);
    await process.outbox.findDue();
    const broken: string[] = [];
    for (const { text, receipt } of await process.queue.receive(32, 60)) {
      await process.outbox.work(text).catch(() => broken.push(text));
      await process.queue.remove(receipt);
    }
    for (const { text } of await process.queue.receive(32, 60)) {
      await process.outbox.work(text).catch(() => broken.push(text));
    }
    expect(broken.length).toBeGreaterThan(0);
    expect(broken.every((text) => text.includes(id))).toBe(true);
    await process.outbox.park(broken[0] ?? '');
    expect(await process.outbox.troubles()).toEqual([{ outbox: 'notes', parked: 1, since: clock.now() }]);
    await process.table.update({ ...keys, recipients: whole?.['recipients'] ?? '' }, '*', 'merge');
    outside.decide = () => ({ outcome: 'taken' });
    clock.passRealTime(5 * minute);
    await process.outbox.attemptDue();
    expect(process.told.map(({ facts }) => facts.id)).toContain(id);
    expect(await process.outbox.troubles()).toEqual([]);
    await process.close();
  });
});
