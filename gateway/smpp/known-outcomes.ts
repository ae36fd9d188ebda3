// What became of messages, by their ids and for some minutes: a request that comes again, because its answer was lost or
// somebody has kept a copy of it, submits none of them twice. What the SMSC has nothing of may come again as it is; what is
// unknown is submitted again when the app says that it hands it over anew, by a higher number of the attempt.
import { BoundedCache } from '../../shared/auth/bounded-cache.js';
import type { Clock } from '../../shared/time/clock.js';
import { knownOutcomeMs, knownOutcomes } from './limits.js';
import type { Outcome } from './message-outcome.js';

interface Known {
  readonly outcome: Outcome;
  /** The highest that was answered with it. */
  readonly attempt: number;
  /** Monotonic ms. */
  readonly until: number;
}

interface Running {
  readonly outcome: Promise<Outcome>;
  attempt: number;
}

export class KnownOutcomes {
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #known = new BoundedCache<Known>(knownOutcomes);
  /** Bounded by what is submitted at once. */
  readonly #running = new Map<string, Running>();

  constructor(clock: Pick<Clock, 'monotonic'>) {
    this.#clock = clock;
  }

  /** @param attempt how often the app has handed it over, this time included */
  async submitOnce(id: string, attempt: number, submit: () => Promise<Outcome>): Promise<Outcome> {
    const known = this.#known.get(id);
    const isAnswer = known?.outcome.outcome !== 'unknown' || attempt <= known.attempt;
    if (known !== undefined && known.until > this.#clock.monotonic() && isAnswer) {
      return known.outcome;
    }
    const running = this.#running.get(id);
    if (running !== undefined) {
      running.attempt = Math.max(running.attempt, attempt);
      return running.outcome;
    }
    return this.#submit(id, attempt, submit);
  }

  async #submit(id: string, attempt: number, submit: () => Promise<Outcome>): Promise<Outcome> {
    const running: Running = { outcome: submit(), attempt };
    this.#running.set(id, running);
    try {
      const outcome = await running.outcome;
      if (outcome.outcome !== 'deferred') {
        const until = this.#clock.monotonic() + knownOutcomeMs;
        this.#known.set(id, { outcome, attempt: running.attempt, until });
      }
      return outcome;
    } finally {
      this.#running.delete(id);
    }
  }
}
