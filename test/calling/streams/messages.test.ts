import {
  createOutboundAudioData,
  createOutboundStopAudioData,
  StreamingData,
} from '@azure/communication-call-automation';
import { createIdentifierFromRawId } from '@azure/communication-common';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  audioData,
  audioMetadata,
  dtmfData,
  transcriptionData,
  transcriptionMetadata,
} from '../../../shared/calling/simulator/streams/messages.js';
import { readMessage } from '../../../shared/calling/simulator/streams/read-message.js';
import { writeDown } from '../../../shared/calling/simulator/streams/transcript.js';

const phone = '4:+15551281000';
const format = fc.constantFrom('pcm16KMono' as const, 'pcm24KMono' as const);

describe('What a stream sends, as the official client reads it', () => {
  it('begins sound with its format', () => {
    expect(StreamingData.parse(audioMetadata({ stream: 's', format: 'pcm16KMono' }))).toEqual({
      subscriptionId: 's',
      encoding: 'PCM',
      sampleRate: 16_000,
      channels: 1,
    });
    expect(StreamingData.getStreamingKind()).toBe('AudioMetadata');
    const { audioMetadata: written } = JSON.parse(audioMetadata({ stream: 's', format: 'pcm24KMono' }));
    expect(written).toMatchObject({ sampleRate: 24_000, length: 960 });
  });

  it('carries any sound of anybody, and of all with nobody named', () => {
    fc.assert(
      fc.property(
        format,
        fc.uint8Array({ maxLength: 960 }),
        fc.boolean(),
        fc.option(fc.constantFrom(phone, '8:acs:a_b', 'anonymous'), { nil: undefined }),
        fc.integer({ min: 0, max: 4_000_000_000_000 }),
        (_, bytes, isSilent, who, at) => {
          const sent = audioData({ who, pcm: Buffer.from(bytes), isSilent }, at);
          expect(StreamingData.parse(new TextEncoder().encode(sent).buffer as ArrayBuffer)).toEqual({
            data: Buffer.from(bytes).toString('base64'),
            timestamp: new Date(at).toISOString(),
            isSilent,
            participant: who === undefined ? undefined : createIdentifierFromRawId(who),
          });
          expect(StreamingData.getStreamingKind()).toBe('AudioData');
        },
      ),
    );
  });

  it('names the key that was pressed', () => {
    const keys = (['zero', 'nine', 'a', 'd', 'pound', 'asterisk'] as const).map(
      (tone) => (StreamingData.parse(dtmfData(tone)) as { data: string }).data,
    );
    expect(keys.join('')).toBe('09AD#*');
    expect(StreamingData.getStreamingKind()).toBe('DtmfData');
  });

  it('begins transcripts with their language', () => {
    const order = { stream: 's', connection: 'c', locale: 'de-DE', modelEndpointId: 'm' };
    expect(StreamingData.parse(transcriptionMetadata(order, 'correlation'))).toEqual({
      subscriptionId: 's',
      callConnectionId: 'c',
      correlationId: 'correlation',
      locale: 'de-DE',
      speechRecognitionModelEndpointId: 'm',
    });
  });

  it('writes any sentence down, with words that lie in it one behind the other', () => {
    const said = fc.string({ minLength: 1, maxLength: 200, unit: 'grapheme' });
    fc.assert(
      fc.property(said, fc.nat(3_600_000), fc.boolean(), (text, startMs, hasIntermediate) => {
        const told = writeDown({ who: phone, text, confidence: 0.95 }, startMs, hasIntermediate);
        const parsed = told.map(({ words }) => StreamingData.parse(transcriptionData(words)) as never as Parsed);
        expect(parsed.map(({ resultState }) => resultState)).toEqual([
          ...parsed.slice(1).map(() => 'Intermediate'),
          'Final',
        ]);
        for (const { words, offsetInTicks, durationInTicks, participant } of parsed) {
          expect(participant).toMatchObject({ phoneNumber: '+15551281000' });
          let at = offsetInTicks;
          for (const word of words) {
            expect(word.offsetInTicks).toBeGreaterThanOrEqual(at);
            at = word.offsetInTicks + word.durationInTicks - 10_000;
          }
          expect(offsetInTicks + durationInTicks).toBeGreaterThanOrEqual(at);
        }
        const [last] = parsed.slice(-1);
        expect(last?.text).toBe(text);
        expect(last?.words).toHaveLength(text.match(/\S+/g)?.length ?? 0);
        expect(told.every(({ atMs }, n) => n === 0 || atMs >= (told[n - 1]?.atMs ?? 0))).toBe(true);
      }),
    );
  });
});

interface Parsed {
  readonly text: string;
  readonly resultState: string;
  readonly participant: object;
  readonly offsetInTicks: number;
  readonly durationInTicks: number;
  readonly words: readonly { readonly offsetInTicks: number; readonly durationInTicks: number }[];
}

describe('What an application says over a stream', () => {
  it('is read as the official client of JavaScript writes it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2_000 }), (bytes) => {
        const read = readMessage(createOutboundAudioData(Buffer.from(bytes).toString('base64')));
        expect(read).toEqual({ is: 'sound', pcm: Buffer.from(bytes) });
      }),
    );
    expect(readMessage(createOutboundStopAudioData())).toEqual({ is: 'stop' });
  });

  it('is read as those of other languages write it, with capitals', () => {
    expect(readMessage('{"Kind":"AudioData","AudioData":{"Data":"AAEC"},"StopAudio":null}')).toEqual({
      is: 'sound',
      pcm: Buffer.from([0, 1, 2]),
    });
    expect(readMessage('{"Kind":"StopAudio","AudioData":null,"StopAudio":{}}')).toEqual({ is: 'stop' });
  });

  it('is not understood when it is anything else, and does no harm', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(readMessage(text)).toBeUndefined();
      }),
    );
    const half = '{"kind":"audioData","audioData":{"data":"not base64!"}}';
    for (const text of ['null', '[]', '{"kind":"audioData"}', '{"kind":1}', half]) {
      expect(readMessage(text)).toBeUndefined();
    }
  });
});
