// What an application says into a call: it waits until it is heard, sample after sample, unless the application stops it.
import type { HeardSound } from './heard-sound.js';
import { maxWaitingParts, maxWaitingSoundMs } from './limits.js';

export class Playback {
  readonly heard: HeardSound;
  readonly #isTimed: boolean;
  readonly #bytesPerMs: number;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Half a sample, whose other half comes with the next message. */
  #half: Buffer = Buffer.alloc(0);
  /** Until when what was said before is heard, monotonic ms. */
  #heardUntil = 0;

  /** @param isTimed it is heard as long as it lasts; else at once */
  constructor(heard: HeardSound, isTimed: boolean) {
    this.heard = heard;
    this.#isTimed = isTimed;
    this.#bytesPerMs = (heard.rate * 2) / 1_000;
  }

  /** Then nothing more is to be taken until some of it was heard. */
  get isFull(): boolean {
    return this.#waitingBytes > maxWaitingSoundMs * this.#bytesPerMs || this.#waiting.length > maxWaitingParts;
  }

  take(pcm: Buffer, now: number, by: readonly string[]): void {
    const all = this.#half.length === 0 ? pcm : Buffer.concat([this.#half, pcm]);
    const whole = all.subarray(0, all.length - (all.length % 2));
    this.#half = Buffer.from(all.subarray(whole.length));
    if (whole.length === 0) {
      return;
    }
    if (!this.#isTimed) {
      this.heard.hear(whole, by);
      return;
    }
    if (this.#waitingBytes === 0) {
      this.#heardUntil = now;
    }
    this.#waiting.push(whole);
    this.#waitingBytes += whole.length;
  }

  /** What is to be heard by now is heard. */
  advance(now: number, by: readonly string[]): void {
    let due = Math.floor(Math.max(0, now - this.#heardUntil) * (this.#bytesPerMs / 2)) * 2;
    if (this.#waitingBytes === 0 || due === 0) {
      return;
    }
    this.#heardUntil += due / this.#bytesPerMs;
    for (let [next] = this.#waiting; next !== undefined && due > 0; [next] = this.#waiting) {
      const part = next.subarray(0, due);
      this.heard.hear(part, by);
      due -= part.length;
      this.#waitingBytes -= part.length;
      if (part.length === next.length) {
        this.#waiting.shift();
      } else {
        this.#waiting[0] = next.subarray(part.length);
      }
    }
  }

  /** What was not heard yet is not heard any more. */
  stop(): void {
    this.heard.stops += 1;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#half = Buffer.alloc(0);
  }
}
