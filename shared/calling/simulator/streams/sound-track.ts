// What is heard in a call, packet by packet: each person says their sentences one behind the other, everybody at once.
import { frameMs, maxChannels, maxWaitingSentences } from './limits.js';
import type { Frame } from './messages.js';
import { speak, type Voice } from './voice.js';

interface Speaker {
  voice: Voice;
  /** Samples that were heard. */
  at: number;
  readonly waiting: string[];
}

export class SoundTrack {
  readonly #rate: number;
  readonly #channels: 'mixed' | 'unmixed';
  readonly #speakers = new Map<string, Speaker>();

  /** @param rate samples a second */
  constructor(rate: number, channels: 'mixed' | 'unmixed') {
    this.#rate = rate;
    this.#channels = channels;
  }

  get isSpoken(): boolean {
    return this.#speakers.size > 0;
  }

  say(who: string, text: string): void {
    const speaker = this.#speakers.get(who);
    if (speaker === undefined) {
      this.#speakers.set(who, { voice: speak(who, text, this.#rate), at: 0, waiting: [] });
    } else if (speaker.waiting.length < maxWaitingSentences) {
      speaker.waiting.push(text);
    }
  }

  /** @param present who is in the call; whoever is not says nothing more */
  next(present: readonly string[]): readonly Frame[] {
    for (const who of this.#speakers.keys()) {
      if (!present.includes(who)) {
        this.#speakers.delete(who);
      }
    }
    if (this.#channels === 'mixed') {
      return [this.#frame(undefined, [...this.#speakers.keys()])];
    }
    const speaking = present.filter((who) => this.#speakers.has(who));
    const quiet = present.filter((who) => !this.#speakers.has(who));
    return [...speaking, ...quiet].slice(0, maxChannels).map((who) => this.#frame(who, [who]));
  }

  #frame(who: string | undefined, heard: readonly string[]): Frame {
    const pcm = Buffer.alloc((this.#rate * 2 * frameMs) / 1_000);
    let isSilent = true;
    for (const each of heard) {
      const speaker = this.#speakers.get(each);
      if (speaker !== undefined) {
        isSilent = false;
        addSamples(pcm, speaker);
        this.#goOn(each, speaker);
      }
    }
    return { who, pcm, isSilent };
  }

  #goOn(who: string, speaker: Speaker): void {
    if (speaker.at < speaker.voice.length) {
      return;
    }
    const next = speaker.waiting.shift();
    if (next === undefined) {
      this.#speakers.delete(who);
    } else {
      speaker.voice = speak(who, next, this.#rate);
      speaker.at = 0;
    }
  }
}

function addSamples(pcm: Buffer, speaker: Speaker): void {
  for (let byte = 0; byte < pcm.length && speaker.at < speaker.voice.length; byte += 2) {
    const sum = pcm.readInt16LE(byte) + speaker.voice.sampleAt(speaker.at);
    pcm.writeInt16LE(Math.max(-32_768, Math.min(32_767, sum)), byte);
    speaker.at += 1;
  }
}
