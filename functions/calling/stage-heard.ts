// What people in calls have heard of an application that speaks over a stream.
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import { callFaults, type SimulatedStreams } from '../../shared/calling/index.js';
import { Fault } from '../../shared/http/index.js';
import type { Clock } from '../../shared/time/clock.js';
import { type StageAction, stageAction } from '../capability.js';

const lookAgainMs = 50;

export interface HeardParts {
  readonly streams: Pick<SimulatedStreams, 'heard'>;
  readonly clock: Pick<Clock, 'monotonic'>;
  /** Immutable id of a resource by its name. */
  resourceIdOf(name: string): Promise<string>;
}

export function heardStage({ streams, clock, resourceIdOf }: HeardParts): readonly StageAction[] {
  return [
    stageAction({
      name: 'heard',
      summary: 'What people in a call have heard of an application over its streams: how long, which words, the sound.',
      input: z.strictObject({
        /** Id of the connection. */
        call: z.string().max(64),
        /** Waits until so much of it was heard; 404 when it was not. */
        atLeastMs: z.int().min(0).max(3_600_000).default(0),
        /** Waits until these words were. */
        words: z.string().max(1_000).optional(),
        seconds: z.number().min(0).max(60).default(10),
        /** With the sound of the last minute. */
        sound: z.boolean().default(false),
      }),
      run: async ({ call, atLeastMs, words, seconds, sound }, { resource }) => {
        const resourceId = await resourceIdOf(resource);
        const until = clock.monotonic() + seconds * 1_000;
        for (;;) {
          const heard = streams.heard(resourceId, call);
          const ms = heard.reduce((sum, { durationMs }) => sum + durationMs, 0);
          const isSaid = words === undefined || heard.some((each) => each.words.some(({ text }) => text === words));
          if (ms >= atLeastMs && isSaid) {
            return { streams: heard.map((each) => ({ ...render(each), ...(sound && soundOf(each)) })) };
          }
          if (clock.monotonic() >= until) {
            throw new Fault(callFaults.notHeard);
          }
          await wait(lookAgainMs);
        }
      },
    }),
  ];
}

type Heard = ReturnType<SimulatedStreams['heard']>[number];

function render({ stream, rate, durationMs, stops, words }: Heard) {
  return { stream, sampleRate: rate, durationMs, stops, words };
}

/** 16 bits a sample, little-endian, in Base64: as applications send it. */
function soundOf({ sound }: Heard) {
  return { sound: sound.toString('base64') };
}
