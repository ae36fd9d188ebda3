// Takes parts of texts. A part is answered when the app has the whole text. While others are missing the SMSC is told to keep
// it, after a moment, because some bring the next part only then; its octets stay here, and when the text becomes whole by
// another part, the app gets it at once. An SMSC that brings the same part again before the others wants it to be taken first:
// then it is, and what becomes of the text is ours alone: it is told until the app takes it, or the gateway stops.
import type { Clock } from '../../shared/time/clock.js';
import { toIso } from '../../shared/time/instant.js';
import { later, statusOf, taken } from './delivery-status.js';
import { type Join, JoinedTexts, joinedText } from './joined-texts.js';
import { holdPartMs, joinedMs, maxJoinBytes, sweepMs } from './limits.js';
import type { DeliveredText, PartOfText } from './read-delivery.js';
import type { Told } from './teller.js';
import type { ToldText } from './told-text.js';

export interface PartsInWaitingParts {
  readonly clock: Pick<Clock, 'monotonic' | 'realNow'>;
  makeId(): string;
  tell(text: ToldText): Promise<Told>;
  /** In place of those of limits.ts. */
  readonly holdPartMs?: number | undefined;
  readonly maxBytes?: number | undefined;
  log(line: string): void;
}

export class PartsInWaiting {
  readonly #parts: PartsInWaitingParts;
  readonly #texts: JoinedTexts;
  readonly #sweep: NodeJS.Timeout;

  constructor(parts: PartsInWaitingParts) {
    this.#parts = parts;
    this.#texts = new JoinedTexts(parts.clock, () => parts.makeId(), parts.maxBytes ?? maxJoinBytes);
    this.#sweep = setInterval(() => void this.sweep(), sweepMs);
    this.#sweep.unref();
  }

  get bytes(): number {
    return this.#texts.bytes;
  }

  /** Tells what nobody else has. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#texts.expireAll();
    await this.#tellLeaving();
    if (this.#texts.leaving.size > 0) {
      this.#parts.log('Texts of which parts are missing are lost, because the function app does not take them.');
    }
  }

  /** @returns what the SMSC is answered */
  async take(delivered: DeliveredText, part: PartOfText): Promise<number> {
    const join = this.#texts.addPart(delivered, part);
    if (join === undefined) {
      return later;
    }
    if (join.parts.size === join.of) {
      join.told ??= this.#tell(join);
      for (const wake of join.waiting) {
        wake();
      }
    } else if (join.isOurs || join.left.has(part.number)) {
      join.left.delete(part.number);
      join.isOurs = true;
      return taken;
    } else {
      await untilWhole(join, this.#parts.holdPartMs ?? holdPartMs);
    }
    const status = (await join.told) ?? later;
    if (status === later) {
      join.left.add(part.number);
    } else {
      join.left.delete(part.number);
    }
    return status;
  }

  /** Lets go of those whose time is over. */
  sweep(): Promise<void> {
    this.#texts.expire();
    return this.#tellLeaving();
  }

  /** What nobody else has is told as far as it is there; what the app does not take now, at the next sweep. */
  async #tellLeaving(): Promise<void> {
    await Promise.all(
      [...this.#texts.leaving].map(async (join) => {
        join.told ??= this.#tell(join);
        if ((await join.told) !== later) {
          this.#texts.forget(join);
        }
      }),
    );
  }

  async #tell(join: Join): Promise<number> {
    const status = statusOf(await this.#parts.tell(this.#told(join)));
    if (status === later) {
      join.told = undefined;
      return status;
    }
    join.isTold = true;
    if (join.left.size === 0) {
      join.until = Math.min(join.until, this.#parts.clock.monotonic() + joinedMs);
    }
    return status;
  }

  #told(join: Join): ToldText {
    const { id, from, to } = join;
    return { id, from, to, text: joinedText(join), receivedAt: toIso(this.#parts.clock.realNow()) };
  }
}

function untilWhole(join: Join, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      join.waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    timer.unref();
    join.waiting.add(wake);
  });
}
