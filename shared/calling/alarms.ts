// Wakes this process when something is to happen in a call. Whoever misses it, because the process has ended, is served by
// the timer of calls a minute later at most.
import type { Clock } from '../time/clock.js';

/** Node counts no further at once. */
const longestMs = 60 * 60_000;

export class Alarms {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #ring: (key: string) => void;
  readonly #set = new Map<string, { readonly at: number; readonly timer: NodeJS.Timeout }>();
  #isStopped = false;

  constructor(clock: Pick<Clock, 'now'>, ring: (key: string) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** @param at product ms; undefined for never */
  set(key: string, at: number | undefined): void {
    const old = this.#set.get(key);
    if (old?.at === at && old !== undefined) {
      return;
    }
    clearTimeout(old?.timer);
    this.#set.delete(key);
    if (at === undefined || this.#isStopped) {
      return;
    }
    const delay = Math.min(longestMs, Math.max(0, Math.ceil(at - this.#clock.now())));
    const timer = setTimeout(() => {
      this.#set.delete(key);
      if (this.#clock.now() < at) {
        this.set(key, at);
        return;
      }
      this.#ring(key);
    }, delay);
    timer.unref();
    this.#set.set(key, { at, timer });
  }

  /** The clock was moved. */
  setAgain(): void {
    // Setting one puts it behind the others: the list as it was is gone through.
    const present = Array.from(this.#set);
    for (const [key, { at, timer }] of present) {
      clearTimeout(timer);
      this.#set.delete(key);
      this.set(key, at);
    }
  }

  stop(): void {
    this.#isStopped = true;
    for (const { timer } of this.#set.values()) {
      clearTimeout(timer);
    }
    this.#set.clear();
  }
}
