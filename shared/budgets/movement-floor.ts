// A stream that moves less than so many bytes a second is ended, in either direction. Only the time counts in which
// somebody waits for the other side: who is held back by us is not slow.
import { figure } from './table.js';

/** The other side has moved too little for too long. */
export class TooSlow extends Error {
  override readonly name = 'TooSlow';
}

export interface FloorFigures {
  readonly bytesPerSecond: number;
  /** How long it may be less, ms. */
  readonly forMs: number;
}

export interface FloorTime {
  /** Ms since any start. */
  monotonic(): number;
  /** Runs something once, later. @returns takes that back */
  later(ms: number, run: () => void): () => void;
}

const realTime: FloorTime = {
  monotonic: () => performance.now(),
  later: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const publicFigures: FloorFigures = { bytesPerSecond: figure('floor'), forMs: figure('slowStream') };

/**
 * An account of time: waiting uses it up, what moves pays it back, and it never holds more than at its beginning. So who
 * has sent much at first cannot stand still on it later.
 */
export class MovementFloor {
  readonly #figures: FloorFigures;
  readonly #time: FloorTime;
  #leftMs: number;

  constructor(figures = publicFigures, time = realTime) {
    this.#figures = figures;
    this.#time = time;
    this.#leftMs = figures.forMs;
  }

  /**
   * Waits for the other side.
   *
   * @param mostMs at most this long, whatever the account says
   * @throws {TooSlow} what comes after that comes to nobody
   */
  async within<Result>(step: Promise<Result>, mostMs = Number.POSITIVE_INFINITY): Promise<Result> {
    const began = this.#time.monotonic();
    let forget: (() => void) | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      forget = this.#time.later(Math.min(this.#leftMs, mostMs), () => reject(new TooSlow()));
    });
    try {
      return await Promise.race([step, late]);
    } finally {
      forget?.();
      this.#leftMs -= this.#time.monotonic() - began;
    }
  }

  moved(bytes: number): void {
    const { bytesPerSecond, forMs } = this.#figures;
    this.#leftMs = Math.min(forMs, this.#leftMs + (bytes * 1_000) / bytesPerSecond);
  }
}
