import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Capacity, type GiveBack } from '../../shared/budgets/index.js';
import { Fault } from '../../shared/http/index.js';

const anna = { caller: 'anna', resource: 'tea' };
const bert = { caller: 'bert', resource: 'tea' };
const cara = { caller: 'cara', resource: 'coffee' };
const patience = { ms: 1_000 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const outcomeOf = (taken: Promise<GiveBack>) =>
  taken.then(
    () => 'taken',
    (failure: unknown) => (failure instanceof Fault ? failure.status : failure),
  );

describe('What callers share', () => {
  it('goes to who was first, and on to who waits when it is given back', async () => {
    const capacity = new Capacity({ total: 2 });
    const first = await capacity.take(1, anna, patience);
    await capacity.take(1, bert, patience);
    const third = capacity.take(1, cara, patience);
    const fourth = outcomeOf(capacity.take(1, anna, patience));
    await vi.advanceTimersByTimeAsync(999);
    expect(capacity).toMatchObject({ taken: 2, waiting: 2 });
    first();
    expect(await outcomeOf(third)).toBe('taken');
    // Given back twice is given back once.
    first();
    await vi.advanceTimersByTimeAsync(1);
    expect(await fourth).toBe(503);
    expect(capacity).toMatchObject({ taken: 2, waiting: 0 });
  });

  it('never goes to one caller, or one resource, alone: others pass who waits for a share of their own', async () => {
    const capacity = new Capacity({ total: 4, perCaller: 1, perResource: 2 });
    await capacity.take(1, anna, patience);
    const again = outcomeOf(capacity.take(1, anna, patience));
    await capacity.take(1, bert, patience);
    const another = outcomeOf(capacity.take(1, { caller: 'dora', resource: 'tea' }, patience));
    await capacity.take(1, cara, patience);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(await Promise.all([again, another])).toEqual([429, 429]);
  });

  it('is kept for who wants much and stands in front', async () => {
    const capacity = new Capacity({ total: 4 });
    const first = await capacity.take(2, anna, patience);
    const much = capacity.take(4, bert, patience);
    expect(capacity.tryTake(1, cara)).toBeUndefined();
    const little = capacity.take(1, cara, patience);
    first();
    (await much)();
    expect(await outcomeOf(little)).toBe('taken');
  });

  it('counts more than anybody may hold as that', async () => {
    const capacity = new Capacity({ total: 10, perCaller: 4 });
    const all = await capacity.take(1_000, anna, patience);
    expect(capacity.taken).toBe(4);
    all();
    expect(capacity.taken).toBe(0);
  });

  it('is refused at once to who cannot wait, and when too many do', async () => {
    const capacity = new Capacity({ total: 1, perCaller: 1, maxWaiting: 2, maxWaitingPerCaller: 1 });
    await capacity.take(1, anna, patience);
    expect(await outcomeOf(capacity.take(1, bert, { ms: 0 }))).toBe(503);
    expect(await outcomeOf(capacity.take(1, anna, { ms: 0 }))).toBe(429);
    void outcomeOf(capacity.take(1, bert, patience));
    expect(await outcomeOf(capacity.take(1, bert, patience))).toBe(429);
    void outcomeOf(capacity.take(1, cara, patience));
    expect(await outcomeOf(capacity.take(1, { caller: 'dora', resource: 'tea' }, patience))).toBe(503);
  });

  it('is not waited for by who has gone', async () => {
    const capacity = new Capacity({ total: 1 });
    await capacity.take(1, anna, patience);
    const gone = new AbortController();
    const waiting = outcomeOf(capacity.take(1, bert, { ...patience, signal: () => gone.signal }));
    gone.abort();
    expect(await waiting).toBe(499);
    expect(await outcomeOf(capacity.take(1, bert, { ...patience, signal: () => gone.signal }))).toBe(499);
    expect(capacity.waiting).toBe(0);
  });

  it('can have no end in all, and an end for each caller', async () => {
    const capacity = new Capacity({ total: Number.POSITIVE_INFINITY, perCaller: 1 });
    const first = await capacity.take(1, anna, patience);
    const second = capacity.take(1, anna, patience);
    await capacity.take(1, bert, patience);
    first();
    expect(await outcomeOf(second)).toBe('taken');
  });

  it('is never held beyond a share, and never idle while somebody could have it, whatever comes', async () => {
    vi.useRealTimers();
    const holder = fc.record({ caller: fc.constantFrom('a', 'b', 'c'), resource: fc.constantFrom('r', 's') });
    const step = fc.oneof(
      fc.record({ holder, amount: fc.integer({ min: 1, max: 3 }) }),
      fc.record({ giveBack: fc.nat() }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const capacity = new Capacity({ total: 5, perCaller: 3, perResource: 4 });
        const held: { readonly giveBack: GiveBack; readonly amount: number; readonly caller: string }[] = [];
        const ended = new AbortController();
        const waits: Promise<unknown>[] = [];
        for (const each of steps) {
          if ('giveBack' in each) {
            held.splice(each.giveBack % Math.max(1, held.length), 1)[0]?.giveBack();
          } else {
            const { amount, holder: of } = each;
            const taken = capacity.take(amount, of, { ms: 60_000, signal: () => ended.signal });
            waits.push(taken.then((giveBack) => held.push({ giveBack, amount, caller: of.caller })).catch(() => 0));
          }
          await Promise.resolve();
          await Promise.resolve();
          await Promise.resolve();
          const sum = held.reduce((all, { amount }) => all + amount, 0);
          expect(sum).toBe(capacity.taken);
          expect(sum).toBeLessThanOrEqual(5);
          for (const caller of ['a', 'b', 'c']) {
            const own = held.filter((one) => one.caller === caller).reduce((all, { amount }) => all + amount, 0);
            expect(own).toBeLessThanOrEqual(3);
          }
          expect(sum > 0 || capacity.waiting === 0).toBe(true);
        }
        ended.abort();
        await Promise.all(waits);
        for (const { giveBack } of held) {
          giveBack();
        }
        expect(capacity).toMatchObject({ taken: 0, waiting: 0 });
      }),
      { numRuns: 200 },
    );
  });
});
