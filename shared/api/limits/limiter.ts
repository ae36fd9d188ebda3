// Refuses calls above the rates in force. Counts in the memory of this instance only: with n instances a caller may get
// up to n times the figures. Sharing the counts would cost a storage call for each request, more than most of them.
import { Fault, faults } from '../../http/index.js';
import type { Clock } from '../../time/clock.js';
import { CountedWindows, CountShelves, isLong } from './count-shelves.js';
import type { Profile } from './profile.js';
import type { Budget, Rate } from './rate.js';
import type { Scope } from './scope.js';
import { countedKeys, isKnownAtOnce, type LimitKeys, type Subject, subjectKey } from './subject.js';

/** The rates of one budget that count the same calls, and are kept on the same shelf. */
interface Counted {
  readonly scope: Scope;
  readonly shelf: 'short' | 'long';
  /** Begins the keys of what is counted here; no two of a profile share it. */
  readonly prefix: string;
  readonly rates: readonly Rate[];
}

interface CountedBudget {
  /** What is known before the body is. */
  readonly atOnce: readonly Counted[];
  readonly withBody: readonly Counted[];
}

/** A call that is counted by all that was known before its body was. */
export interface Admission {
  /**
   * Counts the call by what its body says, or takes back what was counted of it.
   *
   * @throws {Fault} 429, as {@link Limiter.admit}
   */
  countBody(keys: LimitKeys): void;
}

const nothingMore: Admission = { countBody: () => undefined };

export class Limiter {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #shelves: CountShelves;
  #profile: Profile;
  #counted: ReadonlyMap<string, CountedBudget>;

  /** @param maxKeys of each shelf, see {@link CountShelves} */
  constructor(clock: Pick<Clock, 'monotonic'>, profile: Profile, maxKeys?: number) {
    this.#clock = clock;
    this.#shelves = new CountShelves(maxKeys);
    this.#profile = profile;
    this.#counted = countedBy(profile);
  }

  /** Puts other figures in force; what was used up is forgotten. */
  setProfile(profile: Profile): void {
    this.#profile = profile;
    this.#counted = countedBy(profile);
    this.#shelves.clear();
  }

  /**
   * Counts a call in every rate of the budget that is known before the body is, or in none.
   *
   * @returns what counts it in the others, once its body is parsed
   * @throws {Fault} 429 when a rate has no room, with the seconds after which all have, if nobody else calls meanwhile
   */
  admit(budget: Budget, subject: Subject): Admission {
    const counted = this.#counted.get(budget.name);
    if (counted === undefined) {
      throw new Error(`The profile of rate limits lacks ${budget.name}.`);
    }
    const { atOnce, withBody } = counted;
    const first = this.#windowsAtOnce(atOnce, subject);
    const admittedAt = this.#count(first);
    if (withBody.length === 0) {
      return nothingMore;
    }
    return {
      countBody: (keys) => {
        const more = this.#windowsOfBody(withBody, subject, keys);
        const now = this.#now();
        if (more.some((each) => each.waitMs(now) > 0)) {
          for (const each of first) {
            each.takeBack(admittedAt);
          }
          throw tooMany(longestWait([...first, ...more], now));
        }
        this.#count(more);
      },
    };
  }

  /** The figures in force. */
  ratesOf({ name }: Budget): readonly Rate[] {
    return this.#profile.get(name) ?? [];
  }

  /** How many callers, threads and resources are remembered. */
  get size(): number {
    return this.#shelves.size;
  }

  /** In all or in none. @returns the time that it was counted at */
  #count(windows: readonly CountedWindows[]): number {
    const now = this.#now();
    const waitMs = longestWait(windows, now);
    if (waitMs > 0) {
      throw tooMany(waitMs);
    }
    for (const each of windows) {
      each.add(now);
    }
    return now;
  }

  #windowsAtOnce(counted: readonly Counted[], subject: Subject): readonly CountedWindows[] {
    return counted.map(
      ({ scope, shelf, prefix, rates }) =>
        new CountedWindows(this.#shelves[shelf], prefix + subjectKey(scope, subject), rates, 1),
    );
  }

  #windowsOfBody(counted: readonly Counted[], subject: Subject, keys: LimitKeys): readonly CountedWindows[] {
    const found: CountedWindows[] = [];
    for (const { scope, shelf, prefix, rates } of counted) {
      for (const [key, calls] of countedKeys(scope, subject, keys)) {
        found.push(new CountedWindows(this.#shelves[shelf], prefix + key, rates, calls));
      }
    }
    return found;
  }

  #now(): number {
    return Math.floor(this.#clock.monotonic());
  }
}

function longestWait(windows: readonly CountedWindows[], now: number): number {
  let longest = 0;
  for (const each of windows) {
    longest = Math.max(longest, each.waitMs(now));
  }
  return longest;
}

function tooMany(waitMs: number): Fault {
  if (waitMs === Number.POSITIVE_INFINITY) {
    // Without Retry-After: the SDKs would repeat for ever what never can be admitted.
    return new Fault(faults.tooManyRequests, {
      message: 'This request alone counts for more than its rate limit ever admits. Split it into smaller ones.',
    });
  }
  return new Fault(faults.tooManyRequests, { retryAfterSeconds: Math.ceil(waitMs / 1000) });
}

function countedBy(profile: Profile): Map<string, CountedBudget> {
  let number = 0;
  const byBudget = new Map<string, CountedBudget>();
  for (const [name, rates] of profile) {
    const groups = new Map<string, Counted & { readonly rates: Rate[] }>();
    for (const rate of rates) {
      const shelf = isLong(rate) ? 'long' : 'short';
      const group = groups.get(`${shelf} ${rate.per.name}`);
      if (group === undefined) {
        groups.set(`${shelf} ${rate.per.name}`, { scope: rate.per, shelf, prefix: `${number++}\n`, rates: [rate] });
      } else {
        group.rates.push(rate);
      }
    }
    const counted = [...groups.values()];
    byBudget.set(name, {
      atOnce: counted.filter(({ scope }) => isKnownAtOnce(scope)),
      withBody: counted.filter(({ scope }) => !isKnownAtOnce(scope)),
    });
  }
  return byBudget;
}
