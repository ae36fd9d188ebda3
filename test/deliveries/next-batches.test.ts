// Places in the batches that wait for a destination: a full one waits, the next is begun, and their number is bounded.
import { expect, it } from 'vitest';
import { NextBatches } from '../../shared/deliveries/next-batches.js';

const bounds = { maxCount: 2, maxBytes: 100 };

it('A batch that is full waits, and another one is begun behind it', () => {
  const batches = new NextBatches(bounds);
  const [one, two, three] = [batches.join('a', 1), batches.join('a', 1), batches.join('a', 1)];
  expect([one, two, three].map((each) => each?.isNew)).toEqual([true, false, true]);
  expect(two?.batch).toBe(one?.batch);
  expect(three?.batch).not.toBe(one?.batch);
  // The first goes; who has a place in the second still goes with it.
  batches.take(one!.batch);
  expect([one!.batch.hasGone, three!.batch.hasGone, batches.hasWaiting('a')]).toEqual([true, false, true]);
  expect(batches.join('a', 1)?.batch).toBe(three?.batch);
  batches.take(three!.batch);
  expect(batches.hasWaiting('a')).toBe(false);
  expect(batches.join('a', 1)?.isNew).toBe(true);
});

it('So is one that has no room for what comes next', () => {
  const batches = new NextBatches(bounds);
  expect(batches.join('a', 60)?.isNew).toBe(true);
  expect(batches.join('a', 60)?.isNew).toBe(true);
  expect(batches.join('b', 60)?.isNew).toBe(true);
});

it('No more of them wait for a destination than can go before their leases end, nor more bytes than there is room for', () => {
  const batches = new NextBatches(bounds);
  const joined = Array.from({ length: 40 }, () => batches.join('a', 1)).filter((each) => each !== undefined);
  expect(joined).toHaveLength(18);
  expect(batches.join('b', 1)?.isNew).toBe(true);
  batches.take(joined[0]!.batch);
  expect(batches.join('a', 1)?.isNew).toBe(true);
  const large = new NextBatches({ maxCount: 100, maxBytes: 8_000_000 });
  expect([large.join('a', 5_000_000), large.join('b', 5_000_000)].map((each) => each?.isNew)).toEqual([
    true,
    undefined,
  ]);
});

it('Where nothing goes together there is none', () => {
  expect(new NextBatches(undefined).join('a', 1)).toBeUndefined();
});
