// The rules of the benchmark: what is measured side by side, what is void, what counts as met.
import { describe, expect, it } from 'vitest';
import { readArguments } from '../../bench/arguments.js';
import { compare, ratioOf } from '../../bench/interleave.js';
import { isMet, type Result } from '../../bench/result.js';
import { rateOf, type Sample } from '../../bench/sample.js';
import { medianOf } from '../../bench/statistics.js';

function sampleOf(rate: number): Sample {
  return { operations: rate, seconds: 1, p50Ms: 1 };
}

/** Slices that give these rates in turn and note who ran for how long. */
function scripted(baselineRates: readonly number[]) {
  const log: string[] = [];
  let next = 0;
  return {
    log,
    comparison: {
      ours: {
        api: async (milliseconds: number) => {
          log.push(`api ${milliseconds}`);
          return sampleOf(150);
        },
      },
      baseline: async (milliseconds: number) => {
        log.push(`baseline ${milliseconds}`);
        return sampleOf(baselineRates[next++ % baselineRates.length] ?? 0);
      },
      slices: 3,
      sliceMs: 10,
      repeatsVoid: true,
      progress: () => undefined,
    },
  };
}

describe('comparison', () => {
  it('discards a longer warm-up round and reverses the order from round to round', async () => {
    const { log, comparison } = scripted([100]);
    const compared = await compare(comparison);
    expect(compared.rounds).toHaveLength(3);
    expect(log.join()).toBe(
      [
        'api 30,baseline 30,baseline 30',
        'baseline 10,baseline 10,api 10',
        'api 10,baseline 10,baseline 10',
        'baseline 10,baseline 10,api 10',
      ].join(),
    );
  });

  it('compares with the mean of the baseline slices of the same round', async () => {
    const compared = await compare(scripted([98, 102]).comparison);
    expect(ratioOf(compared, 'api', rateOf)).toEqual({ median: 1.5, min: 1.5, max: 1.5 });
    expect(compared).toMatchObject({ isVoid: false, attempts: 1 });
  });

  it('repeats a run whose baseline differs from itself, three times at most, and then calls it void', async () => {
    const { log, comparison } = scripted([100]);
    let calls = 0;
    // The same position of a round is always slow, whatever the order.
    const unsteady = async (milliseconds: number) => {
      await comparison.baseline(milliseconds);
      const round = Math.floor(calls / 2);
      const isFirstMeasured = calls++ % 2 === 0;
      return sampleOf(isFirstMeasured === (round % 4) % 2 > 0 ? 80 : 100);
    };
    const compared = await compare({ ...comparison, baseline: unsteady });
    expect(compared).toMatchObject({ isVoid: true, attempts: 3 });
    expect(log.filter((line) => line.startsWith('api'))).toHaveLength(3 * 4);
  });
});

describe('verdict', () => {
  const result: Result = { case: 'P1', what: '', unit: '', ours: 1, isGated: true };
  const ratio = { median: 1.6, min: 0.1, max: 9 };

  it('looks at the median of the ratio alone', () => {
    expect(isMet({ ...result, ratio, goal: { kind: 'at least', value: 1.6 } })).toBe(true);
    expect(isMet({ ...result, ratio, goal: { kind: 'at most', value: 1.5 } })).toBe(false);
    expect(isMet({ ...result, goal: { kind: 'exactly', value: 1 } })).toBe(true);
    expect(isMet(result)).toBeUndefined();
  });

  it('is never met by a void run or one that broke off', () => {
    const goal = { kind: 'at least', value: 0 } as const;
    expect(isMet({ ...result, ratio, goal, isVoid: true })).toBe(false);
    expect(isMet({ ...result, failure: 'the process stopped' })).toBe(false);
  });
});

describe('small parts', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    expect([medianOf([3, 1, 2]), medianOf([4, 1, 2, 3])]).toEqual([2, 2.5]);
  });

  it('refuses a case that there is not', () => {
    expect(() => readArguments(['--only', 'P1,P99'])).toThrow(/no case P99/);
    expect(() => readArguments(['--quick', '--only', 'P5'])).toThrow(/no case P5/);
    expect([...readArguments(['--only', 'p1,P4']).only]).toEqual(['P1', 'P4']);
  });
});
