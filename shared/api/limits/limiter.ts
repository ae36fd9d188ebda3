// Refuses calls above the rates in force. Counts in the memory of this instance only: with n instances a caller may get
// up to n times the figures. Sharing the counts would cost a storage call for each request, more than most of them.
import { BoundedCache } from '../../auth/index.js';
import { Fault, faults } from '../../http/index.js';
import type { Clock } from '../../time/clock.js';
import type { Profile } from './profile.js';
import type { Budget, Rate, Scope } from './rate.js';
import { SlidingWindow } from './sliding-window.js';
import { type Subject, subjectKey } from './subject.js';

/** The rates of one budget that count the same calls. */
interface Counted {
  readonly scope: Scope;
  /** Begins the keys of what is counted here; no two of a profile share it. */
  readonly prefix: string;
  readonly rates: readonly Rate[];
}

// An entry takes about 1.5 KB, so 45 MB at most. Whoever calls is kept: the one silent for longest goes first.
const defaultMaxKeys = 30_000;

export class Limiter {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #windows: BoundedCache<readonly SlidingWindow[]>;
  #counted: ReadonlyMap<string, readonly Counted[]>;

  constructor(clock: Pick<Clock, 'monotonic'>, profile: Profile, maxKeys = defaultMaxKeys) {
    this.#clock = clock;
    this.#windows = new BoundedCache(maxKeys);
    this.#counted = countedBy(profile);
  }

  /** Puts other figures in force; what was used up is forgotten. */
  setProfile(profile: Profile): void {
    this.#counted = countedBy(profile);
    this.#windows.clear();
  }

  /**
   * Counts a call in every rate of the budget, or in none.
   *
   * @throws {Fault} 429 when a rate has no room, with the seconds after which all have, if nobody else calls meanwhile
   */
  admit(budget: Budget, subject: Subject): void {
    const counted = this.#counted.get(budget.name);
    if (counted === undefined) {
      throw new Error(`The profile of rate limits lacks ${budget.name}.`);
    }
    const now = Math.floor(this.#clock.monotonic());
    const touched: SlidingWindow[] = [];
    let waitMs = 0;
    for (const each of counted) {
      for (const window of this.#windowsOf(each, subject)) {
        waitMs = Math.max(waitMs, window.waitMs(now));
        touched.push(window);
      }
    }
    if (waitMs > 0) {
      throw new Fault(faults.tooManyRequests, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
    }
    for (const window of touched) {
      window.add(now);
    }
  }

  /** How many callers, threads and resources are remembered. */
  get size(): number {
    return this.#windows.size;
  }

  #windowsOf({ scope, prefix, rates }: Counted, subject: Subject): readonly SlidingWindow[] {
    const key = prefix + subjectKey(scope, subject);
    let windows = this.#windows.get(key);
    if (windows === undefined) {
      windows = rates.map((rate) => new SlidingWindow(rate));
      this.#windows.set(key, windows);
    }
    return windows;
  }
}

function countedBy(profile: Profile): Map<string, readonly Counted[]> {
  let number = 0;
  const byBudget = new Map<string, readonly Counted[]>();
  for (const [name, rates] of profile) {
    const scopes = [...new Set(rates.map(({ per }) => per))];
    byBudget.set(
      name,
      scopes.map((scope) => ({ scope, prefix: `${number++}\n`, rates: rates.filter(({ per }) => per === scope) })),
    );
  }
  return byBudget;
}
