// What a service is to the app: one value, made by its `capability.ts`. `compose.ts` lists them.
import type { z } from 'zod';
import type { Operation } from '../shared/api/index.js';
import type { BoundStore, StoreIdentity } from '../shared/data-map/index.js';
import type { EventType } from '../shared/events/index.js';
import type { Resource } from '../shared/geography/index.js';
import type { JobKind } from '../shared/jobs/index.js';
import type { OutcomeLog, RequestLog } from './request-log.js';

/**
 * A service, whole: what it keeps, what it answers, what it does by itself.
 *
 * @example
 * export function recordingCapability({ storage, due, clock, burials }: Foundation): Capability {
 *   const settle: RecordingsParts['settle'] = (...settled) => burials.settle(...settled);
 *   const kept = new Recordings({ blobs: storage.blobs(recordings), due, clock, settle });
 *   return { name: 'recording', stores: [bind(recordings, kept)], operations: recordingOperations(kept) };
 * }
 */
export interface Capability {
  /** One word or several with hyphens; the name of its folder. */
  readonly name: string;
  /** Its stores, bound to what their walks need; the order of erasure follows from the rank in their declarations. */
  readonly stores: readonly BoundStore[];
  readonly operations: readonly Operation[];
  /** The kinds of jobs that it works on. */
  readonly jobs?: Readonly<Record<string, JobKind>>;
  /** Timers and queues of its own. */
  readonly triggers?: readonly Trigger[];
  /** What it can write out of a resource, and take in again, in the order in which it is taken in. */
  readonly records?: readonly RecordKind[];
  /** The events that it can tell the outside; `docs/events.md` is made from them. */
  readonly events?: readonly EventType[];
  /** How its requests are logged, and what comes of them; `docs/diagnostics.md` is made from them. */
  readonly logs?: readonly (RequestLog | OutcomeLog)[];
  /** What a test can do to it; in the emulator only. */
  readonly stage?: readonly StageAction[];
  /** Whether it keeps what it promises, for `GET /health`. */
  health?(): Promise<Health>;
  /**
   * Begins nothing any more and waits for what is under way: the process is about to end.
   *
   * @param limitMs at most this long, real time
   */
  stop?(limitMs: number): Promise<void>;
  /** Drops what it keeps in memory, so that it sees storage and clock as they are. */
  forget?(): void;
}

export interface Health {
  /** Counts and times, by the names that `GET /health` shows; nothing about anybody. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** A sentence for each promise that is not kept. */
  readonly troubles: readonly string[];
}

/** Where a trigger tells what it did: counts and kinds only. */
export interface Report {
  info(line: string): void;
  error(line: string): void;
}

/** Errors are never swallowed: a trigger throws, the platform repeats and finally parks the message. */
export type Trigger = TimerTrigger | QueueTrigger;

export interface TimerTrigger {
  /** Name of the registered function. */
  readonly name: string;
  /** NCRONTAB, by product time: seconds first. */
  readonly schedule: string;
  run(report: Report): Promise<void>;
}

export interface QueueTrigger {
  /** Name of the registered function. */
  readonly name: string;
  /** The declaration of the queue. */
  readonly queue: StoreIdentity;
  /** It takes what the platform has given up on. */
  readonly isPoison?: true;
  run(message: string, report: Report): Promise<void>;
}

/**
 * One kind of what a capability keeps of a resource, written out and taken in again: for seeds, snapshots and moves. What
 * is given and taken into an empty resource of the same immutable id is given again word for word; a test asks for it
 * (`roundTrip` in test/house/records.ts).
 *
 * @example
 * const sendersOf = (store: SenderStore): RecordKind<Sender> => ({
 *   name: 'senders',
 *   schema: z.object({ name: z.string(), createdOn: z.int() }),
 *   give: (resource) => store.all(resource.immutableId),
 *   take: (resource, sender) => store.put(resource.immutableId, sender),
 * });
 */
export interface RecordKind<Item = unknown> {
  /** Lower-case words with hyphens, unique in the app: `senders`. */
  readonly name: string;
  /** What one record looks like: plain JSON, times as numbers (product ms). */
  readonly schema: z.ZodType<Item>;
  /** All of the resource, in bounded pages, in an order in which they can be taken in. */
  give(resource: Resource): AsyncIterable<Item>;
  /**
   * Takes one in that the schema has let through. Taking it again changes nothing.
   *
   * @throws {Error} when it does not belong to the resource
   */
  take(resource: Resource, item: Item): Promise<void>;
}

/** What a test can do to a capability in the emulator. It never exists in a deployed app. */
export interface StageAction<Input = unknown> {
  /** Lower-case words with hyphens, unique within its capability: `inbound-message`. */
  readonly name: string;
  /** One sentence for people. */
  readonly summary: string;
  readonly input: z.ZodType<Input>;
  /** Answers what becomes JSON. `resource` is the name of the resource it is done to. */
  run(input: Input, where: { readonly resource: string }): Promise<unknown>;
}

/**
 * Declares an action; checks its types and puts them away.
 *
 * The input has been checked against its schema when it arrives; no input at all is an empty object. A `Fault` that is
 * thrown reaches whoever asked, with its code, status and message.
 *
 * @example
 * export const inboundMessage = (inbox: Inbox) =>
 *   stageAction({
 *     name: 'inbound-message',
 *     summary: 'Somebody sends a text message to a number of the resource.',
 *     input: z.strictObject({ from: phoneNumber, to: phoneNumber, text: z.string().max(2_048) }),
 *     run: async ({ from, to, text }, { resource }) => ({ id: await inbox.receive(resource, from, to, text) }),
 *   });
 */
export function stageAction<Input>(action: StageAction<Input>): StageAction {
  return action;
}
