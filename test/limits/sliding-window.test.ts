import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rate, windowMs } from '../../shared/api/limits/rate.js';
import { SlidingWindow } from '../../shared/api/limits/sliding-window.js';

function windowOf(count: number, window: Rate['window'] = '10s') {
  const counted = new SlidingWindow({ count, window });
  return {
    waitMs: (now: number) => counted.waitMs(now),
    admits(now: number): boolean {
      if (counted.waitMs(now) > 0) {
        return false;
      }
      counted.add(now);
      return true;
    },
  };
}

describe('a sliding window', () => {
  it('admits the count at once, and the next call when the first is a window old', () => {
    const counted = windowOf(3);
    expect([5, 5, 9, 9].map((now) => counted.admits(now))).toEqual([true, true, true, false]);
    expect(counted.waitMs(9)).toBe(9_996);
    expect(counted.admits(10_004)).toBe(false);
    expect([10_005, 10_005, 10_005].map((now) => counted.admits(now))).toEqual([true, true, false]);
    expect(counted.waitMs(10_005)).toBe(4);
  });

  it('counts a run of many calls until the last of them is a window old', () => {
    const counted = windowOf(100);
    expect(counted.admits(0)).toBe(true);
    expect(Array.from({ length: 100 }, () => counted.admits(312)).filter(Boolean)).toHaveLength(99);
    expect(counted.waitMs(10_000)).toBe(312);
    expect(Array.from({ length: 101 }, () => counted.admits(10_312)).filter(Boolean)).toHaveLength(100);
  });

  it('does not admit twice the count around a border', () => {
    const counted = windowOf(10);
    const admitted = [9_999, 10_000].map((now) =>
      Array.from({ length: 10 }, () => counted.admits(now)).filter(Boolean),
    );
    expect(admitted.map(({ length }) => length)).toEqual([10, 0]);
  });

  it('forgets everything after a long silence', () => {
    const counted = windowOf(2, '1h');
    expect([0, 0, 3_599_999, 10_000_000, 10_000_000].map((now) => counted.admits(now))).toEqual([
      true,
      true,
      false,
      true,
      true,
    ]);
  });

  it('gives several calls room at once, and says when there is room for so many', () => {
    const counted = new SlidingWindow({ count: 5, window: '10s' });
    expect(counted.waitMs(0, 5)).toBe(0);
    expect(counted.waitMs(0, 6)).toBe(Number.POSITIVE_INFINITY);
    counted.add(0, 2);
    counted.add(100, 2);
    expect([1, 2, 3, 4, 5, 6].map((calls) => counted.waitMs(200, calls))).toEqual([
      0,
      9_800,
      9_800,
      9_900,
      9_900,
      Number.POSITIVE_INFINITY,
    ]);
  });

  it('takes back what was counted as if it had not been made, and nothing of others', () => {
    for (const count of [3, 100]) {
      const counted = new SlidingWindow({ count, window: '10s' });
      counted.add(0, count - 2);
      counted.add(2_000);
      counted.add(2_000);
      expect(counted.waitMs(2_000)).toBe(8_000);
      counted.takeBack(2_000);
      expect([counted.waitMs(2_000), counted.waitMs(2_000, 2)]).toEqual([0, 8_000]);
      counted.takeBack(2_000);
      expect([counted.waitMs(2_000, 2), counted.waitMs(2_000, 3)]).toEqual([0, 8_000]);
      // Taken back so late that it has left by itself: what came meanwhile stays.
      counted.add(20_000, count);
      counted.takeBack(2_000);
      expect(counted.waitMs(20_000)).toBe(10_000);
    }
  });

  const gap = fc.oneof(
    { weight: 10, arbitrary: fc.constant(0) },
    { weight: 10, arbitrary: fc.nat(50) },
    { weight: 20, arbitrary: fc.nat(500) },
    { weight: 2, arbitrary: fc.nat(9_000) },
    { weight: 1, arbitrary: fc.nat(40_000) },
  );
  const gaps = fc.array(gap, { maxLength: 300, size: 'max' });
  const counts = fc.oneof(fc.integer({ min: 1, max: 32 }), fc.integer({ min: 33, max: 60 }));
  const windows = fc.constantFrom(...(Object.keys(windowMs) as Rate['window'][]));

  /** Calls at these times, and which were admitted. */
  function run(count: number, window: Rate['window'], waits: readonly number[]) {
    const counted = windowOf(count, window);
    const admitted: number[] = [];
    const refused: number[] = [];
    let now = 0;
    for (const wait of waits) {
      now += wait;
      (counted.admits(now) ? admitted : refused).push(now);
    }
    return { admitted, refused };
  }

  const within = (times: readonly number[], end: number, lengthMs: number) =>
    times.filter((time) => time > end - lengthMs && time <= end).length;

  it('never admits more than the count in any window, whatever the arrival times', () => {
    fc.assert(
      fc.property(counts, windows, gaps, (count, window, waits) => {
        const { admitted } = run(count, window, waits);
        for (const end of admitted) {
          expect(within(admitted, end, windowMs[window])).toBeLessThanOrEqual(count);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('refuses only when the count is used up: exactly for small counts, within a 32nd of the window for others', () => {
    fc.assert(
      fc.property(counts, windows, gaps, (count, window, waits) => {
        const { admitted, refused } = run(count, window, waits);
        const lengthMs = count <= 32 ? windowMs[window] : windowMs[window] * (1 + 1 / 32);
        for (const end of refused) {
          const before = admitted.filter((time) => time <= end);
          expect(within(before, end, lengthMs)).toBeGreaterThanOrEqual(count);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('admits whoever waited as long as it said, and nobody a millisecond earlier', () => {
    fc.assert(
      fc.property(counts, windows, gaps, (count, window, waits) => {
        const counted = windowOf(count, window);
        let now = 0;
        for (const wait of waits) {
          now += wait;
          const wanted = counted.waitMs(now);
          expect(wanted).toBeLessThanOrEqual(windowMs[window]);
          if (wanted > 0) {
            expect(counted.waitMs(now + wanted - 1)).toBe(1);
            now += wanted;
          }
          expect(counted.admits(now)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });
});
