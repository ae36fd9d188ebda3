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
  /** When the last call of each run was, oldest run first; at most `maxExactCount + 2` runs. */
  readonly #ends: number[] = [];
  readonly #sizes: number[] = [];
  #total = 0;
  #newestStart = 0;

  constructor({ count, window }: Rate) {
    this.#count = count;
    this.#lengthMs = windowMs[window];
    this.#runMs = count <= maxExactCount ? 0 : this.#lengthMs / maxExactCount;
  }

  /** How long until one more call has room, ms; 0 when it has room now. */
  waitMs(now: number): number {
    let oldest = this.#ends[0];
    while (oldest !== undefined && oldest + this.#lengthMs <= now) {
      this.#total -= this.#sizes.shift() ?? 0;
      this.#ends.shift();
      oldest = this.#ends[0];
    }
    return oldest === undefined || this.#total < this.#count ? 0 : oldest + this.#lengthMs - now;
  }

  /** Counts a call; only after `waitMs` was 0. */
  add(now: number): void {
    const newest = this.#ends.length - 1;
    this.#total += 1;
    if (newest >= 0 && now - this.#newestStart <= this.#runMs) {
      this.#ends[newest] = now;
      this.#sizes[newest] = (this.#sizes[newest] ?? 0) + 1;
      return;
    }
    this.#newestStart = now;
    this.#ends.push(now);
    this.#sizes.push(1);
  }
}
