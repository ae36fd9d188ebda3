// What a process holds while it hands over.
import type { KeptDelivery, Lane } from './model.js';

/** A delivery that this process holds the lease of. */
export interface Held<Content> {
  readonly lane: Lane;
  readonly delivery: KeptDelivery;
  readonly content: Content;
  /** Of an acceptance that has the bytes in memory anyhow. */
  readonly body?: Uint8Array;
}
