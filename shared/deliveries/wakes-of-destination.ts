// What is to be worked on for one destination: of each lane one at a time, since whoever works on a lane has its lease, and
// another would find it taken and have to come again a minute later.
import type { Waking } from './due-ref.js';

export class WakesOfDestination {
  readonly destination: string;
  readonly #ready: Waking[] = [];
  /** By lane, those that wait for the one before them; empty while that one is the last. */
  readonly #behind = new Map<string, Waking[]>();

  constructor(destination: string) {
    this.destination = destination;
  }

  /** How many can be worked on at once. */
  get length(): number {
    return this.#ready.length;
  }

  add(wake: Waking): void {
    const behind = this.#behind.get(wake.lane);
    if (behind === undefined) {
      this.#behind.set(wake.lane, []);
      this.#ready.push(wake);
    } else {
      behind.push(wake);
    }
  }

  next(): Waking | undefined {
    return this.#ready.shift();
  }

  /** Nobody works on this lane any more: the next of it can come. */
  free(lane: string): void {
    const next = this.#behind.get(lane)?.shift();
    if (next !== undefined) {
      this.#ready.unshift(next);
    }
  }
}
