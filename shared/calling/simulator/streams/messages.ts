// What applications are sent over a stream, as the official SDK reads it (StreamingData.parse).
import { toIso } from '../../../time/instant.js';
import type { StreamOrder, Tone, TranscriptOrder } from '../../media-orders.js';
import type { Words } from './transcript.js';
import { frameMs, sampleRates } from './limits.js';

/** One packet of sound. */
export interface Frame {
  /** Raw id of whoever is heard; undefined when all are. */
  readonly who: string | undefined;
  /** 16 bits a sample, little-endian. */
  readonly pcm: Buffer;
  readonly isSilent: boolean;
}

function frameBytes(format: StreamOrder['format']): number {
  return (sampleRates[format] * 2 * frameMs) / 1_000;
}

export function audioMetadata({ stream, format }: Pick<StreamOrder, 'stream' | 'format'>): string {
  return JSON.stringify({
    kind: 'AudioMetadata',
    audioMetadata: {
      subscriptionId: stream,
      encoding: 'PCM',
      sampleRate: sampleRates[format],
      channels: 1,
      length: frameBytes(format),
    },
  });
}

/** @param at product ms */
export function audioData({ who, pcm, isSilent }: Frame, at: number): string {
  return JSON.stringify({
    kind: 'AudioData',
    audioData: {
      timestamp: toIso(at),
      // Absent, not null, where all are heard: the SDK takes whatever is there for an id.
      ...(who !== undefined && { participantRawID: who }),
      data: pcm.toString('base64'),
      silent: isSilent,
    },
  });
}

export function transcriptionMetadata(
  order: Pick<TranscriptOrder, 'stream' | 'connection' | 'locale' | 'modelEndpointId'>,
  correlationId: string,
): string {
  const { stream, connection, locale, modelEndpointId } = order;
  return JSON.stringify({
    kind: 'TranscriptionMetadata',
    transcriptionMetadata: {
      subscriptionId: stream,
      locale,
      callConnectionId: connection,
      correlationId,
      ...(modelEndpointId !== undefined && { speechRecognitionModelEndpointId: modelEndpointId }),
    },
  });
}

export function transcriptionData({ who, text, confidence, words, isFinal }: Words): string {
  const [first] = words;
  const last = words.at(-1);
  const offsetMs = first?.offsetMs ?? 0;
  const endMs = last === undefined ? offsetMs : last.offsetMs + last.durationMs;
  return JSON.stringify({
    kind: 'TranscriptionData',
    transcriptionData: {
      text,
      format: 'display',
      confidence,
      offset: ticks(offsetMs),
      duration: ticks(endMs - offsetMs),
      words: words.map((word) => ({
        text: word.text,
        offset: ticks(word.offsetMs),
        duration: ticks(word.durationMs),
      })),
      participantRawID: who,
      resultStatus: isFinal ? 'Final' : 'Intermediate',
    },
  });
}

const keyOf: Readonly<Record<Tone, string>> = {
  zero: '0',
  one: '1',
  two: '2',
  three: '3',
  four: '4',
  five: '5',
  six: '6',
  seven: '7',
  eight: '8',
  nine: '9',
  a: 'A',
  b: 'B',
  c: 'C',
  d: 'D',
  pound: '#',
  asterisk: '*',
};

export function dtmfData(tone: Tone): string {
  return JSON.stringify({ kind: 'DtmfData', dtmfData: { data: keyOf[tone] } });
}

/** Of 100 ns. */
function ticks(ms: number): number {
  return Math.round(ms * 10_000);
}
