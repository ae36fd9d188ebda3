// What is written down of a sentence in the simulator: its words, as long as they are said, growing, then final.
import { saidMs } from './voice.js';

export interface Words {
  /** Raw id. */
  readonly who: string;
  readonly text: string;
  readonly confidence: number;
  readonly words: readonly Word[];
  readonly isFinal: boolean;
}

export interface Word {
  readonly text: string;
  /** From the start of the stream. */
  readonly offsetMs: number;
  readonly durationMs: number;
}

/** Words after which what was understood so far is told. */
const step = 3;

/** @returns what is told of it, and when: ms from the start of the stream */
export function writeDown(
  said: { readonly who: string; readonly text: string; readonly confidence: number },
  startMs: number,
  hasIntermediate: boolean,
): readonly { readonly atMs: number; readonly words: Words }[] {
  const { who, text, confidence } = said;
  const words = [...text.matchAll(/\S+/g)].map(
    ({ 0: word, index }): Word => ({
      text: plain(word),
      offsetMs: startMs + saidMs(text.slice(0, index)),
      durationMs: saidMs(word),
    }),
  );
  const told = [];
  const steps = hasIntermediate ? words.length : 0;
  for (let count = step; count < steps; count += step) {
    const some = words.slice(0, count);
    const last = some.at(-1);
    const soFar = { who, text: some.map((word) => word.text).join(' '), confidence, words: some, isFinal: false };
    told.push({ atMs: (last?.offsetMs ?? 0) + (last?.durationMs ?? 0), words: soFar });
  }
  return [...told, { atMs: startMs + saidMs(text), words: { who, text, confidence, words, isFinal: true } }];
}

function plain(word: string): string {
  return word.replaceAll(/^[\p{P}\p{S}]+|[\p{P}\p{S}]+$/gu, '').toLowerCase() || word;
}
