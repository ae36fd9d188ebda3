// The breaker of each destination: after some failures in a row nothing is handed over to it for a while, then one delivery
// tries it. So a dead receiver costs bounded work. Kept in the memory of one process: each finds out for itself.
import { BoundedCache } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { breakerFailures, breakerFirstMs, breakerLongestMs, rememberedDestinations } from './limits.js';

interface State {
  readonly failures: number;
  /** Product ms; 0 while closed. */
  readonly openUntil: number;
  /** One delivery tries whether the destination answers again. */
  readonly isProbing: boolean;
}

const closed: State = { failures: 0, openUntil: 0, isProbing: false };

export class Breaker {
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #states = new BoundedCache<State>(rememberedDestinations);

  constructor(clock: Clock, ids: Ids) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** Until when nothing is handed over to it, product ms; undefined when something may be. */
  openUntil(destination: string): number | undefined {
    const state = this.#states.get(destination);
    if (state === undefined || state.openUntil === 0) {
      return undefined;
    }
    const now = this.#clock.now();
    // An end further away than any could be is from before the clock was moved back.
    const isPast = now >= state.openUntil || state.openUntil - now > breakerLongestMs;
    if (isPast && !state.isProbing) {
      return undefined;
    }
    return isPast ? now + breakerFirstMs : state.openUntil;
  }

  /**
   * @returns whether a hand-over may begin; then {@link succeed}, {@link fail} or {@link leave} is to follow. While one
   *   tries whether the destination answers again, no other begins
   */
  tryBegin(destination: string): boolean {
    if (this.openUntil(destination) !== undefined) {
      return false;
    }
    const state = this.#states.get(destination);
    if (state !== undefined && state.openUntil > 0) {
      this.#states.set(destination, { ...state, isProbing: true });
    }
    return true;
  }

  /** Whoever was to begin did not, so nothing was found out. */
  leave(destination: string): void {
    const state = this.#states.get(destination);
    if (state?.isProbing) {
      this.#states.set(destination, { ...state, isProbing: false });
    }
  }

  succeed(destination: string): void {
    this.#states.delete(destination);
  }

  fail(destination: string): void {
    const failures = (this.#states.get(destination) ?? closed).failures + 1;
    const over = failures - breakerFailures;
    const longest = Math.min(breakerLongestMs, breakerFirstMs * 2 ** Math.min(Math.max(over, 0), 20));
    const openUntil = over < 0 ? 0 : this.#clock.now() + longest * (0.5 + this.#ids.fraction() / 2);
    this.#states.set(destination, { failures, openUntil, isProbing: false });
  }

  forget(): void {
    this.#states.clear();
  }
}
