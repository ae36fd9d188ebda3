import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PipelineResponse } from '@azure/core-rest-pipeline';
import { createCallInterceptor } from '../../shared/storage/index.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside } from './outside.js';
import { emptyNotes, finishAll, hour, minute, note, setClock, startNotes, storedRows, workQueue } from './scene.js';

let azurite: Azurite;
beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(() => emptyNotes(azurite.connectionString));
afterAll(() => azurite?.stop());

const start = (options: Parameters<typeof startNotes>[1]) => startNotes(azurite.connectionString, options);

describe('An outbox', () => {
  it('hands over what it accepts, tells what became of it, and keeps nothing', async () => {
    const outside = createOutside();
    const process = await start({ carrier: outside.carrier() });
    outside.decide = () => ({ outcome: 'taken', receipt: { at: 'the door' } });
    const order = note('hello', { reference: 'operation-1' });
    const { id } = await process.outbox.accept(order, { awaitsAttempt: true });
    expect(outside.given).toMatchObject([{ id, recipient: '1', text: 'hello', attempt: 1, body: '' }]);
    expect(process.told).toMatchObject([
      {
        facts: { id, resourceId: order.resourceId, reference: 'operation-1', attempts: 1 },
        outcomes: [{ recipient: '1', outcome: 'taken', receipt: { at: 'the door' } }],
      },
    ]);
    expect(process.told[0]?.text()).toBe('hello');
    await process.outbox.stop(0);
    expect(await storedRows(process)).toEqual([]);
    expect(process.failures).toEqual([]);
    await process.close();
  });

  it('resolves an acceptance when it is kept, not when it is handed over', async () => {
    const outside = createOutside();
    let open = () => {};
    outside.decide = () => new Promise((resolve) => (open = () => resolve({ outcome: 'taken' })));
    const process = await start({ carrier: outside.carrier() });
    await process.outbox.accept(note('patience'));
    expect(process.told).toEqual([]);
    expect((await storedRows(process)).length).toBeGreaterThan(3);
    while (outside.given.length === 0) {
      await new Promise(setImmediate);
    }
    open();
    await process.outbox.stop(0);
    await process.outbox.attemptDue();
    expect(process.told).toHaveLength(1);
    await process.close();
  });

  it('keeps bodies of every size as they are, a large one and a stream in a blob, and removes them with the record', async () => {
    const outside = createOutside();
    const clock = setClock();
    const process = await start({ carrier: outside.carrier(), clock });
    const large = 'x'.repeat(400_000);
    const bodies = [Buffer.from('small'), Buffer.from(large), Readable.from([Buffer.from(large)])];
    for (const body of bodies) {
      let tries = 0;
      outside.decide = () => (++tries === 1 ? { outcome: 'deferred', reason: 'busy' } : { outcome: 'taken' });
      await process.outbox.accept(note('with a body', { body }), { awaitsAttempt: true });
      clock.passRealTime(minute);
      await process.outbox.attemptDue();
      const given = outside.given.splice(0).map((each) => each.body.length);
      expect(given).toEqual(body === bodies[0] ? [5, 5] : [400_000, 400_000]);
    }
    expect(process.told).toHaveLength(3);
    await process.outbox.stop(0);
    expect(await storedRows(process)).toEqual([]);
    await process.close();
  });

  it('takes out who is done, and keeps trying the others; of a final one no address is left', async () => {
    const outside = createOutside();
    const clock = setClock();
    const process = await start({ carrier: outside.carrier(), clock });
    const [mark, done, busy] = [
      `mark-${randomUUID()}`,
      `done-${randomUUID()}@a.example`,
      `busy-${randomUUID()}@a.example`,
    ];
    outside.decide = ({ address, attempt }) =>
      address === busy && attempt < 3 ? { outcome: 'deferred', reason: 'greylisted' } : { outcome: 'taken' };
    const recipients = [
      { id: 'd', address: done },
      { id: 'b', address: busy },
    ];
    await process.outbox.accept(note(mark, { recipients }), { awaitsAttempt: true });
    const hits = async () => {
      const scan = await scanStorage(azurite.connectionString, [mark, done, busy]);
      return [...new Set(scan.hits.map((hit) => hit.mark))].sort();
    };
    expect(await hits()).toEqual([busy, mark].sort());
    clock.passRealTime(30_000);
    await process.outbox.attemptDue();
    expect(await hits()).toEqual([busy, mark].sort());
    clock.passRealTime(2 * minute);
    await process.outbox.attemptDue();
    expect(await hits()).toEqual([]);
    expect(outside.given.map(({ recipient, attempt }) => `${recipient}${attempt}`)).toEqual(['d1', 'b1', 'b2', 'b3']);
    expect(process.told.map(({ outcomes }) => outcomes)).toEqual([
      [{ recipient: 'd', outcome: 'taken' }],
      [{ recipient: 'b', outcome: 'taken' }],
    ]);
    await process.close();
  });

  it('leaves nothing of long lists of addresses either, when they get short', async () => {
    const outside = createOutside();
    const process = await start({ carrier: outside.carrier(), clock: setClock() });
    const marks = Array.from({ length: 50 }, () => `mark-${randomUUID()}`);
    const recipients = marks.map((mark, n) => ({ id: String(n), address: `${'x'.repeat(1_500)}${mark}@a.example` }));
    outside.decide = ({ recipient }) =>
      recipient === '7' ? { outcome: 'deferred', reason: 'busy' } : { outcome: 'taken' };
    await process.outbox.accept(note('to many', { recipients }), { awaitsAttempt: true });
    const { hits } = await scanStorage(azurite.connectionString, marks);
    expect([...new Set(hits.map(({ mark }) => mark))]).toEqual([marks[7]]);
    await process.close();
  });

  it('gives up after the last hour, and not before', async () => {
    const outside = createOutside();
    outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
    const clock = setClock();
    const process = await start({ carrier: outside.carrier(), clock });
    await process.outbox.accept(note('late', { giveUpAfterMs: 2 * hour }), { awaitsAttempt: true });
    clock.setOffset(2 * hour - 1);
    process.outbox.forget();
    await process.outbox.attemptDue();
    expect(process.told).toEqual([]);
    expect(outside.given).toHaveLength(2);
    clock.setOffset(2 * hour);
    await process.outbox.attemptDue();
    expect(process.told.map(({ outcomes }) => outcomes)).toEqual([
      [{ recipient: '1', outcome: 'expired', reason: 'last-hour' }],
    ]);
    expect(outside.given).toHaveLength(2);
    await process.outbox.stop(0);
    expect(await storedRows(process)).toEqual([]);
    await process.close();
  });

  it('waits as long as the other side asks for', async () => {
    const outside = createOutside();
    const clock = setClock();
    outside.decide = () => ({ outcome: 'deferred', reason: '429', notBefore: clock.now() + 3 * hour });
    const process = await start({ carrier: outside.carrier(), clock });
    await process.outbox.accept(note('later'), { awaitsAttempt: true });
    clock.setOffset(3 * hour - 1);
    await process.outbox.attemptDue();
    expect(outside.given).toHaveLength(1);
    clock.setOffset(3 * hour);
    outside.decide = () => ({ outcome: 'refused', reason: '550' });
    await process.outbox.attemptDue();
    expect(process.told.map(({ outcomes }) => outcomes)).toEqual([
      [{ recipient: '1', outcome: 'refused', reason: '550' }],
    ]);
    await finishAll(process, clock);
    await process.close();
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])(
    'tries again later, and gives up in time, whatever time a carrier has understood (%s)',
    async (notBefore) => {
      const outside = createOutside();
      const clock = setClock();
      outside.decide = () => ({ outcome: 'deferred', reason: '429', notBefore });
      const process = await start({ carrier: outside.carrier(), clock });
      await process.outbox.accept(note('later', { giveUpAfterMs: hour }), { awaitsAttempt: true });
      await process.outbox.attemptDue();
      expect(outside.given).toHaveLength(1);
      expect(process.failures).toEqual([]);
      clock.passRealTime(hour);
      await process.outbox.attemptDue();
      expect(process.told.map(({ outcomes }) => outcomes[0]?.outcome)).toEqual(['expired']);
      await process.close();
    },
  );

  it('accepts nothing that would be tried for no time, or longer than is declared', async () => {
    const process = await start({ carrier: createOutside().carrier(), clock: setClock() });
    for (const giveUpAfterMs of [Number.NaN, 0, -1, 24 * hour + 1, Number.POSITIVE_INFINITY]) {
      await expect(process.outbox.accept(note('?', { giveUpAfterMs }))).rejects.toThrow('no longer than its outbox');
    }
    expect(await storedRows(process)).toEqual([]);
    await process.close();
  });

  it.each(['throw', 'hang', undefined] as const)(
    'takes what a carrier does not tell (%s) for unknown: repeated where that is right, final where it is not',
    async (silence) => {
      for (const repeatsUnknown of [true, false]) {
        const outside = createOutside();
        const clock = setClock();
        outside.decide = ({ attempt }) => (attempt === 1 ? silence : { outcome: 'taken' });
        const process = await start({ carrier: outside.carrier({ repeatsUnknown, timeLimitMs: 20 }), clock });
        await process.outbox.accept(note('?'), { awaitsAttempt: true });
        await finishAll(process, clock);
        expect(outside.given).toHaveLength(repeatsUnknown ? 2 : 1);
        expect(process.told.map(({ outcomes }) => outcomes[0]?.outcome)).toEqual([
          repeatsUnknown ? 'taken' : 'unknown',
        ]);
        await process.close();
      }
    },
  );

  it('tells again what could not be told, without handing over again, and keeps nothing of the content meanwhile', async () => {
    const outside = createOutside();
    const clock = setClock();
    const told: unknown[] = [];
    let failing = true;
    const process = await start({
      carrier: outside.carrier({ repeatsUnknown: false }),
      clock,
      rules: {
        onOutcome: async (_, outcomes) => {
          if (failing) {
            throw new Error('not now');
          }
          told.push(...outcomes);
        },
      },
    });
    const mark = `mark-${randomUUID()}`;
    const order = note(mark, { body: Buffer.from(mark.repeat(10_000)) });
    await process.outbox.accept(order, { awaitsAttempt: true });
    const marks = [mark, order.recipients[0]?.address ?? ''];
    expect((await scanStorage(azurite.connectionString, marks)).hits).toEqual([]);
    expect(told).toEqual([]);
    clock.passRealTime(minute);
    await process.outbox.attemptDue();
    failing = false;
    clock.passRealTime(2 * minute);
    await process.outbox.attemptDue();
    expect(told).toEqual([{ recipient: '1', outcome: 'taken' }]);
    expect(outside.given).toHaveLength(1);
    await finishAll(process, clock);
    expect(await storedRows(process)).toEqual([]);
    await process.close();
  });

  it('leaves whoever does not take what is told more and more in peace', async () => {
    const clock = setClock();
    let tellings = 0;
    const onOutcome = async () => {
      tellings += 1;
      throw new Error('not now');
    };
    const process = await start({ carrier: createOutside().carrier(), clock, rules: { onOutcome } });
    await process.outbox.accept(note('never told'), { awaitsAttempt: true });
    for (let passed = 0; passed < 60; passed++) {
      clock.passRealTime(minute);
      await process.outbox.attemptDue();
    }
    // In an hour once a minute would be sixty times.
    expect(tellings).toBeGreaterThanOrEqual(5);
    expect(tellings).toBeLessThanOrEqual(9);
    await process.close();
  });

  it('tells what is put off when it is, so that whoever hears of it can have it handed over again', async () => {
    const outside = createOutside();
    const clock = setClock();
    outside.decide = ({ attempt }) => (attempt === 1 ? { outcome: 'deferred', reason: 'busy' } : { outcome: 'taken' });
    const heard: unknown[] = [];
    const other = await start({ carrier: outside.carrier(), clock });
    const process = await start({
      carrier: outside.carrier(),
      clock,
      rules: {
        onPutOff: async ({ attempts }, open) => {
          heard.push({ attempts, open });
          clock.setOffset(hour);
          await other.outbox.attemptDue();
        },
      },
    });
    await process.outbox.accept(note('later'), { awaitsAttempt: true });
    expect(heard).toEqual([{ attempts: 1, open: [{ recipient: '1', reason: 'busy' }] }]);
    expect(other.told).toMatchObject([{ outcomes: [{ recipient: '1', outcome: 'taken' }] }]);
    await process.close();
    await other.close();
  });

  it('finds through the due index and the queue what was put off, and what a process has left', async () => {
    const outside = createOutside();
    const clock = setClock();
    outside.decide = ({ attempt }) => (attempt === 1 ? { outcome: 'deferred', reason: 'busy' } : { outcome: 'taken' });
    const process = await start({ carrier: outside.carrier(), clock });
    const other = await start({ carrier: outside.carrier(), clock, told: process.told });
    const ids = [];
    for (let n = 0; n < 5; n++) {
      const destination = `r${n}.example`;
      ids.push((await process.outbox.accept(note(`n${n}`, { destination }), { awaitsAttempt: true })).id);
    }
    await other.outbox.findDue();
    await workQueue(other);
    expect(outside.given).toHaveLength(5);
    expect(other.figures).toMatchObject({ waiting: 5, oldestAgeMs: 0 });
    clock.passRealTime(minute);
    await other.outbox.findDue();
    expect(other.figures).toMatchObject({ waiting: 5, oldestAgeMs: minute });
    await workQueue(other);
    expect(other.told.map(({ facts }) => facts.id).sort()).toEqual(ids.sort());
    await finishAll(other, clock);
    expect(await storedRows(other)).toEqual([]);
    await process.close();
    await other.close();
  });

  it('takes nothing for lost that is just being accepted, however far the clock is moved meanwhile', async () => {
    const outside = createOutside();
    const clock = setClock();
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => (open = resolve));
    const slow = async (call: { store: string; kind: string }, send: () => Promise<PipelineResponse>) => {
      if (call.store === 'notes' && call.kind === 'transaction') {
        await isOpen;
      }
      return send();
    };
    const process = await start({ carrier: outside.carrier(), clock, observers: [slow] });
    const other = await start({ carrier: outside.carrier(), clock });
    outside.decide = () => 'hang';
    const body = Buffer.alloc(300_000, 'x');
    const accepting = process.outbox.accept(note('slow', { body }));
    while ((await storedRows(other)).length < 2) {
      await new Promise(setImmediate);
    }
    clock.setOffset(hour);
    await other.outbox.attemptDue();
    open();
    await accepting;
    while (outside.given.length === 0) {
      await new Promise(setImmediate);
    }
    outside.decide = () => ({ outcome: 'taken' });
    clock.passRealTime(10 * minute);
    await other.outbox.attemptDue();
    expect(other.told).toHaveLength(1);
    expect(outside.given.at(-1)?.body).toHaveLength(300_000);
    await process.close();
    await other.close();
  });

  it('drops what was never accepted, and its body, once nobody can be accepting it any more', async () => {
    const outside = createOutside();
    const clock = setClock();
    const interceptor = createCallInterceptor((_, { kind }) => (kind === 'blob-write' ? 'stopAfter' : 'pass'));
    const process = await start({ carrier: outside.carrier(), clock, observers: [interceptor.observe] });
    void process.outbox.accept(note('never', { body: Buffer.alloc(300_000) }));
    await interceptor.stopped;
    const next = await start({ carrier: outside.carrier(), clock });
    expect(await storedRows(next)).toHaveLength(2);
    // Fifteen minutes at the most until no byte of it is left.
    clock.passRealTime(14 * minute);
    await next.outbox.findDue();
    await workQueue(next);
    expect(await storedRows(next)).toEqual([]);
    await process.close();
    await next.close();
  });

  it('accepts nothing, and hands nothing over, over the storage of another geography', async () => {
    const outside = createOutside();
    let isOurs = false;
    const process = await start({
      carrier: outside.carrier(),
      requireOwnStorage: async () => {
        if (!isOurs) {
          throw new Error('not ours');
        }
      },
    });
    await expect(process.outbox.accept(note('astray'))).rejects.toThrow('not ours');
    expect(await storedRows(process)).toEqual([]);
    isOurs = true;
    const accepting = process.outbox.accept(note('astray'), { awaitsAttempt: true });
    await new Promise(setImmediate);
    isOurs = false;
    await accepting;
    expect(outside.given).toEqual([]);
    expect(process.failures).toHaveLength(1);
    isOurs = true;
    await process.close();
  });
});
