// The streams of the simulator: sound and transcripts of its calls to applications, and what applications say back. They live
// as long as this process; nothing of them is stored.
import type { MediaEvent, StreamFailure } from '../../media-events.js';
import type { MediaOrder, StreamOrder, TranscriptOrder } from '../../media-orders.js';
import type { StreamPort } from '../../media-plane.js';
import type { Call } from '../../model.js';
import type { Clock } from '../../../time/clock.js';
import type { Flow } from './flow.js';
import { HeardSound } from './heard-sound.js';
import { maxRemembered, maxStreams, sampleRates } from './limits.js';
import { Link } from './link.js';
import { SoundFlow } from './sound-flow.js';
import { WordsFlow } from './words-flow.js';

export interface SimulatedStreamsParts {
  readonly clock: Pick<Clock, 'now' | 'monotonic'>;
  /** Sound lasts as long as it takes; else it is sent, and heard, at once. */
  readonly isTimed: boolean;
  /** The guard of what leaves; throws for an address that must not be asked. */
  socketOptions(url: string): object;
  /** By which applications know who connects. */
  tokenFor(resourceId: string): string;
  /** What has become of a stream. */
  report(call: Pick<Call, 'resourceId' | 'key'>, event: MediaEvent): Promise<unknown>;
  reportFailure(failure: unknown): void;
  /** Real ms. */
  wait(ms: number): Promise<void>;
  /** Calls again and again while there are streams. @returns what ends that */
  repeat(act: () => void): () => void;
}

interface Stream {
  readonly call: Pick<Call, 'resourceId' | 'key'>;
  readonly flow: Flow;
  readonly link: Link;
}

type Start = Extract<MediaOrder, { readonly do: 'start-stream' | 'start-transcript' }>;

export class SimulatedStreams implements StreamPort {
  readonly #parts: SimulatedStreamsParts;
  readonly #streams = new Map<string, Stream>();
  readonly #heard = new Map<string, HeardSound>();
  readonly #underWay = new Set<Promise<void>>();
  #stopTicking: (() => void) | undefined;
  #isClosed = false;

  constructor(parts: SimulatedStreamsParts) {
    this.#parts = parts;
  }

  get size(): number {
    return this.#streams.size;
  }

  /**
   * Told again, it changes nothing. What comes of it is reported later: whoever orders waits for no application.
   *
   * @param isAgain it was there, in a process that has ended
   */
  async start(call: Call, order: Start, isAgain = false): Promise<void> {
    if (this.#streams.has(order.stream)) {
      return;
    }
    if (this.#isClosed || this.#streams.size >= maxStreams) {
      const details: StreamFailure = this.#isClosed ? 'serviceShutdown' : 'tooManyRequests';
      this.#report(call, { is: 'stream-failed', stream: order.stream, details });
      return;
    }
    const { resourceId, key } = call;
    const flow = this.#flowOf(call, order);
    const link = this.#linkOf(call, order, flow, isAgain);
    this.#streams.set(order.stream, { call: { resourceId, key }, flow, link });
    this.#stopTicking ??= this.#parts.repeat(() => this.tick());
    this.#inBackground(link.run());
  }

  async update(_: Call, { stream, locale }: Extract<MediaOrder, { readonly do: 'update-transcript' }>): Promise<void> {
    const flow = this.#streams.get(stream)?.flow;
    if (flow instanceof WordsFlow) {
      flow.setLocale(locale);
    }
  }

  async stop(call: Call, stream: string): Promise<void> {
    this.#close(stream);
    this.#report(call, { is: 'stream-stopped', stream });
  }

  async end({ resourceId, key }: Call): Promise<void> {
    for (const [id, { call }] of this.#streams) {
      if (call.resourceId === resourceId && call.key === key) {
        this.#close(id);
      }
    }
  }

  happened(call: Call, event: MediaEvent): void {
    const now = this.#parts.clock.monotonic();
    for (const each of this.#streams.values()) {
      if (each.call.key === call.key && each.call.resourceId === call.resourceId) {
        each.flow.tell(call, event, now);
      }
    }
    this.tick();
  }

