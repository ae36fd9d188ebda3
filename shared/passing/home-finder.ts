// Which other geography answers at a host: by the settings, by the name (`{resource}.{geography}.{domain}`), or by asking
// all of them at once; what they say is kept for a minute.
import { BoundedCache } from '../auth/index.js';
import { figure } from '../budgets/index.js';
import { type GeographySlug, isGeographySlug } from '../geography/index.js';
import { Fault } from '../http/index.js';
import type { Clock } from '../time/clock.js';
import { passingFaults } from './faults.js';

/** Monotonic ms. */
const keptForMs = 60_000;
const maxKept = 1_000;
/** Hosts that are being asked about at most; each costs a request to every geography. */
const maxQuestions = figure('passingQuestions');
/** Anything else is no host name, and is nowhere. */
const hostForm = /^[a-z0-9_.:[\]-]{1,300}$/;

export interface HomeFinderParts {
  readonly geography: GeographySlug;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** The other geographies. */
  slugs(): readonly GeographySlug[];
  /** Whether a resource of that geography answers at the host; rejects when it cannot be asked. */
  ask(geography: GeographySlug, host: string): Promise<boolean>;
}

interface Answer {
  readonly home: GeographySlug | undefined;
  readonly until: number;
}

export class HomeFinder {
  readonly #parts: HomeFinderParts;
  #settings: ReadonlyMap<string, GeographySlug> = new Map();
  readonly #answers = new BoundedCache<Answer>(maxKept);
  readonly #questions = new Map<string, Promise<GeographySlug | undefined>>();

  constructor(parts: HomeFinderParts) {
    this.#parts = parts;
  }

  /** @param hosts of other geographies; everything learned by asking is forgotten */
  learn(hosts: ReadonlyMap<string, GeographySlug>): void {
    this.#settings = hosts;
    this.#answers.clear();
  }

  known(host: string): GeographySlug | undefined {
    const [, label = ''] = host.split('.', 3);
    const home = this.#settings.get(host) ?? (isGeographySlug(label) ? label : undefined);
    return home === this.#parts.geography || home === undefined || !this.#parts.slugs().includes(home)
      ? undefined
      : home;
  }

  /**
   * @throws {Fault} 503 when nobody says yes, and somebody who could know the host could not be asked; 429 while so many
   *   hosts are being asked about that this one has to wait
   */
  async find(host: string): Promise<GeographySlug | undefined> {
    if (!hostForm.test(host)) {
      return undefined;
    }
    const known = this.known(host);
    if (known !== undefined || this.#isOwn(host)) {
      return known;
    }
    const kept = this.#answers.get(host);
    if (kept !== undefined && this.#parts.clock.monotonic() < kept.until) {
      return kept.home;
    }
    return this.#questions.get(host) ?? this.#askAll(host);
  }

  /** Its name says that it is this geography's, so that nobody else could know more of it. */
  #isOwn(host: string): boolean {
    return host.split('.', 3)[1] === this.#parts.geography;
  }

  async #askAll(host: string): Promise<GeographySlug | undefined> {
    const slugs = this.#parts.slugs();
    if (slugs.length === 0) {
      return undefined;
    }
    if (this.#questions.size >= maxQuestions) {
      throw new Fault(passingFaults.tooManyHosts, { retryAfterSeconds: 1 });
    }
    const question = this.#firstYes(host, slugs);
    this.#questions.set(host, question);
    try {
      const home = await question;
      this.#answers.set(host, { home, until: this.#parts.clock.monotonic() + keptForMs });
      return home;
    } finally {
      this.#questions.delete(host);
    }
  }

  async #firstYes(host: string, slugs: readonly GeographySlug[]): Promise<GeographySlug | undefined> {
    let unanswered = 0;
    const answers = slugs.map(async (slug) => {
      const isHome = await this.#parts.ask(slug, host).catch(() => void (unanswered += 1));
      if (isHome !== true) {
        throw new Error('It is not there.');
      }
      return slug;
    });
    const home = await Promise.any(answers).catch(() => undefined);
    if (home === undefined && unanswered > 0) {
      throw new Fault(passingFaults.homeUnknown, { retryAfterSeconds: 1 });
    }
    return home;
  }
}
