// Counts what was admitted in the window that ends now. Unlike windows with fixed borders it never admits twice the
// count around a border, and it knows when the next call has room.
import { type Rate, windowMs } from './rate.js';

/**
 * Calls are remembered as runs, so that memory does not grow with the count. Up to this count each run is one
 * millisecond, and the window is exact; above, it is this part of the window, and the first call of a run counts until
 * the last one leaves.
 */
const maxExactCount = 32;

/** All times are whole milliseconds of a clock that never goes back. */
export class SlidingWindow {
  readonly #count: number;
  readonly #lengthMs: number;
  readonly #runMs: number;
  /** When the first and the last call of each run were, oldest run first; at most `maxExactCount + 2` runs. */
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #sizes: number[] = [];
  #total = 0;

  constructor({ count, window }: Pick<Rate, 'count' | 'window'>) {
    this.#count = count;
    this.#lengthMs = windowMs[window];
    this.#runMs = count <= maxExactCount ? 0 : this.#lengthMs / maxExactCount;
  }

  /**
   * How long until this many more calls have room, ms; 0 when they have room now, Infinity when there never is room for
   * so many.
   */
  waitMs(now: number, calls = 1): number {
    this.#forgetBefore(now);
    let excess = this.#total + calls - this.#count;
    if (excess <= 0) {
      return 0;
    }
    for (let run = 0; run < this.#sizes.length; run += 1) {
      excess -= this.#sizes[run] ?? 0;
      if (excess <= 0) {
        return (this.#ends[run] ?? now) + this.#lengthMs - now;
      }
    }
    return Number.POSITIVE_INFINITY;
  }

  /** Counts calls; only after `waitMs` was 0 for them. */
  add(now: number, calls = 1): void {
    const newest = this.#starts.length - 1;
    this.#total += calls;
    if (now - (this.#starts[newest] ?? Number.NEGATIVE_INFINITY) <= this.#runMs) {
      this.#ends[newest] = now;
      this.#sizes[newest] = (this.#sizes[newest] ?? 0) + calls;
      return;
    }
    this.#starts.push(now);
    this.#ends.push(now);
    this.#sizes.push(calls);
  }

  /** Takes calls back that were counted at this time, as if they had not been made; those that have left are gone. */
  takeBack(at: number, calls = 1): void {
    const run = this.#starts.findLastIndex((start) => start <= at);
    const size = this.#sizes[run];
    if (size === undefined) {
      return;
    }
    this.#total -= calls;
    this.#sizes[run] = size - calls;
    if (size === calls) {
      this.#drop(run);
    }
  }

  #forgetBefore(now: number): void {
    let oldest = this.#ends[0];
    while (oldest !== undefined && oldest + this.#lengthMs <= now) {
      this.#total -= this.#sizes[0] ?? 0;
      this.#drop(0);
      oldest = this.#ends[0];
    }
  }

  #drop(run: number): void {
    for (const column of [this.#starts, this.#ends, this.#sizes]) {
      column.splice(run, 1);
    }
  }
}
