// Tells what stands in logs. What this process has appended is told within a fraction of a second; a timer finds by the
// marks what another process has appended and did not come to tell.
//
// Of one log only one process tells at a time, under a lease that stands in its mark, in the order of the log. Logs do not
// wait for each other. After a stop what was told since the number was last moved on is told once more, with the same ids.
import type { Clock } from '../time/clock.js';
import { BoundedCache } from '../auth/index.js';
import type { EventTeller } from './event-teller.js';
import {
  busyGatherMs,
  entriesInTurn,
  firstPauseMs,
  gatherMs,
  logsAtOnce,
  longestPauseMs,
  lookAgainMs,
  markGraceMs,
  maxWaitingLogs,
  rememberedMarks,
} from './limits.js';
import type { LogSource } from './log-source.js';
import type { HeldMark, LogRef, Mark, Marks } from './marks.js';
import { MarkReturns } from './mark-returns.js';
import { tellLog } from './tell-log.js';
import { TopicUnavailable } from './topic.js';

export interface LogTellerParts {
  readonly marks: Marks;
  readonly source: LogSource;
  readonly teller: EventTeller;
  readonly clock: Clock;
  /** Waits in real time, and keeps no process alive. */
  pause(ms: number): Promise<void>;
  /** For what fails in the background; it is tried again. */
  reportFailure(failure: unknown): void;
}

interface WaitingLog extends LogRef {
  readonly newest: number | undefined;
}

export class LogTeller {
  readonly #parts: LogTellerParts;
  /** Logs to which something was appended since it was last looked at which there are. */
  readonly #noted = new Map<string, WaitingLog>();
  /** Logs whose turn comes next. */
  readonly #waiting = new Map<string, WaitingLog>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #known = new BoundedCache<Mark>(rememberedMarks);
  readonly #returns: MarkReturns;
  #isGathering = false;
  #isBusy = false;
  #failures = 0;
  #pausedUntil = 0;
  #isStopping = false;

  constructor(parts: LogTellerParts) {
    this.#parts = parts;
    this.#returns = new MarkReturns(parts.marks);
  }

  /** Something was appended here. Costs nothing; it is told in the background. */
  note(log: LogRef, newest: number): void {
    // What is not remembered is found by its mark.
    if (this.#isStopping || (this.#noted.size >= maxWaitingLogs && !this.#noted.has(log.key))) {
      return;
    }
    this.#noted.set(log.key, { ...log, newest });
    // Where there is much to tell, much is told together.
    this.#soon(this.#isBusy ? busyGatherMs : gatherMs);
  }

  /** For a timer: finds by the marks what is not told, and tells it; takes away marks that nobody relies on any more. */
  async tellMarked(): Promise<void> {
    for await (const marks of this.#parts.marks.pages()) {
      const next = marks.values();
      const work = async () => {
        for (const mark of next) {
          if (!this.#isStopping) {
            await this.#lookAt(mark);
          }
        }
      };
      await Promise.all(Array.from({ length: logsAtOnce }, work));
    }
    await this.#returns.settle();
  }

  /** Waits until everything that this process knows of is told, or cannot be told now. */
  async settle(): Promise<void> {
    while (this.#underWay.size > 0 || (this.#waiting.size + this.#noted.size > 0 && !this.#isPaused())) {
      this.#takeNoted();
      this.#begin();
      await Promise.all(this.#underWay.values());
    }
  }

  /** @param limitMs real time */
  async stop(limitMs: number): Promise<void> {
    this.#isStopping = true;
    await Promise.race([Promise.all(this.#underWay.values()), this.#parts.pause(limitMs)]);
  }

  forget(): void {
    this.#known.clear();
    this.#failures = 0;
    this.#pausedUntil = 0;
  }

  #soon(ms: number): void {
    if (this.#isGathering) {
      return;
    }
    this.#isGathering = true;
    void this.#gather(ms);
  }

  async #gather(ms: number): Promise<void> {
    await this.#parts.pause(ms);
    this.#isGathering = false;
    this.#isBusy = this.#noted.size > logsAtOnce;
    this.#takeNoted();
    this.#begin();
  }

  #takeNoted(): void {
    for (const [key, log] of this.#noted) {
      this.#waiting.set(key, log);
    }
    this.#noted.clear();
  }

  #isPaused(): boolean {
    return this.#parts.clock.monotonic() < this.#pausedUntil;
  }

