// What is said in a call, written down, to an application: as long as it is said, or at once.
import type { MediaEvent } from '../../media-events.js';
import type { TranscriptOrder } from '../../media-orders.js';
import type { Call } from '../../model.js';
import { type Flow, isHeard } from './flow.js';
import { maxWaitingMessages } from './limits.js';
import { transcriptionData, transcriptionMetadata } from './messages.js';
import { writeDown } from './transcript.js';
import { saidMs } from './voice.js';

/** How sure the simulator is of what it was told word for word. */
const surely = 0.95;

export interface WordsFlowOptions {
  readonly order: TranscriptOrder;
  readonly call: Call;
  readonly isTimed: boolean;
  /** Monotonic ms. */
  readonly now: number;
}

export class WordsFlow implements Flow {
  readonly isFull = false;
  readonly #isTimed: boolean;
  readonly #correlationId: string;
  readonly #startedAt: number;
  /** Until when each has something to say, ms from the start. */
  readonly #busyUntil = new Map<string, number>();
  #order: TranscriptOrder;
  #waiting: { readonly atMs: number; readonly text: string }[] = [];

  constructor({ order, call, isTimed, now }: WordsFlowOptions) {
    this.#order = order;
    this.#correlationId = call.correlationId;
    this.#isTimed = isTimed;
    this.#startedAt = now;
  }

  first(): string {
    return transcriptionMetadata(this.#order, this.#correlationId);
  }

  /** From now on it is another language. */
  setLocale(locale: string): void {
    this.#order = { ...this.#order, locale };
    this.#waiting.unshift({ atMs: 0, text: this.first() });
  }

  *due(now: number): Iterable<readonly string[]> {
    const until = this.#isTimed ? now - this.#startedAt : Number.POSITIVE_INFINITY;
    for (let [next] = this.#waiting; next !== undefined && next.atMs <= until; [next] = this.#waiting) {
      this.#waiting.shift();
      yield [next.text];
    }
  }

  tell(call: Call, event: MediaEvent, now: number): void {
    if (event.is !== 'speech' || !isHeard(call, event.who) || this.#waiting.length >= maxWaitingMessages) {
      return;
    }
    const { who, text, confidence = surely } = event;
    const startMs = Math.max(now - this.#startedAt, this.#busyUntil.get(who) ?? 0);
    this.#busyUntil.set(who, startMs + saidMs(text));
    const told = writeDown({ who, text, confidence }, startMs, this.#order.hasIntermediate);
    this.#waiting.push(...told.map(({ atMs, words }) => ({ atMs, text: transcriptionData(words) })));
    // Stable: of what is told at one moment that comes first which was said first.
    this.#waiting.sort((one, other) => one.atMs - other.atMs);
  }

  /** Nobody says anything over such a stream. */
  take(): boolean {
    return true;
  }
}
