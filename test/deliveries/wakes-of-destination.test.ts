import { expect, it } from 'vitest';
import type { Waking } from '../../shared/deliveries/due-ref.js';
import { WakesOfDestination } from '../../shared/deliveries/wakes-of-destination.js';

const wake = (lane: string, n: number): Waking => ({
  id: `${lane}.${n}`,
  lane,
  destination: 'a.example',
  giveUpAt: 0,
  acceptedBy: 0,
  blob: '',
});

it('What is due in one lane is worked on one after the other, and lanes beside each other', () => {
  const waiting = new WakesOfDestination('a.example');
  for (const [lane, n] of [
    ['one', 1],
    ['one', 2],
    ['two', 1],
    ['one', 3],
  ] as const) {
    waiting.add(wake(lane, n));
  }
  const next = () => waiting.next()?.id;
  expect([waiting.length, next(), next(), next()]).toEqual([2, 'one.1', 'two.1', undefined]);
  waiting.free('two');
  expect(next()).toBeUndefined();
  waiting.free('one');
  expect([waiting.length, next(), next()]).toEqual([1, 'one.2', undefined]);
  waiting.free('one');
  expect(next()).toBe('one.3');
  waiting.free('one');
  expect(next()).toBeUndefined();
});
