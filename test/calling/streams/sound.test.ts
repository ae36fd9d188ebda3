import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeardSound } from '../../../shared/calling/simulator/streams/heard-sound.js';
import {
  maxRememberedParts,
  maxWaitingParts,
  maxWaitingSoundMs,
} from '../../../shared/calling/simulator/streams/limits.js';
import { Playback } from '../../../shared/calling/simulator/streams/playback.js';
import { SoundTrack } from '../../../shared/calling/simulator/streams/sound-track.js';

const alice = '4:+15551281001';
const bob = '4:+15551281002';
const newHeard = (rate = 16_000) => new HeardSound({ resourceId: 'r', connection: 'c', stream: 's', rate });
const textsOf = ({ words }: HeardSound) => words.map(({ text }) => text);

/** All that is heard until nobody speaks any more. */
function heardOf(track: SoundTrack, present: readonly string[]): Buffer {
  const frames: Buffer[] = [];
  while (track.isSpoken) {
    frames.push(...track.next(present).map(({ pcm }) => pcm));
  }
  return Buffer.concat(frames);
}

describe('The sound of the simulator', () => {
  it('says any sentence so that whoever hears it again knows the words, however it is cut', () => {
    const sentence = fc.string({ minLength: 1, maxLength: 60, unit: 'grapheme' });
    const rate = fc.constantFrom(16_000, 24_000);
    fc.assert(
      fc.property(sentence, rate, fc.nat(5_000), fc.integer({ min: 1, max: 4_001 }), (text, hz, before, size) => {
        const track = new SoundTrack(hz, 'mixed');
        track.say(alice, text);
        const sound = Buffer.concat([Buffer.alloc(before), heardOf(track, [alice])]);
        const whole = before % 2 === 0 ? sound : sound.subarray(1);
        const heard = newHeard(hz);
        const playback = new Playback(heard, false);
        for (let at = 0; at < whole.length; at += size) {
          playback.take(whole.subarray(at, at + size), 0, [alice]);
        }
        expect(heard.words).toEqual([{ text, by: [alice] }]);
      }),
      { numRuns: 30 },
    );
  });

  it('lasts as long as the sentence is read aloud, in packets of 20 ms', () => {
    const track = new SoundTrack(16_000, 'mixed');
    track.say(alice, 'x'.repeat(30));
    const sound = heardOf(track, [alice]);
    expect(sound.length).toBe(2 * 2 * 16_000);
    expect(track.next([alice])).toMatchObject([{ who: undefined, isSilent: true }]);
    expect(track.next([alice])[0]?.pcm.length).toBe(640);
    expect(new SoundTrack(24_000, 'mixed').next([])[0]?.pcm.length).toBe(960);
    // It is heard at all: a third of the samples at least are loud.
    const loud = sound.filter((_, n) => n % 2 === 0 && Math.abs(sound.readInt16LE(n)) > 1_000).length;
    expect(loud).toBeGreaterThan(sound.length / 6);
  });

  it('is what all say together; two who end at one moment are not understood, others are', () => {
    const track = new SoundTrack(16_000, 'mixed');
    track.say(alice, 'First');
    track.say(alice, 'Second');
    const heard = newHeard();
    heard.hear(heardOf(track, [alice, bob]), []);
    expect(textsOf(heard)).toEqual(['First', 'Second']);
    track.say(alice, 'Third');
    track.say(bob, 'Fourth');
    heard.hear(heardOf(track, [alice, bob]), []);
    expect(textsOf(heard)).toEqual(['First', 'Second', 'Third', 'Fourth']);
    track.say(alice, 'Yes');
    track.say(bob, 'Why');
    heard.hear(heardOf(track, [alice, bob]), []);
    expect(textsOf(heard)).toHaveLength(4);
  });

  it('has a channel for each where it is not mixed: four, those who speak first', () => {
    const track = new SoundTrack(16_000, 'unmixed');
    const others = ['4:+1', '4:+2', '4:+3', '4:+4'];
    track.say(bob, 'Hello');
    expect(track.next([...others, bob]).map(({ who, isSilent }) => [who, isSilent])).toEqual([
      [bob, false],
      ['4:+1', true],
      ['4:+2', true],
      ['4:+3', true],
    ]);
  });

  it('ends with whoever leaves', () => {
    const track = new SoundTrack(16_000, 'mixed');
    track.say(alice, 'I am gone before this is said');
    expect(track.next([alice])[0]?.isSilent).toBe(false);
    expect(track.next([bob])[0]?.isSilent).toBe(true);
    expect(track.isSpoken).toBe(false);
  });
});

describe('What an application says into a call', () => {
  const second = Buffer.alloc(32_000, 1);

  it('is heard as long as it lasts, by those who are there then', () => {
    const heard = newHeard();
    const playback = new Playback(heard, true);
    playback.take(second, 5_000, [alice]);
    playback.advance(5_000, [alice]);
    expect(heard.durationMs).toBe(0);
    playback.advance(5_400, [alice]);
    expect(heard.durationMs).toBe(400);
    playback.advance(9_000, [alice]);
    expect(heard.durationMs).toBe(1_000);
    expect(heard.sound.equals(second)).toBe(true);
  });

  it('is not heard from the moment on when it is stopped', () => {
    const heard = newHeard();
    const playback = new Playback(heard, true);
    playback.take(second, 0, [alice]);
    playback.advance(250, [alice]);
    playback.stop();
    playback.advance(2_000, [alice]);
    expect(heard).toMatchObject({ durationMs: 250, stops: 1 });
    playback.take(second, 3_000, [alice]);
    playback.advance(3_100, [alice]);
    expect(heard.durationMs).toBe(350);
  });

  it('waits in a bounded way: then no more is read', () => {
    const playback = new Playback(newHeard(), true);
    for (let ms = 0; ms <= maxWaitingSoundMs; ms += 1_000) {
      expect(playback.isFull).toBe(false);
      playback.take(second, 0, []);
    }
    expect(playback.isFull).toBe(true);
    playback.advance(60_000, []);
    expect(playback.isFull).toBe(false);
  });

  it('waits in a bounded number of parts, however short they are', () => {
    const playback = new Playback(newHeard(), true);
    for (let part = 0; part <= maxWaitingParts; part++) {
      expect(playback.isFull).toBe(false);
      playback.take(Buffer.alloc(2), 0, []);
    }
    expect(playback.isFull).toBe(true);
    playback.advance(1, []);
    expect(playback.isFull).toBe(false);
  });

  it('is remembered whole when it comes in the shortest parts', () => {
    const heard = newHeard();
    const samples = Array.from({ length: 2 * maxRememberedParts + 5 }, (_, n) => Buffer.from([n & 0xff, n >> 8]));
    for (const sample of samples) {
      heard.hear(sample, []);
    }
    expect(heard.sound.equals(Buffer.concat(samples))).toBe(true);
  });

  it('is remembered for a minute', () => {
    const heard = newHeard();
    for (let count = 0; count < 100; count++) {
      heard.hear(Buffer.alloc(32_000, count), []);
    }
    expect(heard.durationMs).toBe(100_000);
    expect(heard.sound.length).toBe(60 * second.length);
    expect([heard.sound[0], heard.sound.at(-1)]).toEqual([40, 99]);
  });
});
