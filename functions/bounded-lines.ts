// How much one cause may write into the log: so many lines a minute, and then how many more there were. Without it whoever
// makes the same thing fail again and again fills the log of the day, and what else is wrong is not seen in it.
import type { Clock } from '../shared/time/clock.js';

const linesPerMinute = 20;
const minuteMs = 60_000;
/** Causes that are told apart; all further ones share one. */
const maxCauses = 500;
const further = 'further causes';

export interface BoundedLinesParts {
  readonly clock: Pick<Clock, 'monotonic'>;
  write(line: string): void;
  /** Runs something once, later; must not keep the process alive. */
  later(ms: number, run: () => void): void;
}

interface Minute {
  /** Monotonic ms. */
  readonly until: number;
  lines: number;
}

export class BoundedLines {
  readonly #parts: BoundedLinesParts;
  readonly #minutes = new Map<string, Minute>();

  constructor(parts: BoundedLinesParts) {
    this.#parts = parts;
  }

  /** @param cause holds nothing that a caller chooses: it stands in the log, and each costs memory for a minute */
  write(cause: string, line: string): void {
    const now = this.#parts.clock.monotonic();
    const minute = this.#minuteOf(this.#minutes.has(cause) || this.#minutes.size < maxCauses ? cause : further, now);
    minute.lines += 1;
    if (minute.lines <= linesPerMinute) {
      this.#parts.write(line);
    }
  }

  #minuteOf(cause: string, now: number): Minute {
    const known = this.#minutes.get(cause);
    if (known !== undefined && now < known.until) {
      return known;
    }
    if (known !== undefined) {
      this.#close(cause, known);
    }
    const minute = { until: now + minuteMs, lines: 0 };
    this.#minutes.set(cause, minute);
    this.#parts.later(minuteMs, () => this.#close(cause, minute));
    return minute;
  }

  #close(cause: string, minute: Minute): void {
    if (this.#minutes.get(cause) !== minute) {
      return;
    }
    this.#minutes.delete(cause);
    if (minute.lines > linesPerMinute) {
      this.#parts.write(`${cause}: ${minute.lines - linesPerMinute} more within a minute, not written.\n`);
    }
  }
}
