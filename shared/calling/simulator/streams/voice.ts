// How people sound in the simulator: each has a pitch, letters are heard, spaces are pauses, fifteen characters a second. The
// lowest bit of the last samples spells what was said, so that whoever hears the sound again, unchanged and to its end, knows
// the words: words-in-sound.ts reads it.
import { crc32 } from 'node:zlib';

const charactersPerSecond = 15;
/** Begins the words in the bits; then their length in bytes, and a checksum of them. */
export const mark = 0xd0_91_c1_1e;
export const headerBytes = 10;

const loudness = 8_000;
const overtone = 0.4;

export interface Voice {
  /** Samples. */
  readonly length: number;
  /** -32,768 to 32,767. */
  sampleAt(index: number): number;
}

export function saidMs(text: string): number {
  return Math.ceil((text.length * 1_000) / charactersPerSecond);
}

/** @param rate samples a second */
export function speak(who: string, text: string, rate: number): Voice {
  const bits = spelled(text);
  const length = Math.max(Math.ceil((saidMs(text) * rate) / 1_000), bits.length * 8);
  const silent = length - bits.length * 8;
  const pitch = (2 * Math.PI * (110 + (crc32(who) % 24) * 8)) / rate;
  return {
    length,
    sampleAt: (index) => {
      const at = Math.min(text.length - 1, Math.floor((index * text.length) / length));
      const isHeard = text.charAt(at).trim() !== '';
      const turn = index * pitch;
      const wave = (Math.sin(turn) + overtone * Math.sin(2 * turn)) / (1 + overtone);
      const sample = isHeard ? Math.round(loudness * wave) : 0;
      const bit = index - silent;
      return (sample & ~1) | (bit < 0 ? 0 : ((bits[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1);
    },
  };
}

function spelled(text: string): Buffer {
  const words = Buffer.from(text);
  const header = Buffer.alloc(headerBytes);
  header.writeUInt32BE(mark, 0);
  header.writeUInt16BE(words.length, 4);
  header.writeUInt32BE(crc32(words), 6);
  return Buffer.concat([header, words]);
}
