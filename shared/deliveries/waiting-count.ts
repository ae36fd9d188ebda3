// How much waits, for a resource and for a destination: more than so much is refused.
//
// The count is exact when it is made, and a process knows what it has added and finished since. It counts anew once it has
// added a tenth of a bound, or when the bound seems to be reached and the count is a minute old. So no more than the bound
// and a tenth of it for each process ever waits, and while all goes well, when what is added is soon finished, nothing is
// counted at all. What is being accepted counts from the moment it is let in, so that many at once do not slip through.
import { Fault } from '../http/index.js';
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

export interface Waiting {
  readonly count: number;
  /** When the oldest was accepted, product ms. */
  readonly since: number;
}

interface Tally {
  counted: number;
  /** Added and not finished by this process since the count. */
  added: number;
  /** Being accepted right now: perhaps in storage, perhaps not yet. */
  reserved: number;
  /** Added since the count that is under way began, which may have passed its place already. */
  addedMeanwhile: number;
}

const nothing: Tally = { counted: 0, added: 0, reserved: 0, addedMeanwhile: 0 };

const partOfBound = 10;

export class WaitingCount {
  readonly #parts: WaitingCountParts;
  readonly #tallies = new Map<string, Tally>();
  #countedAt = Number.NEGATIVE_INFINITY;
  #counting: Promise<void> | undefined;
  #last: Waiting = { count: 0, since: 0 };

  constructor(parts: WaitingCountParts) {
    this.#parts = parts;
  }

  /**
   * Keeps a place for one more; {@link settle} is to follow.
   *
   * @throws {Fault} 429 when too much waits already
   */
  async admit(resourceId: string, destination: string): Promise<void> {
    const { clock, maxPerResource, maxPerDestination } = this.#parts;
    const bounds = [
      [resourceId, maxPerResource],
      [destination, maxPerDestination],
    ] as const;
    const isOld = () => clock.monotonic() - this.#countedAt >= countLifeMs;
    const isFull = () => bounds.some(([key, bound]) => this.#sum(key) >= bound);
    const hasAddedMuch = bounds.some(([key, bound]) => {
      const { added, reserved } = this.#tallies.get(key) ?? nothing;
      return added + reserved >= bound / partOfBound;
    });
    if (hasAddedMuch || (isFull() && isOld())) {
      await this.count();
    }
    if (isFull()) {
      throw new Fault(deliveryFaults.tooManyWaiting, { retryAfterSeconds: countLifeMs / 1000 });
    }
    this.#change(resourceId, 'reserved', 1);
    this.#change(destination, 'reserved', 1);
  }

  settle(resourceId: string, destination: string, isAccepted: boolean): void {
    for (const key of [resourceId, destination]) {
      if (isAccepted) {
        this.#change(key, 'added', 1);
        this.#change(key, 'addedMeanwhile', 1);
      }
      this.#change(key, 'reserved', -1);
    }
  }

  finish(resourceId: string, destination: string): void {
    this.#change(resourceId, 'added', -1);
    this.#change(destination, 'added', -1);
  }

  /** Counts what waits, once for all who ask at the same time; tells the figures. */
  async count(): Promise<void> {
    this.#counting ??= this.#countAll().finally(() => {
      this.#counting = undefined;
    });
    await this.#counting;
  }

  /** As it was when it was counted last. */
  get last(): Waiting {
    return this.#last;
  }

  forget(): void {
    this.#last = { count: 0, since: 0 };
    for (const tally of this.#tallies.values()) {
      Object.assign(tally, { counted: 0, added: 0 });
    }
    this.#countedAt = Number.NEGATIVE_INFINITY;
  }

  async #countAll(): Promise<void> {
    const { name, store, clock, metrics } = this.#parts;
    const counts = new Map<string, number>();
    let waiting = 0;
    let oldest = clock.now();
    for (const tally of this.#tallies.values()) {
      tally.addedMeanwhile = 0;
    }
    for (let shard = 0; shard < shards; shard++) {
      let continuation: string | undefined;
      do {
        const page = await store.page(shard, continuation === undefined ? {} : { continuation });
        for (const { resourceId, destination, acceptedOn } of page.waiting) {
          waiting += 1;
          oldest = Math.min(oldest, acceptedOn);
          for (const key of [resourceId, destination]) {
            counts.set(key, (counts.get(key) ?? 0) + 1);
          }
        }
        continuation = page.continuation;
      } while (continuation !== undefined);
    }
    // What came in meanwhile may count twice until the next count, and never not at all.
    for (const key of new Set([...this.#tallies.keys(), ...counts.keys()])) {
      const { reserved, addedMeanwhile: added } = this.#tallies.get(key) ?? nothing;
      const counted = counts.get(key) ?? 0;
      if (counted + added + reserved === 0) {
        this.#tallies.delete(key);
      } else {
        this.#tallies.set(key, { ...nothing, counted, added, reserved });
      }
    }
    this.#countedAt = clock.monotonic();
    this.#last = { count: waiting, since: oldest };
    metrics.recordWaiting(name, waiting, clock.now() - oldest);
  }

  #sum(key: string): number {
    const { counted, added, reserved } = this.#tallies.get(key) ?? nothing;
    return counted + added + reserved;
  }

  #change(key: string, part: 'added' | 'reserved' | 'addedMeanwhile', by: number): void {
    const tally = this.#tallies.get(key) ?? { ...nothing };
    tally[part] += by;
    // Below nothing when others' deliveries are finished here: then they were in no count of this process.
    if (tally.reserved === 0 && tally.counted + tally.added <= 0) {
      this.#tallies.delete(key);
    } else {
      this.#tallies.set(key, tally);
    }
  }
}
