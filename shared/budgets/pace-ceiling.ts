// A stream moves no more than so many bytes a second, on average; what is small goes as fast as it can. Whoever moves much
// leaves the others processor time and disk.
import { figure } from './table.js';

export interface CeilingFigures {
  readonly bytesPerSecond: number;
  /** So much goes at once when nothing has moved for a while. */
  readonly burstBytes: number;
}

export interface CeilingTime {
  /** Ms since any start. */
  monotonic(): number;
  pause(ms: number): Promise<void>;
}

const realTime: CeilingTime = {
  monotonic: () => performance.now(),
  pause: (ms) =>
    new Promise((resolve) => {
      setTimeout(resolve, ms);
    }),
};

const publicFigures: CeilingFigures = { bytesPerSecond: figure('streamRate'), burstBytes: figure('streamBurst') };

export class PaceCeiling {
  readonly #figures: CeilingFigures;
  readonly #time: CeilingTime;
  /** When everything that has moved would have moved at this pace, ms. */
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(figures = publicFigures, time = realTime) {
    this.#figures = figures;
    this.#time = time;
  }

  /** Waits for as long as the next bytes are not due; undefined when they are. */
  moved(bytes: number): Promise<void> | undefined {
    const { bytesPerSecond, burstBytes } = this.#figures;
    const now = this.#time.monotonic();
    const burstMs = (burstBytes * 1_000) / bytesPerSecond;
    this.#dueAt = Math.max(this.#dueAt, now - burstMs) + (bytes * 1_000) / bytesPerSecond;
    return this.#dueAt > now ? this.#time.pause(this.#dueAt - now) : undefined;
  }
}
