// How much waits, for a resource and for a destination: more than so much is refused.
//
// The count is exact when it is made, and a process knows what it has added and finished since. It counts anew once it has
// added a tenth of a bound, or when the bound seems to be reached and the count is a minute old. So no more than the bound
// and a tenth of it for each process ever waits, and while all goes well, when what is added is soon finished, nothing is
// counted at all.
import { Fault } from '../api/index.js';
import type { Clock } from '../time/clock.js';
import { deliveryFaults } from './faults.js';
import { countLifeMs, shards } from './limits.js';
import type { DeliveryMetrics } from './metrics.js';
import type { DeliveryStore } from './store.js';

export interface WaitingCountParts {
  readonly name: string;
  readonly store: DeliveryStore;
  readonly clock: Clock;
  readonly metrics: DeliveryMetrics;
  readonly maxPerResource: number;
  readonly maxPerDestination: number;
}

interface Tally {
  counted: number;
  /** Added and not finished by this process since the count. */
  added: number;
}

const partOfBound = 10;

export class WaitingCount {
  readonly #parts: WaitingCountParts;
  readonly #tallies = new Map<string, Tally>();
  #countedAt = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | undefined;

  constructor(parts: WaitingCountParts) {
    this.#parts = parts;
  }

  /** @throws {Fault} 429 when too much waits already */
  async admit(resourceId: string, destination: string): Promise<void> {
    const { clock, maxPerResource, maxPerDestination } = this.#parts;
    const bounds = [
      [resourceId, maxPerResource],
      [destination, maxPerDestination],
    ] as const;
    const isOld = () => clock.monotonic() - this.#countedAt >= countLifeMs;
    const mustCount = bounds.some(([key, bound]) => {
      const { counted, added } = this.#tallies.get(key) ?? { counted: 0, added: 0 };
      return added >= bound / partOfBound || (counted + added >= bound && isOld());
    });
    if (mustCount) await this.count();
    const isFull = bounds.some(([key, bound]) => {
      const { counted, added } = this.#tallies.get(key) ?? { counted: 0, added: 0 };
      return counted + added >= bound;
    });
    if (isFull) throw new Fault(deliveryFaults.tooManyWaiting, { retryAfterSeconds: countLifeMs / 1000 });
  }

  add(resourceId: string, destination: string): void {
    this.#change(resourceId, 1);
    this.#change(destination, 1);
  }

  finish(resourceId: string, destination: string): void {
    this.#change(resourceId, -1);
    this.#change(destination, -1);
  }

  /** Counts what waits, once for all who ask at the same time; tells the figures. */
  async count(): Promise<void> {
    this.#counting ??= this.#countAll().finally(() => {
      this.#counting = undefined;
    });
    await this.#counting;
  }

  forget(): void {
    this.#tallies.clear();
    this.#countedAt = Number.NEGATIVE_INFINITY;
  }

  async #countAll(): Promise<void> {
    const { name, store, clock, metrics } = this.#parts;
    const counts = new Map<string, number>();
    let waiting = 0;
    let oldest = clock.now();
    for (let shard = 0; shard < shards; shard++) {
      let continuation: string | undefined;
      do {
        const page = await store.page(shard, continuation === undefined ? {} : { continuation });
        for (const { resourceId, destination, acceptedOn } of page.waiting) {
          waiting += 1;
          oldest = Math.min(oldest, acceptedOn);
          for (const key of [resourceId, destination]) counts.set(key, (counts.get(key) ?? 0) + 1);
        }
        continuation = page.continuation;
      } while (continuation !== undefined);
    }
    this.#tallies.clear();
    for (const [key, counted] of counts) this.#tallies.set(key, { counted, added: 0 });
    this.#countedAt = clock.monotonic();
    metrics.recordWaiting(name, waiting, clock.now() - oldest);
  }

  #change(key: string, by: number): void {
    const tally = this.#tallies.get(key) ?? { counted: 0, added: 0 };
    tally.added += by;
    // Below nothing when others' deliveries are finished here: then they are in the count.
    if (tally.counted + tally.added <= 0) this.#tallies.delete(key);
    else this.#tallies.set(key, tally);
  }
}
