// Numbers that follow each other, and those of them that begin with the same digits: found by arithmetic, because a range may
// have a million.
import { digitsOf } from './model.js';

export interface NumberRange {
  /** E.164, with its plus sign. */
  readonly first: string;
  readonly count: number;
  /** From one number to the next; default 1. */
  readonly step?: number;
}

export function numberAt({ first, step = 1 }: NumberRange, n: number): string {
  return `+${Number(digitsOf(first)) + n * step}`;
}

export function isIn(range: NumberRange, phoneNumber: string): boolean {
  const { first, count, step = 1 } = range;
  const beyond = Number(digitsOf(phoneNumber)) - firstOf(range);
  return phoneNumber.length === first.length && beyond >= 0 && beyond % step === 0 && beyond / step < count;
}

/**
 * The parts of a range whose numbers begin with any of these digits. None of them meet.
 *
 * @param prefixes with the code of the country, without the plus sign
 */
export function rangesWithin(range: NumberRange, prefixes: readonly string[]): readonly NumberRange[] {
  const parts = prefixes.flatMap((prefix) => partWithin(range, prefix)).toSorted((one, other) => one.from - other.from);
  let end = 0;
  return parts.flatMap(({ from, to }) => {
    const start = Math.max(from, end);
    end = Math.max(end, to);
    return start < to ? { ...range, first: numberAt(range, start), count: to - start } : [];
  });
}

/** Which of them, counted from 0; `to` is exclusive. */
function partWithin(range: NumberRange, prefix: string): { readonly from: number; readonly to: number }[] {
  const { count, first, step = 1 } = range;
  const open = digitsOf(first).length - prefix.length;
  if (open < 0) {
    return [];
  }
  const width = 10 ** open;
  const lowest = Number(prefix) * width;
  const from = Math.max(0, Math.ceil((lowest - firstOf(range)) / step));
  const to = Math.min(count, Math.ceil((lowest + width - firstOf(range)) / step));
  return from < to ? [{ from, to }] : [];
}

/** Below 2^53: a number has 15 digits at most. */
function firstOf({ first }: NumberRange): number {
  return Number(digitsOf(first));
}