  #begin(): void {
    if (this.#isStopping) {
      return;
    }
    if (this.#isPaused()) {
      this.#soon(Math.max(1, this.#pausedUntil - this.#parts.clock.monotonic()));
      return;
    }
    for (const [key, log] of this.#waiting) {
      if (this.#underWay.size >= logsAtOnce) {
        return;
      }
      if (!this.#underWay.has(key)) {
        this.#waiting.delete(key);
        void this.#work(log).finally(() => this.#begin());
      }
    }
  }

  #work(log: WaitingLog): Promise<void> {
    const work = this.#tell(log)
      .catch((error: unknown) => this.#failed(log, error))
      .finally(() => this.#underWay.delete(log.key));
    this.#underWay.set(log.key, work);
    return work;
  }

  async #tell(log: WaitingLog): Promise<void> {
    const { marks } = this.#parts;
    const known = this.#known.get(log.key);
    const mark = known ?? (await marks.find(log));
    if (mark === undefined || (log.newest !== undefined && log.newest <= mark.told)) {
      return;
    }
    this.#known.delete(log.key);
    const held = await marks.take(mark);
    if (held !== undefined) {
      return this.#tellHeld(held, log.newest);
    }
    // Changed since, or another process has it.
    void this.#again(log, known === undefined ? lookAgainMs : 0);
  }

  async #tellHeld(held: HeldMark, newest: number | undefined): Promise<void> {
    const { marks, source, teller } = this.#parts;
    const outcome = await tellLog({ marks, source, teller }, held, newest, entriesInTurn);
    if (outcome.mark !== undefined) {
      const given = await this.#returns.giveBack(outcome.mark);
      if (given !== undefined) {
        this.#known.set(held.key, given);
      }
    }
    if (outcome.failure !== undefined) {
      throw outcome.failure;
    }
    this.#failures = 0;
    if (outcome.hasMore) {
      this.note(held, outcome.newest);
    }
  }

  /** Of a mark that nobody tells for: tells what is left, or takes it away when its time is over. */
  async #lookAt(mark: Mark): Promise<void> {
    const { marks, source, clock } = this.#parts;
    const underWay = this.#underWay.get(mark.key);
    if (underWay !== undefined) {
      return underWay;
    }
    const waiting = this.#noted.get(mark.key) ?? this.#waiting.get(mark.key);
    if (waiting !== undefined && !this.#isPaused()) {
      this.#noted.delete(mark.key);
      this.#waiting.delete(mark.key);
      return this.#work(waiting);
    }
    if (waiting !== undefined || mark.leasedUntil > clock.realNow()) {
      return;
    }
    const newest = await source.newest(mark);
    if (newest === undefined || (newest <= mark.told && clock.now() > mark.until + markGraceMs)) {
      return marks.remove(mark);
    }
    if (newest > mark.told && !this.#isPaused() && !this.#underWay.has(mark.key)) {
      await this.#work({ resourceId: mark.resourceId, key: mark.key, newest });
    }
  }

  #failed(log: WaitingLog, error: unknown): void {
    if (!(error instanceof TopicUnavailable)) {
      this.#parts.reportFailure(error);
    }
    this.#failures += 1;
    const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures - 1, 10));
    this.#pausedUntil = this.#parts.clock.monotonic() + pauseMs;
    this.note(log, log.newest ?? 0);
  }

  async #again(log: WaitingLog, afterMs: number): Promise<void> {
    await this.#parts.pause(afterMs);
    if (!this.#waiting.has(log.key) && !this.#isStopping) {
      this.#waiting.set(log.key, log);
      this.#begin();
    }
  }
}
