// Deliveries that wait for the next batch to their destination. There is no waiting window: a batch goes as soon as there
// is a place for it, and takes along what has arrived until then.
import { maxBatchBytesInMemory } from './limits.js';
import type { Held } from './held.js';

export interface Batch<Content> {
  readonly destination: string;
  readonly held: Held<Content>[];
  places: number;
  bytes: number;
  /** Resolves when it has gone. */
  gone: Promise<void>;
}

export class NextBatches<Content> {
  readonly #bounds: { readonly maxCount: number; readonly maxBytes: number } | undefined;
  readonly #open = new Map<string, Batch<Content>>();
  #bytes = 0;

  constructor(bounds: { readonly maxCount: number; readonly maxBytes: number } | undefined) {
    this.#bounds = bounds;
  }

  /** Keeps a place in the next batch; undefined when there is none, or too much waits in memory. */
  join(destination: string, bytes: number): { readonly batch: Batch<Content>; readonly isNew: boolean } | undefined {
    if (this.#bounds === undefined || this.#bytes + bytes > maxBatchBytesInMemory) {
      return undefined;
    }
    const open = this.#open.get(destination);
    const hasRoom =
      open === undefined || (open.places < this.#bounds.maxCount && open.bytes + bytes <= this.#bounds.maxBytes);
    if (!hasRoom) {
      return undefined;
    }
    const batch = open ?? { destination, held: [], places: 0, bytes: 0, gone: Promise.resolve() };
    batch.places += 1;
    batch.bytes += bytes;
    this.#bytes += bytes;
    this.#open.set(destination, batch);
    return { batch, isNew: open === undefined };
  }

  /** Closes a batch: it goes now. Who keeps a place in it and is not ready yet goes alone. */
  take(batch: Batch<Content>): readonly Held<Content>[] {
    if (this.#open.get(batch.destination) === batch) {
      this.#open.delete(batch.destination);
    }
    this.#bytes -= batch.bytes;
    return batch.held.splice(0);
  }

  hasOpen(destination: string): boolean {
    return this.#open.has(destination);
  }

  isOpen(batch: Batch<Content>): boolean {
    return this.#open.get(batch.destination) === batch;
  }
}
