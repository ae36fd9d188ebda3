// What `GET /health` says. Looking costs storage calls, and anybody may ask: so there is one look at a time, and what it has
// found is the answer to everybody until it is old.
import { figure } from '../shared/budgets/index.js';
import type { Clock } from '../shared/time/clock.js';
import type { Capability, Health } from './capability.js';

export interface HealthReport extends Health {
  readonly isHealthy: boolean;
}

export interface HealthLookParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  readonly capabilities: readonly Pick<Capability, 'health'>[];
  /** Told when a look fails. */
  reportFailure(failure: unknown): void;
  /** Runs something once, later. @returns takes that back */
  later?(ms: number, run: () => void): () => void;
}

interface Looked {
  readonly report: HealthReport;
  /** Monotonic ms. */
  readonly until: number;
}

const failed: HealthReport = { isHealthy: false, facts: {}, troubles: ['What is kept cannot be looked at now.'] };

export class HealthLook {
  readonly #parts: HealthLookParts;
  #latest: Looked | undefined;
  #looking: Promise<HealthReport> | undefined;

  constructor(parts: HealthLookParts) {
    this.#parts = parts;
  }

  /** What the last look has found, or a new one when that is too old. Never throws. */
  async report(): Promise<HealthReport> {
    const { monotonic } = this.#parts.clock;
    if (this.#latest !== undefined && monotonic() < this.#latest.until) {
      return this.#latest.report;
    }
    return await this.#inTime((this.#looking ??= this.#look()));
  }

  /** The next who asks has a look of their own: the clock was moved. */
  forget(): void {
    this.#latest = undefined;
    this.#looking = undefined;
  }

  #look(): Promise<HealthReport> {
    const looking = this.#askAll().then((report) => {
      // What was forgotten meanwhile was seen at another time.
      if (this.#looking === looking) {
        this.#looking = undefined;
        this.#latest = { report, until: this.#parts.clock.monotonic() + figure('healthLook') };
      }
      return report;
    });
    return looking;
  }

  async #askAll(): Promise<HealthReport> {
    try {
      const reports = await Promise.all(this.#parts.capabilities.map((each) => each.health?.()));
      const troubles = reports.flatMap((report) => report?.troubles ?? []);
      const facts = Object.assign({}, ...reports.map((report) => report?.facts)) as Health['facts'];
      return { isHealthy: troubles.length === 0, facts, troubles };
    } catch (failure) {
      this.#parts.reportFailure(failure);
      return failed;
    }
  }

  /** A look that does not end is no second one. */
  async #inTime(looking: Promise<HealthReport>): Promise<HealthReport> {
    const later = this.#parts.later ?? realTimer;
    let forget: (() => void) | undefined;
    const late = new Promise<HealthReport>((resolve) => {
      forget = later(figure('healthPatience'), () => resolve(failed));
    });
    try {
      return await Promise.race([looking, late]);
    } finally {
      forget?.();
    }
  }
}

function realTimer(ms: number, run: () => void): () => void {
  const timer = setTimeout(run, ms);
  return () => clearTimeout(timer);
}
