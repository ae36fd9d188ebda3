// Sound of a call to an application, keys where it wants them, and what it says itself.
import type { MediaEvent } from '../../media-events.js';
import type { StreamOrder } from '../../media-orders.js';
import type { Call } from '../../model.js';
import { type Flow, hearers, isHeard, peopleOf } from './flow.js';
import type { HeardSound } from './heard-sound.js';
import { frameMs, maxWaitingMessages, sampleRates } from './limits.js';
import { audioData, audioMetadata, dtmfData } from './messages.js';
import { Playback } from './playback.js';
import { readMessage } from './read-message.js';
import { SoundTrack } from './sound-track.js';

/** What could not be sent for so long is heard later, not faster. */
const mostLateFrames = 1_000 / frameMs;
/** Silence behind what was said, where sound does not last as long as it takes: by it applications know the end. */
const silentFrames = 500 / frameMs;

export interface SoundFlowOptions {
  readonly order: StreamOrder;
  readonly call: Call;
  readonly heard: HeardSound;
  /** Sound lasts as long as it takes; else it is sent at once, and silence not at all. */
  readonly isTimed: boolean;
  /** Product ms. */
  readonly productNow: () => number;
  /** Monotonic ms. */
  readonly now: number;
}

export class SoundFlow implements Flow {
  readonly #options: SoundFlowOptions;
  readonly #track: SoundTrack;
  readonly #playback: Playback;
  #call: Call;
  #keys: string[] = [];
  #startedAt: number;
  #frames = 0;
  #silence = 0;

  constructor(options: SoundFlowOptions) {
    const { order, call, heard, isTimed, now } = options;
    this.#options = options;
    this.#call = call;
    this.#startedAt = now;
    this.#track = new SoundTrack(sampleRates[order.format], order.channels);
    this.#playback = new Playback(heard, isTimed);
  }

  get isFull(): boolean {
    return this.#playback.isFull;
  }

  first(): string {
    return audioMetadata(this.#options.order);
  }

  *due(now: number): Iterable<readonly string[]> {
    this.#playback.advance(now, hearers(this.#call));
    for (let key = this.#keys.shift(); key !== undefined; key = this.#keys.shift()) {
      yield [key];
    }
    if (!this.#options.isTimed) {
      yield* this.#atOnce();
      return;
    }
    const due = Math.floor((now - this.#startedAt) / frameMs);
    const late = due - this.#frames - mostLateFrames;
    if (late > 0) {
      this.#startedAt += late * frameMs;
    }
    for (const until = late > 0 ? due - late : due; this.#frames < until; ) {
      this.#frames += 1;
      yield this.#next();
    }
  }

  tell(call: Call, event: MediaEvent, now: number): void {
    this.#playback.advance(now, hearers(this.#call));
    this.#call = call;
    if (event.is === 'speech' && isHeard(call, event.who)) {
      this.#track.say(event.who, event.text);
      this.#silence = silentFrames;
    }
    const { hasTones } = this.#options.order;
    if (
      event.is === 'tone' &&
      hasTones &&
      peopleOf(call).includes(event.who) &&
      this.#keys.length < maxWaitingMessages
    ) {
      this.#keys.push(dtmfData(event.tone));
    }
  }

  take(message: string, now: number): boolean {
    if (!this.#options.order.isBidirectional) {
      return true;
    }
    const said = readMessage(message);
    const by = hearers(this.#call);
    this.#playback.advance(now, by);
    if (said?.is === 'sound') {
      this.#playback.take(said.pcm, now, by);
    }
    if (said?.is === 'stop') {
      this.#playback.stop();
    }
    return said !== undefined;
  }

  *#atOnce(): Iterable<readonly string[]> {
    while (this.#track.isSpoken || this.#silence > 0) {
      this.#silence -= this.#track.isSpoken ? 0 : 1;
      yield this.#next();
    }
  }

  #next(): readonly string[] {
    const at = this.#options.productNow();
    return this.#track.next(peopleOf(this.#call)).map((frame) => audioData(frame, at));
  }
}
