// The media plane without media, inside: people answer at once unless they are known to do otherwise, what is played ends when
// it would have been heard, keys and words are what a test says. Everything is known when it is decided, so that it happens
// also when the process that decided it is gone.
import type { MediaEvent, TimedMediaEvent } from '../media-events.js';
import type { MediaCommand, MediaOrder } from '../media-orders.js';
import type { MediaPlane, StreamPort } from '../media-plane.js';
import type { Call } from '../model.js';
import { type Callee, Callees } from './callees.js';
import { playLengthMs } from './play-length.js';
import { afterSpeech, afterTone, silence, tonesOf } from './recognise.js';

export interface SimulatorOptions {
  readonly callees?: Callees;
  readonly streams?: StreamPort;
  /** What is played ends at once. */
  readonly playsAtOnce?: boolean;
}

const toneMs = 250;

export class Simulator implements MediaPlane {
  readonly callees: Callees;
  readonly #options: SimulatorOptions;

  constructor(options: SimulatorOptions = {}) {
    this.#options = options;
    this.callees = options.callees ?? new Callees();
  }

  foresee(call: Call, commands: readonly MediaCommand[], now: number): readonly TimedMediaEvent[] {
    return commands.flatMap((command) => this.#foreseeOne(call, command, now));
  }

  react(call: Call, event: MediaEvent, now: number): readonly TimedMediaEvent[] {
    if (event.is !== 'tone' && event.is !== 'speech') {
      return [];
    }
    return call.tasks
      .filter((task) => task.kind === 'recognise' && task.who === event.who)
      .flatMap((task) => {
        if (event.is === 'tone') {
          return task.options?.input === 'speech' ? [] : afterTone(task, now);
        }
        return afterSpeech(task, event.text, now);
      });
  }

  happened(call: Call, events: readonly MediaEvent[]): void {
    for (const event of events) {
      this.#options.streams?.happened(call, event);
    }
  }

  async send(call: Call, commands: readonly MediaCommand[]): Promise<void> {
    const { streams } = this.#options;
    for (const command of streams === undefined ? [] : commands) {
      await sendToStreams(streams as StreamPort, call, command);
    }
  }

  async lost(): Promise<readonly string[]> {
    return [];
  }

  #foreseeOne(call: Call, command: MediaOrder, now: number): readonly TimedMediaEvent[] {
    switch (command.do) {
      case 'ring':
        return this.#ring(command, now);
      case 'answer':
        return [{ at: now, event: { is: 'joined', who: command.who } }];
      case 'transfer':
        return this.#transfer(command, now);
      case 'play':
        return this.#play(command, Math.max(now, lastPlayed(call)), now);
      case 'recognise':
        return this.#recognise(command, now);
      case 'send-tones':
        return [{ at: now + command.tones.length * toneMs, event: { is: 'tones-sent', task: command.task } }];
      case 'start-stream':
      case 'start-transcript':
        return this.#options.streams ? [] : [{ at: now, event: { is: 'stream-started', stream: command.stream } }];
      case 'stop-stream':
      case 'stop-transcript':
        return call.isOver || this.#options.streams
          ? []
          : [{ at: now, event: { is: 'stream-stopped', stream: command.stream } }];
      default:
        return [];
    }
  }

  #ring({ who, seconds }: Extract<MediaOrder, { readonly do: 'ring' }>, now: number): readonly TimedMediaEvent[] {
    const callee = this.callees.of(who);
    const isIn = whatComesOf(callee);
    const until: TimedMediaEvent = { at: now + seconds * 1_000, event: { is: 'unanswered', who } };
    const at = now + (callee.afterMs ?? 0);
    return isIn === undefined || at >= until.at ? [until] : [{ at, event: { is: isIn, who } }];
  }

  #transfer({ task, to }: Extract<MediaOrder, { readonly do: 'transfer' }>, now: number): readonly TimedMediaEvent[] {
    return whatComesOf(this.callees.of(to)) === 'joined'
      ? [
          { at: now, event: { is: 'transfer-accepted', task } },
          { at: now, event: { is: 'transferred', task } },
        ]
      : [{ at: now, event: { is: 'transfer-failed', task } }];
  }

  #play({ task, sources, isLoop }: Extract<MediaOrder, { readonly do: 'play' }>, from: number, now: number) {
    const started: TimedMediaEvent = { at: from, event: { is: 'play-started', task } };
    const at = this.#options.playsAtOnce ? now : from + playLengthMs(sources);
    return isLoop ? [started] : [started, { at, event: { is: 'play-ended', task } } as const];
  }

  #recognise({ task, who, options }: Extract<MediaOrder, { readonly do: 'recognise' }>, now: number) {
    const from = this.#options.playsAtOnce ? now : now + playLengthMs(options.prompts);
    const { presses, says } = this.callees.of(who);
    const heard: TimedMediaEvent[] = [silence(task, options, from)];
    if (presses !== undefined && options.input !== 'speech') {
      const tones = tonesOf(presses);
      heard.push(
        ...tones.map((tone, n): TimedMediaEvent => ({ at: from + n * toneMs, event: { is: 'tone', who, tone } })),
      );
    }
    if (says !== undefined && options.input !== 'dtmf') {
      heard.push({ at: from, event: { is: 'speech', who, text: says } });
    }
    return heard;
  }
}

/** undefined when nothing does by itself. */
function whatComesOf({ answers }: Callee): 'joined' | 'busy' | 'declined' | 'unavailable' | undefined {
  switch (answers) {
    case 'answers':
      return 'joined';
    case 'declines':
      return 'declined';
    case 'busy':
    case 'unavailable':
      return answers;
    case 'never':
    case 'waits':
      return undefined;
  }
}

async function sendToStreams(streams: StreamPort, call: Call, command: MediaCommand): Promise<void> {
  switch (command.do) {
    case 'start-stream':
    case 'start-transcript':
      return streams.start(call, command);
    case 'update-transcript':
      return streams.update(call, command);
    case 'stop-stream':
    case 'stop-transcript':
      return streams.stop(call, command.stream);
    case 'end':
      return streams.end(call);
    default:
      return;
  }
}

/** What is played comes behind what is played already. */
function lastPlayed({ foreseen, tasks }: Call): number {
  const ends = foreseen.map(({ at, event }) =>
    event.is === 'play-ended' && tasks.some(({ id }) => id === event.task) ? at : 0,
  );
  return Math.max(0, ...ends);
}
