// Runs timer functions when their time comes. Product time decides; it may be moved.
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/time/clock.js';
import type { FunctionsCore } from './functions-core.js';
import type { HostLog } from './host.js';
import { Invocation } from './invocation.js';
import { logFailure } from './invocation-failure.js';
import type { TimerFunction } from './registration.js';

/** Looks at the clock at least this often: a machine may sleep, and a wait must stay below 2^31 ms. */
const longestWaitMs = 60_000;
/** What the host says of a timer that has never run. */
const never = '0001-01-01T00:00:00+00:00';

interface TimerState {
  readonly timer: TimerFunction;
  nextMs: number;
  lastMs: number | undefined;
  /** The end of the run under way; at most one at a time. */
  running: Promise<void> | undefined;
}

export class Timers {
  readonly #core: FunctionsCore;
  readonly #clock: Clock;
  readonly #log: HostLog;
  readonly #states: readonly TimerState[];
  readonly #isScheduled: boolean;
  #wake: NodeJS.Timeout | undefined;
  #isStopped = false;

  /** @param isScheduled false to run timers only when asked to */
  constructor(core: FunctionsCore, clock: Clock, log: HostLog, timers: readonly TimerFunction[], isScheduled = true) {
    this.#isScheduled = isScheduled;
    this.#core = core;
    this.#clock = clock;
    this.#log = log;
    this.#states = timers.map((timer) => ({
      timer,
      nextMs: timer.schedule.next(clock.now()),
      lastMs: undefined,
      running: undefined,
    }));
    this.#arm();
  }

  /** Runs a timer now, after the run under way. @throws the function's own error */
  async run(timer: TimerFunction): Promise<void> {
    const state = this.#states.find((candidate) => candidate.timer === timer);
    if (state !== undefined) {
      await this.#runAlone(state, false);
    }
  }

  /** Runs what came due in the jump once each, the earliest first; a failure is logged. */
  async clockMoved(fromMs: number): Promise<void> {
    const now = this.#clock.now();
    const due =
      now < fromMs
        ? []
        : this.#states.filter(({ nextMs }) => nextMs <= now).sort((left, right) => left.nextMs - right.nextMs);
    for (const state of this.#states) {
      state.nextMs = state.timer.schedule.next(now);
    }
    this.#arm();
    for (const state of due) {
      await this.#runAndLog(state, true);
    }
    // One of them may have begun on its own between the jump and this call.
    await Promise.all(this.#states.map(({ running }) => running));
  }

  /** Begins no further run. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#wake);
  }

  get isIdle(): boolean {
    return this.#states.every(({ running }) => running === undefined);
  }

  #arm(): void {
    clearTimeout(this.#wake);
    if (this.#isStopped || !this.#isScheduled || this.#states.length === 0) {
      return;
    }
    const nextMs = Math.min(...this.#states.map((state) => state.nextMs));
    const waitMs = Math.min(Math.max(nextMs - this.#clock.now(), 1), longestWaitMs);
    this.#wake = setTimeout(() => this.#runDue(), waitMs);
    this.#wake.unref();
  }

  #runDue(): void {
    const now = this.#clock.now();
    for (const state of this.#states) {
      if (state.nextMs <= now) {
        state.nextMs = state.timer.schedule.next(now);
        // A run that takes longer than its interval: this occurrence is left out.
        if (state.running === undefined) {
          void this.#runAndLog(state, false);
        }
      }
    }
    this.#arm();
  }

  async #runAndLog(state: TimerState, isPastDue: boolean): Promise<void> {
    try {
      await this.#runAlone(state, isPastDue);
    } catch (error) {
      logFailure(this.#log, state.timer.name, error);
    }
  }

  async #runAlone(state: TimerState, isPastDue: boolean): Promise<void> {
    while (state.running !== undefined) {
      await state.running;
    }
    const run = this.#invoke(state, isPastDue);
    state.running = run.catch(() => undefined);
    try {
      await run;
    } finally {
      state.running = undefined;
    }
  }

  async #invoke(state: TimerState, isPastDue: boolean): Promise<void> {
    const { timer, lastMs } = state;
    const now = this.#clock.now();
    const last = lastMs === undefined ? never : new Date(lastMs).toISOString();
    const info = {
      Schedule: { AdjustForDST: true },
      ScheduleStatus: {
        Last: last,
        Next: new Date(timer.schedule.next(now)).toISOString(),
        LastUpdated: last,
      },
      IsPastDue: isPastDue,
    };
    state.lastMs = now;
    await new Invocation(this.#core, timer.core, {
      invocationId: randomUUID(),
      inputData: [{ name: timer.bindingName, data: { json: JSON.stringify(info) } }],
      triggerMetadata: {},
    }).run();
  }
}
