// What people in a call have heard of an application over one stream: how much, which words, and the newest of the sound, so
// that a test can look. In memory alone.
import { maxRememberedMs, maxRememberedParts, maxRememberedWords } from './limits.js';
import { WordsInSound } from './words-in-sound.js';

export interface HeardWords {
  readonly text: string;
  /** Raw ids of those who were there. */
  readonly by: readonly string[];
}

export class HeardSound {
  readonly resourceId: string;
  readonly connection: string;
  readonly stream: string;
  /** Samples a second. */
  readonly rate: number;
  readonly words: HeardWords[] = [];
  /** How often the application has stopped what it was saying. */
  stops = 0;
  #bytes = 0;
  #newest: Buffer[] = [];
  #newestBytes = 0;
  readonly #reader = new WordsInSound();

  constructor(of: Pick<HeardSound, 'resourceId' | 'connection' | 'stream' | 'rate'>) {
    this.resourceId = of.resourceId;
    this.connection = of.connection;
    this.stream = of.stream;
    this.rate = of.rate;
  }

  get durationMs(): number {
    return Math.round((this.#bytes * 1_000) / (this.rate * 2));
  }

  /** 16 bits a sample, little-endian; the last minute of it. */
  get sound(): Buffer {
    return Buffer.concat(this.#newest).subarray(-this.#mostBytes);
  }

  /** @param pcm whole samples */
  hear(pcm: Buffer, by: readonly string[]): void {
    this.#bytes += pcm.length;
    for (const text of this.#reader.hear(samplesOf(pcm))) {
      this.words.push({ text, by });
    }
    this.words.splice(0, this.words.length - maxRememberedWords);
    this.#newest.push(pcm);
    this.#newestBytes += pcm.length;
    if (this.#newestBytes > 2 * this.#mostBytes || this.#newest.length > maxRememberedParts) {
      // A copy: a part must not hold all that it came in.
      this.#newest = [Buffer.from(this.sound)];
      this.#newestBytes = this.#newest[0]?.length ?? 0;
    }
  }

  /** What was said so far, and who heard it; how much it was stays. */
  forget(): void {
    this.words.length = 0;
    this.#newest = [];
    this.#newestBytes = 0;
  }

  get #mostBytes(): number {
    return (maxRememberedMs * this.rate * 2) / 1_000;
  }
}

function* samplesOf(pcm: Buffer): Generator<number> {
  for (let at = 0; at + 1 < pcm.length; at += 2) {
    yield pcm.readInt16LE(at);
  }
}
