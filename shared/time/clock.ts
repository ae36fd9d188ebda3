// The three times of Domicile. The only file, with ids.ts, that asks the machine for the time.

/**
 * - *Product time* is what promises are counted in: retention, life of user tokens, `createdOn`. The emulator can move it.
 * - *Real time* never moves: signature dates, Entra tokens, TLS, queue visibility.
 * - *Monotonic time* measures ages and time-outs and never jumps.
 */
export interface Clock {
  /** Product time, milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Real time, milliseconds since 1970-01-01T00:00:00Z. */
  realNow(): number;
  /** Milliseconds since an arbitrary start; only differences mean something. */
  monotonic(): number;
}

export interface MovableClock extends Clock {
  /** How far product time is ahead of real time, in milliseconds; negative when behind. */
  readonly offsetMs: number;
  /** Sets how far product time is ahead of real time. */
  setOffset(offsetMs: number): void;
}

export function createClock(initialOffsetMs = 0): MovableClock {
  let offsetMs = initialOffsetMs;
  return {
    now: () => Date.now() + offsetMs,
    realNow: () => Date.now(),
    monotonic: () => performance.now(),
    get offsetMs() {
      return offsetMs;
    },
    setOffset(next) {
      offsetMs = next;
    },
  };
}
