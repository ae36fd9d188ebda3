// Sees to it that a log is marked before anything is appended to it, and costs a warm append nothing: a process relies on
// the mark that it has written for a quarter of an hour, and writes it again in the background before that is over.
import { BoundedCache } from '../auth/index.js';
import type { Clock } from '../time/clock.js';
import { markLifeMs, rememberedMarks, renewBeforeMs } from './limits.js';
import type { LogRef, Marks } from './marks.js';

interface Relied {
  /** Product ms. */
  until: number;
  isRenewing: boolean;
}

export interface LogMarkerParts {
  readonly marks: Pick<Marks, 'put'>;
  readonly clock: Clock;
  /** Whether a resource tells anything: else nothing is written. */
  tells(resourceId: string): boolean | Promise<boolean>;
  /** What is written in the background and fails is tried again; told for the log. */
  reportFailure(failure: unknown): void;
}

export class LogMarker {
  readonly #parts: LogMarkerParts;
  readonly #relied = new BoundedCache<Relied>(rememberedMarks);
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: LogMarkerParts) {
    this.#parts = parts;
  }

  /**
   * To be asked right before an append.
   *
   * @param newest number of the newest entry that is known; what is appended comes behind it
   * @returns undefined when the append can be made at once; else to be awaited, and asked again
   */
  before(log: LogRef, newest: number): Promise<void> | undefined {
    const now = this.#parts.clock.now();
    const relied = this.#relied.get(log.key);
    // A clock that was moved back makes what was written unreliable, as one that was moved ahead does.
    if (relied === undefined || now >= relied.until || relied.until - now > markLifeMs) {
      const tells = this.#parts.tells(log.resourceId);
      if (typeof tells === 'boolean') {
        return tells ? this.#put(log, newest, false) : undefined;
      }
      return tells.then((does) => (does ? this.#put(log, newest, false) : undefined));
    }
    if (relied.until - now < renewBeforeMs && !relied.isRenewing) {
      relied.isRenewing = true;
      this.#inBackground(log, newest, relied);
    }
    return undefined;
  }

  forget(): void {
    this.#relied.clear();
  }

  /** Waits for what is written in the background. */
  async settle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #put(log: LogRef, newest: number, isThere: boolean): Promise<void> {
    const until = Math.floor(this.#parts.clock.now()) + markLifeMs;
    await this.#parts.marks.put(log, until, newest, isThere);
    this.#relied.set(log.key, { until, isRenewing: false });
  }

  #inBackground(log: LogRef, newest: number, relied: Relied): void {
    const renewing = this.#put(log, newest, true).catch((error: unknown) => {
      relied.isRenewing = false;
      this.#parts.reportFailure(error);
    });
    this.#underWay.add(renewing);
    void renewing.finally(() => this.#underWay.delete(renewing));
  }
}
