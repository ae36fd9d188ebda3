// Streams of a call of two, to an application on this machine, by a clock that a test moves.
import { setImmediate as turn } from 'node:timers/promises';
import { expect, vi } from 'vitest';
import type { MediaEvent } from '../../../shared/calling/media-events.js';
import type { StreamOrder, TranscriptOrder } from '../../../shared/calling/media-orders.js';
import type { Call } from '../../../shared/calling/model.js';
import { newCall } from '../../../shared/calling/new-call.js';
import { SimulatedStreams } from '../../../shared/calling/simulator/streams/simulated-streams.js';
import { Outgoing } from '../../../shared/outgoing/index.js';
import { randomIds } from '../../../shared/time/ids.js';
import { type MediaReceiver, startMediaReceiver } from '../media-receiver.js';

export const alice = '4:+15551281001';
export const bob = '4:+15551281002';

const present = { state: 'in', isMuted: false, isOnHold: false } as const;
const base = newCall(
  { key: 'a'.repeat(16), resourceId: randomIds.uuid(), origin: 'outgoing', address: 'https://localhost' },
  0,
  randomIds,
);
export const call: Call = { ...base, participants: [alice, bob].map((rawId) => ({ rawId, ...present })) };

export function says(text: string, who = alice): MediaEvent {
  return { is: 'speech', who, text };
}

export class StreamScene {
  readonly reports: MediaEvent[] = [];
  readonly waits: number[] = [];
  /** Monotonic ms. */
  now = 1_000;
  streams: SimulatedStreams;
  #tick: () => void = () => undefined;

  private constructor(readonly receiver: MediaReceiver) {
    this.streams = this.open(false);
  }

  static async start(): Promise<StreamScene> {
    return new StreamScene(await startMediaReceiver());
  }

  async stop(): Promise<void> {
    await this.receiver.close();
    await this.streams.close();
  }

  /** @param isTimed as long as it takes; else at once */
  open(isTimed: boolean, outgoing = new Outgoing({ rule: { loopback: true, private: false } })): SimulatedStreams {
    this.streams = new SimulatedStreams({
      clock: { now: () => 1_796_000_000_000, monotonic: () => this.now },
      isTimed,
      socketOptions: (url) => outgoing.socketOptions(url),
      tokenFor: (resourceId) => `token-of-${resourceId}`,
      report: async (_, event) => this.reports.push(event),
      reportFailure: (failure) => {
        throw failure;
      },
      wait: async (ms) => {
        this.waits.push(ms);
        await turn();
      },
      repeat: (act) => {
        this.#tick = act;
        return () => {
          this.#tick = () => undefined;
        };
      },
    });
    return this.streams;
  }

  /** What is due is sent. */
  tick(): void {
    this.#tick();
  }

  soundOrder(more: Partial<StreamOrder> = {}) {
    return {
      do: 'start-stream',
      stream: 'sound',
      connection: 'connection',
      transportUrl: this.receiver.url,
      channels: 'mixed',
      format: 'pcm16KMono',
      isBidirectional: true,
      hasTones: true,
      ...more,
    } as const;
  }

  wordsOrder(more: Partial<TranscriptOrder> = {}) {
    return {
      do: 'start-transcript',
      stream: 'words',
      connection: 'connection',
      transportUrl: this.receiver.url,
      locale: 'en-US',
      hasIntermediate: false,
      ...more,
    } as const;
  }

  /** Waits for what comes over the network; what is due is sent meanwhile. */
  async eventually(check: () => void): Promise<void> {
    const look = () => {
      this.tick();
      check();
    };
    await vi.waitFor(look, { timeout: 10_000, interval: 5 });
  }

  async reported(...expected: readonly object[]): Promise<void> {
    await this.eventually(() => expect(this.reports).toMatchObject(expected));
  }

  /** What people have heard of the application. */
  heard() {
    return this.streams.heard(call.resourceId, 'connection')[0];
  }
}
