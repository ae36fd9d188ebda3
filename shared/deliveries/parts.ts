// What the pieces of an outbox are made of.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Blobs, DueIndex, Queue } from '../storage/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import type { Breaker } from './breaker.js';
import type { Carrier } from './carrier.js';
import type { DeliveryMetrics } from './metrics.js';
import type { DeliveryFacts, OpenOutcome, ToldOutcome } from './model.js';
import type { NextBatches } from './next-batches.js';
import type { Parked } from './parked.js';
import type { Slots } from './slots.js';
import type { SpentEntries } from './spent-entries.js';
import type { DeliveryStore } from './store.js';
import type { UnderWay } from './under-way.js';
import type { WaitingCount } from './waiting-count.js';

/** What a capability says about its deliveries. */
export interface OutboxRules<Content> {
  /** Name of the outbox: that of its table, and in figures. */
  readonly name: string;
  readonly carrier: Carrier<Content>;
  /** How long a delivery is tried unless it says otherwise, product ms. */
  readonly giveUpAfterMs: number;
  /** Whom what is said concerns: a sender, those named in an event. Erasing one of them withdraws the whole delivery. */
  concernsOf(content: Content): readonly PersonalIdentifier[];
  /** Who somebody with this address is. Erasing them takes this recipient out. */
  recipientOf(address: string): PersonalIdentifier | undefined;
  /**
   * Told of final outcomes before the record of them goes; at least once, so it must be idempotent, and of two different
   * ones about a recipient the first holds. When it throws, it is told again later; nothing is handed over again for that.
   *
   * @param readContent for a capability that needs to know what it was; most do not. undefined when it is told again of the
   *   last outcomes: the content has gone with the first time
   */
  onOutcome(
    facts: DeliveryFacts,
    outcomes: readonly ToldOutcome[],
    readContent: () => Content | undefined,
  ): Promise<void>;
  /**
   * For a capability that needs the address of whom it is told: when telling fails, who was told of is kept until it has
   * succeeded, but no longer than this after the last hour, product ms. Content goes all the same. Without it the address
   * goes with the outcome, told or not.
   */
  readonly keepsUntoldForMs?: number;
  /**
   * Told of recipients that are put off, behind the record of it: whoever hears of it can move the clock, and they are handed
   * over again. Not told again when the process dies in between; the next attempt says more.
   */
  onPutOff?(facts: DeliveryFacts, open: readonly OpenOutcome[]): Promise<void>;
  readonly maxWaitingPerResource?: number;
  readonly maxWaitingPerDestination?: number;
  /** Hand-overs under way in one process. */
  readonly atOnce?: number;
  readonly atOncePerDestination?: number;
}

/** What an outbox stands on. */
export interface OutboxPorts {
  readonly store: DeliveryStore;
  readonly blobs: Blobs;
  /** The outbox's own: see `outboxStores`. */
  readonly due: DueIndex;
  readonly queue: Queue;
  readonly parked: Parked;
  readonly clock: Clock;
  readonly ids: Ids;
  /** For the hashes of persons, destinations and lanes; must not change while anything waits. */
  readonly hashKey: Buffer;
  /** Whether the resource has deleted somebody after work had begun, product ms; of an identity whether it was lately. */
  wasDeleted(resourceId: string, identifier: PersonalIdentifier, since: number): Promise<boolean>;
  /** Rejects when the storage is that of another geography. */
  requireOwnStorage(): Promise<void>;
  readonly metrics: DeliveryMetrics;
  /** For what fails in the background; it is tried again. */
  reportFailure(outbox: string, failure: unknown): void;
  /** Waits in real time. */
  pause(ms: number): Promise<void>;
}

export interface OutboxParts<Content> extends OutboxPorts {
  readonly rules: OutboxRules<Content>;
  /** Real ms. */
  readonly leaseMs: number;
  readonly slots: Slots;
  readonly breaker: Breaker;
  readonly waiting: WaitingCount;
  readonly spent: SpentEntries;
  readonly underWay: UnderWay;
  readonly batches: NextBatches<Content>;
}
