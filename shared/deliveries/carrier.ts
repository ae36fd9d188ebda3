// The port to the outside: what a capability implements to hand deliveries over.
import type { Readable } from 'node:stream';
import type { Recipient } from './model.js';

/** What a carrier is given. */
export interface Parcel<Content> {
  /** The same each time this delivery is handed over: a Message-ID, or the id of an event, can be made from it. */
  readonly id: string;
  readonly resourceId: string;
  /** Those whose outcome is open. */
  readonly recipients: readonly Recipient[];
  readonly content: Content;
  /** Opens the bytes that go with it, each time anew; to be read to the end or destroyed. */
  openBody(): Promise<Readable>;
  /** How often it is handed over, this time included. */
  readonly attempt: number;
}

/** What became of one recipient in one hand-over. A reason is a word or a code of the carrier's, never text about a person. */
export type RecipientOutcome =
  /** The other side has it. The receipt is handed to the capability, and not kept. */
  | { readonly outcome: 'taken'; readonly receipt?: object }
  /** Not now; `notBefore` is product time, ms. */
  | { readonly outcome: 'deferred'; readonly reason: string; readonly notBefore?: number }
  /** Never. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** The other side may have it. */
  | { readonly outcome: 'unknown'; readonly reason: string };

/** By id of the recipient. One that is missing counts as unknown. */
export type Outcomes = Readonly<Record<string, RecipientOutcome>>;

/**
 * Hands deliveries to somebody outside.
 *
 * It reports what it knows and decides nothing else: when to try again, when to give up and what is kept meanwhile is the
 * outbox's. What it throws counts as an unknown outcome of every recipient, so it says `deferred` itself when it knows that
 * nothing has left the house, for example when no connection came about.
 *
 * @example
 * const callbacks: Carrier<CallEvent> = {
 *   repeatsUnknown: true, // the receiver knows an event by its id
 *   timeLimitMs: 10_000,
 *   handOver: async ([parcel], signal) => {
 *     const [{ id, address }] = parcel.recipients;
 *     const answer = await post(address, { id: parcel.id, ...parcel.content }, signal);
 *     if (answer.status < 300) return [{ [id]: { outcome: 'taken' } }];
 *     if (answer.status < 500) return [{ [id]: { outcome: 'refused', reason: String(answer.status) } }];
 *     return [{ [id]: { outcome: 'deferred', reason: String(answer.status) } }];
 *   },
 * };
 */
export interface Carrier<Content> {
  /**
   * Whether handing over again is right when nobody knows whether the other side has it: yes where it recognises what it
   * has, as by a Message-ID; no where somebody would get it twice. Then `unknown` is final.
   */
  readonly repeatsUnknown: boolean;
  /** After this time a hand-over is aborted, and its outcome is unknown; real ms, at most three minutes. */
  readonly timeLimitMs: number;
  /** Several deliveries of one destination may be handed over together, up to these bounds. */
  readonly batch?: { readonly maxCount: number; readonly maxBytes: number };
  /**
   * @param parcels one, or several of one destination where it takes batches
   * @returns the outcomes of each parcel, in their order
   */
  handOver(parcels: readonly Parcel<Content>[], signal: AbortSignal): Promise<readonly Outcomes[]>;
}
