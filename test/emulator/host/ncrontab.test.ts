// Six-field schedules, against a matcher that tries every second.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSchedule } from '../../../emulator/host/ncrontab.js';

function next(expression: string, after: string): string {
  return new Date(parseSchedule(expression).next(Date.parse(after))).toISOString();
}

describe('a schedule', () => {
  it.each([
    ['0 */5 * * * *', '2024-02-28T23:58:00Z', '2024-02-29T00:00:00.000Z'],
    ['0 0 0 * * *', '2024-01-01T00:00:00Z', '2024-01-02T00:00:00.000Z'],
    ['30 15 3 29 2 *', '2025-01-01T00:00:00Z', '2028-02-29T03:15:30.000Z'],
    ['0 0 9 * * MON-FRI', '2024-06-07T09:00:00Z', '2024-06-10T09:00:00.000Z'],
    ['0 0 9 * * Sunday', '2024-06-07T09:00:00Z', '2024-06-09T09:00:00.000Z'],
    ['0 0 0 1 jan,Jul *', '2024-01-01T00:00:00Z', '2024-07-01T00:00:00.000Z'],
    ['5/20 * * * * *', '2024-01-01T00:00:05.500Z', '2024-01-01T00:00:25.000Z'],
    ['10-20/5 0 0 * * *', '2024-01-01T00:00:10Z', '2024-01-01T00:00:15.000Z'],
  ])('%s comes after %s at %s', (expression, after, expected) => {
    expect(next(expression, after)).toBe(expected);
  });

  it('restricts by day of month and by day of week together', () => {
    expect(next('0 0 0 13 * 5', '2024-01-01T00:00:00Z')).toBe('2024-09-13T00:00:00.000Z');
  });

  it.each([
    '* * * * *',
    '60 * * * * *',
    '* * * 0 * *',
    '* * * * * 7',
    '*/0 * * * * *',
    '20-10 * * * * *',
    '1--2 * * * * *',
    '1/2/3 * * * * *',
    ', * * * * *',
    '* * * * ma *',
    '0 0 0 31 feb *',
    '00:05:00',
  ])('%s is refused', (expression) => {
    expect(() => parseSchedule(expression)).toThrow(/schedule/);
  });

  it('is the first second that a naive matcher accepts', () => {
    fc.assert(
      fc.property(expressions, fc.integer({ min: start, max: start + 4 * 365 * 86_400 }), (fields, afterSeconds) => {
        const schedule = parseSchedule(fields.map(({ text }) => text).join(' '));
        const found = schedule.next(afterSeconds * 1000 + 17);
        const tried = firstMatch(fields, afterSeconds + 1, Math.min(found / 1000, afterSeconds + triedSeconds));
        expect(tried ?? Math.max(found, (afterSeconds + triedSeconds) * 1000)).toBe(found);
      }),
      { numRuns: 150 },
    );
  });
});

const start = Date.parse('2023-01-01T00:00:00Z') / 1000;
const triedSeconds = 40_000;

interface Field {
  readonly text: string;
  readonly values: ReadonlySet<number>;
}

const ranges = [
  [0, 59],
  [0, 59],
  [0, 23],
  [1, 28],
  [1, 12],
  [0, 6],
] as const;

const expressions = fc.tuple(...ranges.map(([min, max], index) => field(min, max, index >= 3)));

/** Days are mostly free, so that what comes next is often within reach of the naive matcher. */
function field(min: number, max: number, isMostlyFree: boolean): fc.Arbitrary<Field> {
  const top = max === 28 ? 31 : max;
  const free = fc.constant({ text: '*', values: new Set(span(min, top, 1)) });
  const value = fc.integer({ min, max });
  const range = fc.tuple(value, value, fc.integer({ min: 1, max: 9 })).map(([a, b, step]) => ({
    text: `${Math.min(a, b)}-${Math.max(a, b)}/${step}`,
    values: new Set(span(Math.min(a, b), Math.max(a, b), step)),
  }));
  const steps = fc.integer({ min: 1, max: 59 }).map((step) => ({
    text: `*/${step}`,
    values: new Set(span(min, top, step)),
  }));
  const list = fc.array(
    fc.oneof(
      range,
      value.map((one) => ({ text: `${one}`, values: new Set([one]) })),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  );
  const lists = list.map((parts) => ({
    text: parts.map(({ text }) => text).join(','),
    values: new Set(parts.flatMap(({ values }) => [...values])),
  }));
  return fc.oneof({ weight: isMostlyFree ? 8 : 2, arbitrary: free }, steps, lists);
}

function span(from: number, to: number, step: number): number[] {
  return Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, index) => from + index * step);
}

function firstMatch(fields: readonly Field[], from: number, to: number): number | undefined {
  for (let second = from; second <= to; second++) {
    const date = new Date(second * 1000);
    const parts = [
      date.getUTCSeconds(),
      date.getUTCMinutes(),
      date.getUTCHours(),
      date.getUTCDate(),
      date.getUTCMonth() + 1,
      date.getUTCDay(),
    ];
    if (parts.every((part, index) => fields[index]?.values.has(part))) {
      return second * 1000;
    }
  }
  return undefined;
}
