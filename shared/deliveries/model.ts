// What a delivery is in our own words: something that is to be handed to somebody outside, kept exactly until it is.
import type { Readable } from 'node:stream';

export interface Recipient {
  /** Unique within its delivery; by it the capability is told the outcome. A short random id or number, nothing personal. */
  readonly id: string;
  /** Where it goes: a mailbox, a number, an address of the web. Kept only until this recipient's outcome is final. */
  readonly address: string;
}

/** What is to be delivered, as a capability hands it in. */
export interface DeliveryOrder<Content> {
  /** Immutable id of the resource. */
  readonly resourceId: string;
  /** Whoever is connected to: a mail domain, a host. Deliveries of one destination share its breaker and its concurrency. */
  readonly destination: string;
  readonly recipients: readonly Recipient[];
  /** Plain JSON. What is large belongs into `body`. */
  readonly content: Content;
  /** Bytes that go with it, such as a whole mail; a stream is written as it comes. */
  readonly body?: Uint8Array | Readable;
  /** Deliveries of one lane, resource and destination are handed over one after the other, in the order of acceptance. */
  readonly lane?: string;
  /** By which the capability finds its own record again; a random id, nothing personal. */
  readonly reference?: string;
  /** How long it is tried, product ms, at most the outbox's own time, which it is unless given. */
  readonly giveUpAfterMs?: number;
}

/** What is known of a delivery beside its content. Times are product time, ms. */
export interface DeliveryFacts {
  readonly id: string;
  readonly resourceId: string;
  /** Empty when the capability gave none. */
  readonly reference: string;
  readonly acceptedOn: number;
  readonly giveUpAt: number;
  /** How often it was handed over, this time included. */
  readonly attempts: number;
}

/**
 * What became of one recipient for good. `unknown`: the other side may have it, and must not get it twice. `expired`: its
 * last hour is past.
 */
export type FinalOutcome = { readonly recipient: string } & (
  | { readonly outcome: 'taken'; readonly receipt?: object }
  | { readonly outcome: 'refused' | 'unknown' | 'expired'; readonly reason: string }
);

/** As the capability hears of it. */
export type ToldOutcome = FinalOutcome & {
  /** Gone when they were erased meanwhile, or could not be told of for too long; see `keepsUntoldForMs`. */
  readonly address?: string;
};

/** Why one recipient is handed over again later. */
export interface OpenOutcome {
  readonly recipient: string;
  readonly reason: string;
}

/** A recipient as kept: with the keyed hash of the person, where there is one. */
export interface KeptRecipient extends Recipient {
  readonly who?: string;
}

/** A delivery as kept; `body` is absent when it lies in a blob, or there is none. */
export interface KeptDelivery {
  readonly id: string;
  readonly resourceId: string;
  readonly reference: string;
  readonly acceptedOn: number;
  readonly giveUpAt: number;
  /** Those whose outcome is open, and those of whom the capability is still to be told where it needs their address. */
  readonly recipients: readonly KeptRecipient[];
  /** Keyed hashes of those whom the content concerns. */
  readonly about: readonly string[];
  /** JSON. */
  readonly content: string;
  readonly body?: Buffer;
  /** Name of the blob that its body lies in; empty when there is none. It begins with the id of the resource. */
  readonly blob: string;
  readonly bytes: number;
  /** The trace in which it was accepted, a `traceparent`, where somebody traces. */
  readonly trace?: string;
}

/**
 * A lane: deliveries in the order in which they are handed over. One that asks for no order is alone in a lane of its own.
 * The lane carries the lease; the head is the delivery with the lowest number.
 */
export interface Lane {
  readonly lane: string;
  /** Of this state of the lane; whoever changes it takes this one away, so only one can. */
  readonly version: string;
  readonly resourceId: string;
  /** Keyed hash. */
  readonly destination: string;
  /** Others may be put into it. */
  readonly isShared: boolean;
  /** How many deliveries wait in it, the head included. */
  readonly count: number;
  /** Number of the last one. */
  readonly tail: number;
  /** Of the head: how often it was handed over. */
  readonly attempts: number;
  /** When the head is to be handed over (again), product ms. */
  readonly dueMs: number;
  /** Nobody else touches the head until then, real ms; 0 when nobody holds it. */
  readonly leasedUntil: number;
  /** Who holds it: random, new with each lease. */
  readonly lease: string;
  /** Whoever holds it, or held it last, may have handed the head over without having recorded what became of it. */
  readonly isHanding: boolean;
  /** Final outcomes of the head that the capability has not taken yet: it failed when it was told. */
  readonly untold: readonly FinalOutcome[];
  /** How often telling them has failed since nothing else is open. */
  readonly tellings: number;
}
