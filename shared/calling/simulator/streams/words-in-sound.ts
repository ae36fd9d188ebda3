// Finds the words in sound that voice.ts has made, wherever it begins and however it is cut. Sound of anybody else has none;
// of two who end at one moment nobody is understood.
import { crc32 } from 'node:zlib';
import { headerBytes, mark } from './voice.js';

export class WordsInSound {
  /** The last 32 bits. */
  #last = 0;
  #bits = 0;
  #byte = 0;
  /** What follows the mark; undefined while it is looked for. */
  #taken: number[] | undefined;

  /** @returns sentences that end in these samples */
  hear(samples: Iterable<number>): readonly string[] {
    const found: string[] = [];
    for (const sample of samples) {
      const words = this.#hearBit(sample & 1);
      if (words !== undefined) {
        found.push(words);
      }
    }
    return found;
  }

  #hearBit(bit: number): string | undefined {
    this.#last = ((this.#last << 1) | bit) >>> 0;
    if (this.#last === mark) {
      this.#taken = [];
      this.#bits = 0;
      return undefined;
    }
    if (this.#taken === undefined) {
      return undefined;
    }
    this.#byte = ((this.#byte << 1) | bit) & 0xff;
    this.#bits += 1;
    if (this.#bits % 8 !== 0) {
      return undefined;
    }
    this.#taken.push(this.#byte);
    return this.#read(this.#taken);
  }

  #read(taken: readonly number[]): string | undefined {
    const behindMark = headerBytes - 4;
    if (taken.length < behindMark) {
      return undefined;
    }
    const all = Buffer.from(taken.length === behindMark ? taken : taken.slice(0, behindMark));
    const length = all.readUInt16BE(0);
    if (taken.length < behindMark + length) {
      return undefined;
    }
    this.#taken = undefined;
    const words = Buffer.from(taken.slice(behindMark));
    return crc32(words) === all.readUInt32BE(2) ? words.toString() : undefined;
  }
}
