// How somebody is called at the service that keeps their WebSockets: a keyed hash that every revocation changes. Whoever
// has an address from before it is called something else than what is sent to, and hears nothing, also if they never speak.
import { type Announcements, lastWord, maxHearingDelayMs } from '../announcements/index.js';
import { maxWatchedSessions } from './limits.js';

/** Of an identity whose tokens were never revoked. */
const firstGeneration = 1;
/** No generation is as great, no time of today as small. */
const leastTime = 1_000_000_000;

export interface SocketNamesParts {
  readonly announcements: Pick<Announcements, 'append' | 'find' | 'subjectOf'>;
  /** Waits in real time. */
  pause(ms: number): Promise<void>;
}

export class SocketNames {
  readonly #parts: SocketNamesParts;
  /** The last generation in which somebody opened something here: who is deleted has none any more. */
  readonly #opened = new Map<string, number>();
  readonly #restating = new Map<string, number>();

  constructor(parts: SocketNamesParts) {
    this.#parts = parts;
  }

  /** What is sent to: the tokens that are good now. */
  current(user: string): string {
    return this.of(user, this.#parts.announcements.find(user)?.value ?? firstGeneration);
  }

  /** What whoever has a token of this generation is called. */
  of(user: string, generation: number): string {
    return generation <= firstGeneration ? user : this.#parts.announcements.subjectOf(`socket!${user}!${generation}`);
  }

  /** What those are called whose tokens have just been revoked. */
  revoked(user: string): readonly string[] {
    const announced = this.#parts.announcements.find(user)?.value;
    const opened = this.#opened.get(user);
    const before = announced === undefined || announced === lastWord ? firstGeneration : announced - 1;
    return [...new Set([before, ...(opened === undefined ? [] : [opened])])]
      .filter((generation) => announced === undefined || generation < announced)
      .map((generation) => this.of(user, generation));
  }

  /**
   * Has every process call somebody by this generation until their token expires: a revocation itself is forgotten a day
   * after it. Costs nothing for whom nothing was ever revoked, and where that is known for long enough.
   *
   * @param generation of a token that is good
   * @param until when it expires, product ms
   */
  async hold(user: string, generation: number, until: number): Promise<void> {
    if (generation <= firstGeneration) {
      return;
    }
    this.#noteOpened(user, generation);
    const known = this.#parts.announcements.find(user);
    if (known !== undefined && (known.value > generation || (known.value === generation && known.until >= until))) {
      return;
    }
    this.#restating.set(user, generation);
    try {
      await this.#parts.announcements.append(user, generation);
    } finally {
      this.#restating.delete(user);
    }
    if (known?.value !== generation) {
      await this.#parts.pause(maxHearingDelayMs);
    }
  }

  /** Whether what was announced is of somebody's tokens: generations are counts, and of all else it is a time. */
  isOfSomebody(subject: string): boolean {
    const value = this.#parts.announcements.find(subject)?.value ?? Number.NaN;
    return value === lastWord || value < leastTime;
  }

  /** Whether what is being announced of somebody is only what was in force before. */
  isRestating(user: string): boolean {
    return this.#restating.get(user) === this.#parts.announcements.find(user)?.value && this.#restating.has(user);
  }

  #noteOpened(user: string, generation: number): void {
    this.#opened.delete(user);
    this.#opened.set(user, generation);
    for (const other of this.#opened.keys()) {
      if (this.#opened.size <= maxWatchedSessions) {
        break;
      }
      this.#opened.delete(other);
    }
  }
}
