// Deliveries that wait for the next batch to their destination. There is no waiting window: a batch goes as soon as there
// is a place for it, and takes along what has arrived until then.
import { maxBatchBytesInMemory } from './limits.js';
import type { Held } from './held.js';

export interface Batch<Content> {
  readonly destination: string;
  readonly held: Held<Content>[];
  places: number;
  bytes: number;
  hasGone: boolean;
  /** Resolves when it has gone. */
  gone: Promise<void>;
}

/** Batches of a destination that are full and wait: more would wait for longer than their leases last. */
const maxFull = 8;

export class NextBatches<Content> {
  readonly #bounds: { readonly maxCount: number; readonly maxBytes: number } | undefined;
  /** Of each destination those that have not gone; there is room in the last one at most. */
  readonly #waiting = new Map<string, Batch<Content>[]>();
  #bytes = 0;

  constructor(bounds: { readonly maxCount: number; readonly maxBytes: number } | undefined) {
    this.#bounds = bounds;
  }

  /** Keeps a place in the next batch; undefined when there is none, or too much waits in memory. */
  join(destination: string, bytes: number): { readonly batch: Batch<Content>; readonly isNew: boolean } | undefined {
    if (this.#bounds === undefined || this.#bytes + bytes > maxBatchBytesInMemory) {
      return undefined;
    }
    const waiting = this.#waiting.get(destination) ?? [];
    const last = waiting.at(-1);
    const hasRoom =
      last !== undefined && last.places < this.#bounds.maxCount && last.bytes + bytes <= this.#bounds.maxBytes;
    if (!hasRoom && waiting.length > maxFull) {
      return undefined;
    }
    const batch = hasRoom
      ? last
      : { destination, held: [], places: 0, bytes: 0, hasGone: false, gone: Promise.resolve() };
    batch.places += 1;
    batch.bytes += bytes;
    this.#bytes += bytes;
    if (!hasRoom) {
      waiting.push(batch);
      this.#waiting.set(destination, waiting);
    }
    return { batch, isNew: !hasRoom };
  }

  /** Closes a batch: it goes now. Who keeps a place in it and is not ready yet goes alone. */
  take(batch: Batch<Content>): readonly Held<Content>[] {
    const { destination } = batch;
    const left = (this.#waiting.get(destination) ?? []).filter((each) => each !== batch);
    if (left.length === 0) {
      this.#waiting.delete(destination);
    } else {
      this.#waiting.set(destination, left);
    }
    batch.hasGone = true;
    this.#bytes -= batch.bytes;
    return batch.held.splice(0);
  }

  hasWaiting(destination: string): boolean {
    return this.#waiting.has(destination);
  }
}
