// The port to whoever carries sound and pictures: commands out, events in. Functions carry no media; they decide what is to
// happen, keep who is in a call, and tell applications.
//
// Two kinds of media planes there are. One that foresees (the simulator): what its commands lead to is known at once, is
// written in the transaction that decides the command, and happens when its time has come, whoever is alive then. One that
// is told (a media server by HTTP): commands wait in the document of the call until it has them, in their order, at least
// once, each with an id; what happens it reports itself. docs/calling.md has that contract.
//
// How recordings hook in. Whoever records
//   - asks `Calls.follow(key, recordingId)`: the id then stands in `Call.followers`, and from then on the call keeps news
//     (call-news.ts) until each follower has taken them, also where the process dies in between; `unfollow` ends that. The
//     answer is the call: `participants` who are `in`, `connections`, `correlationId`, `serverCallId`
//   - gives commands with `Calls.command(key, command)`: `start-recording` and the others below. A media server gets them; the
//     simulator leaves the file to whoever records, which knows from news and clock how long it is
//   - tells the application with `Calls.raise(key, connectionId, event)`: an event like any other, in the order of the call
//   - gives a `CallFollower` to the capability: told of `joined`, `left` and `ended`, at least once, in order
// How streams hook in. `start-stream` and `start-transcript` say where to connect, and as what. In the simulator a
// `StreamPort` gets them behind the commit, and reports `stream-started`, `stream-failed` or `stream-stopped` with
// `Calls.report(key, event)`; without such a port they count as started at once.
import type { MediaEvent, TimedMediaEvent } from './media-events.js';
import type { MediaCommand, MediaOrder } from './media-orders.js';
import type { Call } from './model.js';

export interface MediaPlane {
  /**
   * What will happen by itself for these commands, which are decided with it in one step; pure, and of the call as it is then.
   * Empty for one that reports what happens.
   */
  foresee(call: Call, commands: readonly MediaCommand[], now: number): readonly TimedMediaEvent[];
  /** The same for what has happened: keys and words lead to what was listened for. */
  react(call: Call, event: MediaEvent, now: number): readonly TimedMediaEvent[];
  /** Told behind the step in which these things happened, once; where the process dies in between, not at all. */
  happened?(call: Call, events: readonly MediaEvent[]): void;
  /**
   * Hands commands of one call over, in their order, behind the step that decided them; at least once.
   *
   * @throws when they are to be handed over again; after a minute of that the call is over
   */
  send(call: Call, commands: readonly MediaCommand[]): Promise<void>;
  /**
   * Which of these calls it has no more; asked about what was not heard of for a while.
   *
   * @throws when it does not answer
   */
  lost(calls: readonly Pick<Call, 'key' | 'resourceId'>[]): Promise<readonly string[]>;
}

/** For the simulator: who opens streams. */
export interface StreamPort {
  start(call: Call, order: Extract<MediaOrder, { readonly do: 'start-stream' | 'start-transcript' }>): Promise<void>;
  update(call: Call, order: Extract<MediaOrder, { readonly do: 'update-transcript' }>): Promise<void>;
  stop(call: Call, stream: string): Promise<void>;
  /** All of a call that is over. */
  end(call: Call): Promise<void>;
  /** What has happened, and the call as it is then: who comes and goes, keys, words. So that streams carry them. */
  happened(call: Call, event: MediaEvent): void;
}
