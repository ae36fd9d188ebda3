// Logins that have failed, and those that are being tried: together never more than may fail, so that many at once learn
// no more than one after the other.
import { BoundedCache } from '../shared/auth/bounded-cache.js';
import type { Clock } from '../shared/time/clock.js';
import { failedLoginsMs, rememberedFailures } from './limits.js';
import { SmtpRefusal } from './smtp-refusal.js';

/** Always with the same words: they do not tell which of both was wrong. */
export class WrongLogin extends SmtpRefusal {
  constructor() {
    super(535, '5.7.8', 'The user name or the password is wrong.');
  }
}

export interface FailedLoginsParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly max: number;
  /** Whether one that is right takes back those that were not. */
  readonly isForgiving: boolean;
}

interface Failures {
  readonly count: number;
  /** Monotonic ms. */
  readonly until: number;
}

interface Tried {
  count: number;
  readonly waiting: (() => void)[];
}

export class FailedLogins {
  readonly #parts: FailedLoginsParts;
  readonly #failures = new BoundedCache<Failures>(rememberedFailures);
  /** Bounded by the connections. */
  readonly #tried = new Map<string, Tried>();

  constructor(parts: FailedLoginsParts) {
    this.#parts = parts;
  }

  /**
   * Waits while those that are being tried could be the last that may fail.
   *
   * @param who as a hash
   * @throws {SmtpRefusal} 454 when too many have failed
   */
  async attempt<Result>(who: string, login: () => Promise<Result>): Promise<Result> {
    await this.#takeTurn(who);
    try {
      const result = await login();
      if (this.#parts.isForgiving) {
        this.#failures.delete(who);
      }
      return result;
    } catch (error) {
      if (error instanceof WrongLogin) {
        this.#count(who);
      }
      throw error;
    } finally {
      this.#leave(who);
    }
  }

  async #takeTurn(who: string): Promise<void> {
    const { max } = this.#parts;
    for (;;) {
      const failed = this.#failed(who);
      if (failed >= max) {
        throw new SmtpRefusal(454, '4.7.0', 'Too many logins have failed. Try again in five minutes.');
      }
      const tried = this.#tried.get(who) ?? { count: 0, waiting: [] };
      if (failed + tried.count < max) {
        tried.count += 1;
        this.#tried.set(who, tried);
        return;
      }
      await new Promise<void>((resolve) => {
        tried.waiting.push(resolve);
      });
    }
  }

  #leave(who: string): void {
    const tried = this.#tried.get(who);
    if (tried === undefined) {
      return;
    }
    tried.count -= 1;
    if (tried.count === 0) {
      this.#tried.delete(who);
    }
    for (const goOn of tried.waiting.splice(0)) {
      goOn();
    }
  }

  #failed(who: string): number {
    const failures = this.#failures.get(who);
    return failures === undefined || failures.until <= this.#parts.clock.monotonic() ? 0 : failures.count;
  }

  #count(who: string): void {
    const count = this.#failed(who);
    const until = this.#failures.get(who)?.until ?? 0;
    const now = this.#parts.clock.monotonic();
    this.#failures.set(who, { count: count + 1, until: count === 0 ? now + failedLoginsMs : until });
  }
}
