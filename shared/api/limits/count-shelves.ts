// Where the windows of callers are kept in memory, bounded: of whom nothing was heard for longest is forgotten first. Long
// windows have a shelf of their own, so that a busy minute does not make a week forgotten.
import { BoundedCache } from '../../auth/index.js';
import { type Rate, windowMs } from './rate.js';
import { SlidingWindow } from './sliding-window.js';

// A window takes 1 KB when it is full, and an entry has one or two mostly: 60 MB a shelf.
const defaultMaxKeys = 30_000;
const shortestLongMs = windowMs['1d'];

type Shelf = BoundedCache<readonly SlidingWindow[]>;

/** Which shelf the windows of a rate are kept on. */
export function isLong({ window }: Pick<Rate, 'window'>): boolean {
  return windowMs[window] >= shortestLongMs;
}

export class CountShelves {
  readonly short: Shelf;
  readonly long: Shelf;

  /** @param maxKeys of each of the two */
  constructor(maxKeys = defaultMaxKeys) {
    this.short = new BoundedCache(maxKeys);
    this.long = new BoundedCache(maxKeys);
  }

  clear(): void {
    this.short.clear();
    this.long.clear();
  }

  get size(): number {
    return this.short.size + this.long.size;
  }
}

/** The windows of one key, and how many calls are to be counted in each of them. */
export class CountedWindows {
  readonly #shelf: Shelf;
  readonly #key: string;
  readonly #calls: number;
  readonly #windows: readonly SlidingWindow[];
  readonly #isKept: boolean;

  constructor(shelf: Shelf, key: string, rates: readonly Rate[], calls: number) {
    this.#shelf = shelf;
    this.#key = key;
    this.#calls = calls;
    const kept = shelf.get(key);
    this.#isKept = kept !== undefined;
    this.#windows = kept ?? rates.map((rate) => new SlidingWindow(rate));
  }

  /** How long until there is room in all of them, ms; Infinity when there never is. */
  waitMs(now: number): number {
    let longest = 0;
    for (const window of this.#windows) {
      longest = Math.max(longest, window.waitMs(now, this.#calls));
    }
    return longest;
  }

  /** Nothing is kept of a key that was never counted. */
  add(now: number): void {
    if (!this.#isKept) {
      this.#shelf.set(this.#key, this.#windows);
    }
    for (const window of this.#windows) {
      window.add(now, this.#calls);
    }
  }

  /** Takes back what {@link add} counted at this time. */
  takeBack(at: number): void {
    for (const window of this.#windows) {
      window.takeBack(at, this.#calls);
    }
  }
}
