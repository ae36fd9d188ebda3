// How long something is played in the simulator, which has no sound: text as fast as it is read aloud, breaks of SSML as they
// say, a file as long as its address says in `seconds`, or two seconds.
import type { PlaySource } from '../media-orders.js';

const charactersPerSecond = 15;
const fileMs = 2_000;
const longestMs = 60 * 60_000;

export function playLengthMs(sources: readonly PlaySource[]): number {
  return Math.min(
    longestMs,
    sources.reduce((sum, source) => sum + lengthOf(source), 0),
  );
}

function lengthOf(source: PlaySource): number {
  switch (source.kind) {
    case 'text':
      return readAloudMs(source.text);
    case 'ssml':
      return readAloudMs(source.ssml.replaceAll(/<[^>]*>/g, ' ')) + breaksMs(source.ssml);
    case 'file':
      return fileLengthMs(source.uri);
  }
}

function readAloudMs(text: string): number {
  return Math.ceil((text.replaceAll(/\s+/g, ' ').trim().length * 1_000) / charactersPerSecond);
}

function breaksMs(ssml: string): number {
  let sum = 0;
  for (const [, figure = '0', unit] of ssml.matchAll(/<break\s[^>]*time="(\d{1,6})(ms|s)"/g)) {
    sum += Number(figure) * (unit === 's' ? 1_000 : 1);
  }
  return sum;
}

function fileLengthMs(uri: string): number {
  const seconds = URL.canParse(uri) ? Number(new URL(uri).searchParams.get('seconds') ?? Number.NaN) : Number.NaN;
  return Number.isFinite(seconds) && seconds >= 0 ? Math.round(seconds * 1_000) : fileMs;
}
