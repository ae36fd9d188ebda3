import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { createOutside, type Outside } from './outside.js';
import { emptyNotes, minute, note, setClock, startNotes, type TestClock, workQueue } from './scene.js';

let azurite: Azurite;
let outside: Outside;
let clock: TestClock;
let process: Awaited<ReturnType<typeof startNotes>>;
beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(async () => {
  await emptyNotes(azurite.connectionString);
  outside = createOutside();
  clock = setClock();
  process = await startNotes(azurite.connectionString, { carrier: outside.carrier(), clock });
});
afterAll(() => azurite?.stop());

/** Storage transactions by store and kind, and in all. */
async function countOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = process.counter.snapshot();
  await work();
  const counts = process.counter.since(before);
  return { ...counts, all: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}
const accept = (order: Parameters<typeof process.outbox.accept>[0]) =>
  process.outbox.accept(order, { awaitsAttempt: true });

describe('A delivery costs', () => {
  it('three storage transactions with its content inline, whoever it is for', async () => {
    const recipients = Array.from({ length: 50 }, (_, n) => ({ id: String(n), address: `p${n}@receiver.example` }));
    const orders = [
      note('short'),
      note('x'.repeat(255_000), { recipients }),
      note('with a body', { body: Buffer.alloc(250_000) }),
    ];
    for (const order of orders) {
      expect(await countOf(() => accept(order))).toEqual({ 'notesdue/update': 1, 'notes/transaction': 2, all: 3 });
    }
  });

  it('five with a blob, and for a stream its blocks and reading it back', async () => {
    expect(await countOf(() => accept(note('large', { body: Buffer.alloc(5_000_000) })))).toEqual({
      'notesdue/update': 1,
      'notesbodies/blob-write': 1,
      'notes/transaction': 2,
      'notesbodies/blob-delete': 1,
      all: 5,
    });
    const stream = Readable.from([Buffer.alloc(5_000_000)]);
    expect(await countOf(() => accept(note('streamed', { body: stream })))).toEqual({
      'notesdue/update': 1,
      'notesbodies/blob-write': 3,
      'notes/transaction': 2,
      'notesbodies/blob-read': 1,
      'notesbodies/blob-delete': 1,
      all: 8,
    });
  });

  it('four more for each time that it is put off; entries and messages are shared', async () => {
    const deliveries = 160;
    outside.decide = ({ attempt }) => (attempt === 1 ? { outcome: 'deferred', reason: 'busy' } : { outcome: 'taken' });
    const accepting = await countOf(async () => {
      for (let n = 0; n < deliveries; n++) {
        await accept(note(`n${n}`, { destination: `r${n}.example` }));
      }
    });
    expect(accepting).toMatchObject({ 'notesdue/update': 2 * deliveries, 'notes/transaction': 2 * deliveries });
    await process.outbox.stop(0);
    const next = await startNotes(azurite.connectionString, { carrier: outside.carrier(), clock, told: process.told });
    process = next;
    clock.passRealTime(34_000);
    const working = await countOf(async () => {
      await next.outbox.findDue();
      await workQueue(next);
    });
    expect(next.told).toHaveLength(deliveries);
    const { 'notes/transaction': transactions = 0, 'notes/query': queries = 0 } = working;
    // Sixteen queries of them count what waits.
    expect(queries).toBe(deliveries + 16);
    // What is changed at once in one partition goes together.
    expect(transactions).toBeLessThanOrEqual(2 * deliveries);
    // What all share: per bucket two looks, the lease of the bucket (3), moving the entries, a message, removing them.
    const shared = (working['all'] ?? 0) - transactions - queries;
    expect(shared).toBeLessThanOrEqual(16 * 9 + 3);
    expect(accepting['all']).toBe(4 * deliveries + (accepting['notesdue/transaction'] ?? 0));
  });

  it('nothing more for its entry, which goes with fifty others', async () => {
    const deliveries = 100;
    const counts = await countOf(async () => {
      for (let n = 0; n < deliveries; n++) {
        await accept(note(`n${n}`, { destination: `r${n}.example` }));
      }
      await process.outbox.stop(0);
    });
    expect((counts['all'] ?? 0) - 3 * deliveries).toBeLessThanOrEqual(16);
  });

  it('two more when it waits for a place: a look, and the lease', async () => {
    await process.close();
    process = await startNotes(azurite.connectionString, { carrier: outside.carrier(), clock, rules: { atOnce: 1 } });
    const deliveries = 40;
    const counts = await countOf(async () => {
      await Promise.all(Array.from({ length: deliveries }, (_, n) => accept(note(`n${n}`))));
      await process.outbox.stop(0);
    });
    expect(process.told).toHaveLength(deliveries);
    const waited = counts['notes/query'] ?? 0;
    expect(waited).toBeGreaterThan(deliveries / 2);
    const entries = counts['notesdue/transaction'] ?? 0;
    expect(entries).toBeLessThanOrEqual(32);
    // What is accepted at once goes together.
    expect(counts['all']).toBeLessThanOrEqual(3 * deliveries + 2 * waited + entries);
    expect(counts['notesdue/update'] ?? 0).toBeLessThan(deliveries / 2);
  });

  it('in a lane one look at the lane, and one at what comes next', async () => {
    const lane = 'call-1';
    const order = note('first', { lane });
    expect(await countOf(() => accept(order))).toEqual({
      'notes/query': 1,
      'notesdue/update': 1,
      'notes/transaction': 2,
      all: 4,
    });
    let open = () => {};
    const isOpen = new Promise<void>((resolve) => (open = resolve));
    outside.decide = async () => {
      await isOpen;
      return { outcome: 'taken' };
    };
    const followers = 10;
    const counts = await countOf(async () => {
      const first = accept(order);
      while (outside.calls < 2) {
        await new Promise(setImmediate);
      }
      for (let n = 0; n < followers; n++) {
        await process.outbox.accept({ ...order, content: { text: `follows ${n}` } });
      }
      open();
      await first;
    });
    expect(outside.given.slice(2).map(({ text }) => text)).toEqual(
      Array.from({ length: followers }, (_, n) => `follows ${n}`),
    );
    // Beside the three of each: a look before it goes in, and one that brings it for its hand-over. The first one's record
    // loses a race, because others went in behind it meanwhile: it looks, and writes again.
    expect(counts).toEqual({
      'notes/query': 1 + 1 + 2 * followers,
      'notesdue/update': 1 + followers,
      'notes/transaction': 1 + 2 * (1 + followers),
      all: 4 + 2 + 5 * followers,
    });
  });

  it('one query to find what waits about a person, while little waits', async () => {
    outside.decide = () => ({ outcome: 'deferred', reason: 'busy' });
    const order = note('found', { recipients: [{ id: '1', address: 'anna@receiver.example' }] });
    await accept(order);
    const anna = { kind: 'email', address: 'anna@receiver.example' } as const;
    const { resourceId } = order;
    expect(
      await countOf(async () => expect(await process.outbox.locate(anna, resourceId)).toMatchObject({ items: 1 })),
    ).toEqual({
      'notes/query': 1,
      all: 1,
    });
    expect(
      await countOf(async () => expect(await process.outbox.erase(anna, resourceId)).toEqual({ erased: 1 })),
    ).toEqual({
      'notes/query': 2,
      'notes/transaction': 1,
      all: 3,
    });
    clock.passRealTime(minute);
  });
});