  /** What was heard of an application, over each of its streams, the oldest first. */
  heard(resourceId: string, connection: string): readonly HeardSound[] {
    return [...this.#heard.values()].filter((each) => each.connection === connection && each.resourceId === resourceId);
  }

  /** Somebody of this resource was erased: what is remembered of its calls may be about them. */
  forget(resourceId: string): void {
    for (const heard of this.#heard.values()) {
      if (heard.resourceId === resourceId) {
        heard.forget();
      }
    }
  }

  /** Whether nobody else serves this stream. */
  has(stream: string): boolean {
    return this.#streams.has(stream);
  }

  /** The process ends. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const id of this.#streams.keys()) {
      this.#close(id, true);
    }
    await this.settleAll();
  }

  /** Waits for what is under way. */
  async settleAll(): Promise<void> {
    await Promise.allSettled(this.#underWay);
  }

  /** Sends what is to be sent by now, as far as applications take it. */
  tick(): void {
    const now = this.#parts.clock.monotonic();
    for (const { flow, link } of this.#streams.values()) {
      if (link.isOpen) {
        send(flow, link, now);
      }
    }
  }

  #flowOf(call: Call, order: Start): Flow {
    const { clock, isTimed } = this.#parts;
    const now = clock.monotonic();
    return order.do === 'start-transcript'
      ? new WordsFlow({ order, call, isTimed, now })
      : new SoundFlow({ order, call, isTimed, now, heard: this.#remember(call, order), productNow: () => clock.now() });
  }

  #linkOf(call: Call, order: StreamOrder | TranscriptOrder, flow: Flow, wasThere: boolean): Link {
    const { clock, socketOptions, tokenFor, wait } = this.#parts;
    const { stream, connection, transportUrl: url } = order;
    const { resourceId, correlationId } = call;
    const link = new Link({
      url,
      socketOptions,
      wait,
      headers: () => ({
        authorization: `Bearer ${tokenFor(resourceId)}`,
        'x-ms-call-connection-id': connection,
        'x-ms-call-correlation-id': correlationId,
      }),
      onOpen: (isMadeAgain) => {
        link.send(flow.first());
        const isAgain = isMadeAgain || wasThere;
        this.#report(call, { is: 'stream-started', stream, ...(isAgain && { isAgain }) });
      },
      onMessage: (text) => {
        const isUnderstood = flow.take(text, clock.monotonic());
        link.setPaused(flow.isFull);
        return isUnderstood;
      },
      onEnd: (details) => {
        this.#drop(stream);
        this.#report(
          call,
          details === undefined ? { is: 'stream-stopped', stream } : { is: 'stream-failed', stream, details },
        );
      },
    });
    return link;
  }

  #remember({ resourceId }: Call, { connection, stream, format }: StreamOrder): HeardSound {
    const rate = sampleRates[format];
    const found = this.#heard.get(stream) ?? new HeardSound({ resourceId, connection, stream, rate });
    this.#heard.set(stream, found);
    const [oldest] = this.#heard.keys();
    if (this.#heard.size > maxRemembered && oldest !== undefined) {
      this.#heard.delete(oldest);
    }
    return found;
  }

  #close(id: string, isGoingAway = false): void {
    const stream = this.#drop(id);
    if (stream !== undefined) {
      this.#inBackground(stream.link.close(isGoingAway));
    }
  }

  #drop(id: string): Stream | undefined {
    const found = this.#streams.get(id);
    this.#streams.delete(id);
    if (this.#streams.size === 0) {
      this.#stopTicking?.();
      this.#stopTicking = undefined;
    }
    return found;
  }

  /** In the background: who orders a stream holds the call. */
  #report({ resourceId, key }: Pick<Call, 'resourceId' | 'key'>, event: MediaEvent): void {
    this.#inBackground(this.#parts.report({ resourceId, key }, event));
  }

  #inBackground(act: Promise<unknown>): void {
    const running = act
      .then(() => undefined)
      .catch((failure: unknown) => this.#parts.reportFailure(failure))
      .finally(() => this.#underWay.delete(running));
    this.#underWay.add(running);
  }
}

function send(flow: Flow, link: Link, now: number): void {
  link.watch(now);
  link.setPaused(flow.isFull);
  if (link.isClogged) {
    return;
  }
  for (const messages of flow.due(now)) {
    for (const message of messages) {
      link.send(message);
    }
    if (link.isClogged) {
      return;
    }
  }
}
