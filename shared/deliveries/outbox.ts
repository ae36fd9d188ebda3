// The one door to the outside: what is to be handed to somebody is kept here exactly until it is.
//
// The order of writes, which everything else follows from:
//
//   accepting    entry of the due index, body (when it is large), then one transaction: lane, delivery, pointers to persons.
//                Before it nothing is promised; an entry that leads to nothing is dropped, and the body with it. The lane is
//                written with the lease of this process, which hands over at once.
//   handing over outside of storage. Whoever finds a lease that has run out does not know whether it happened; the carrier
//                says whether it may be repeated. If not, `unknown` is the outcome.
//   recording    the capability is told, then one transaction takes the delivery, its pointers and its lane away; the body
//                follows. Where some recipients are open: the entry for the next attempt, then one transaction that takes
//                the others out and gives the lease back.
//   trying again a look at the lane and its head (one query), one transaction that takes the lease, and so on as above.
//
// So an entry of the due index leads to everything that waits, at every moment, and goes only when somebody has seen that it
// leads to nothing more. Nothing is ever written to a row that is gone, so an erasure in between wins.
import {
  type EraseStep,
  type ExportItem,
  type Explanation,
  type Located,
  type PersonalIdentifier,
} from '../data-map/index.js';
import type { Table } from '../storage/index.js';
import { accept } from './accept.js';
import { Breaker } from './breaker.js';
import {
  handOversAtOnce,
  handOversAtOncePerDestination,
  maxWaitingPerDestination,
  maxWaitingPerResource,
} from './limits.js';
import type { DeliveryOrder } from './model.js';
import { NextBatches } from './next-batches.js';
import { Parked } from './parked.js';
import type { OutboxParts, OutboxPorts, OutboxRules } from './parts.js';
import type { OpenedOutbox } from './personal-data.js';
import { Slots } from './slots.js';
import { SpentEntries } from './spent-entries.js';
import { DeliveryStore } from './store.js';
import { leaseMsFor } from './take-lease.js';
import { UnderWay } from './under-way.js';
import { type Waiting, WaitingCount } from './waiting-count.js';
import { erase, eraseBodies, eraseResource, explain, exportItems, locate, waitsUntil } from './walks.js';
import { attemptDue, enqueueDue, readMessage, workMessage } from './work-due.js';

/** What is not as it should be by our own fault; a destination that is down is none. */
export interface OutboxTrouble {
  readonly outbox: string;
  /** Deliveries on which work failed again and again. */
  readonly parked: number;
  /** Product ms. */
  readonly since: number;
}

export interface OutboxOptions<Content> extends Omit<OutboxPorts, 'store' | 'parked'> {
  /** The table of `outboxStores`, opened; `blobs`, `due` and `queue` are its others. */
  readonly table: Table;
  readonly rules: OutboxRules<Content>;
}

/**
 * @example
 * const outbox = new Outbox<Mail>({ table, blobs, due, queue, rules, ...ports });
 * const { id } = await outbox.accept({
 *   resourceId,
 *   destination: 'example.com',
 *   recipients: [{ id: '1', address: 'anna@example.com' }],
 *   content: { subject: 'Hello' },
 *   body: mime,
 *   reference: operationId,
 * });
 */
export class Outbox<Content> implements OpenedOutbox {
  readonly #parts: OutboxParts<Content>;

  constructor({ table, rules, ...ports }: OutboxOptions<Content>) {
    const { clock, ids, due, metrics } = ports;
    const { name, carrier } = rules;
    const store = new DeliveryStore(table, ids);
    const { maxWaitingPerResource: perResource, maxWaitingPerDestination: perDestination } = rules;
    this.#parts = {
      ...ports,
      rules,
      store,
      parked: new Parked(table, store),
      leaseMs: leaseMsFor(carrier.timeLimitMs, carrier.batch !== undefined),
      slots: new Slots(rules.atOnce ?? handOversAtOnce, rules.atOncePerDestination ?? handOversAtOncePerDestination),
      breaker: new Breaker(clock, ids),
      waiting: new WaitingCount({
        name,
        store,
        clock,
        metrics,
        maxPerResource: perResource ?? maxWaitingPerResource,
        maxPerDestination: perDestination ?? maxWaitingPerDestination,
      }),
      spent: new SpentEntries(due, clock),
      underWay: new UnderWay((failure) => ports.reportFailure(name, failure)),
      batches: new NextBatches(carrier.batch),
    };
  }

  /**
   * Takes a delivery over. Resolves when it is kept; it is handed over in the background.
   *
   * @param options.awaitsAttempt resolves only when the first attempt is over, however it ended
   * @throws {Fault} 429 when too much waits for the resource or the destination, 413 when it is too large
   */
  async accept(
    order: DeliveryOrder<Content>,
    options: { readonly awaitsAttempt?: boolean } = {},
  ): Promise<{ readonly id: string }> {
    const { id, attempted } = await accept(this.#parts, order);
    if (options.awaitsAttempt) {
      await attempted;
    }
    return { id };
  }

  /** For a timer, once a minute: puts what is due into the queue, and tells how much waits. */
  async findDue(): Promise<void> {
    const { requireOwnStorage, spent, waiting } = this.#parts;
    await requireOwnStorage();
    await enqueueDue(this.#parts);
    await spent.removeAll();
    await waiting.count();
  }

  /** For the worker of the queue. @throws what failed; the platform repeats the message and then parks it */
  async work(message: string): Promise<void> {
    await this.#parts.requireOwnStorage();
    await workMessage(this.#parts, message);
  }

  /** For the worker of the poison queue: what the platform has given up on is shown, and woken again by the due index. */
  async park(message: string): Promise<void> {
    const { requireOwnStorage, parked, clock } = this.#parts;
    await requireOwnStorage();
    for (const { id } of readMessage(message)) {
      await parked.park(id, clock.now());
    }
  }

  /** For a clock that was moved: one attempt of everything that is due, however it ends. */
  async attemptDue(): Promise<void> {
    const { requireOwnStorage, underWay } = this.#parts;
    await requireOwnStorage();
    await underWay.settleCurrent();
    await attemptDue(this.#parts);
  }

  async troubles(): Promise<readonly OutboxTrouble[]> {
    const { parked, rules } = this.#parts;
    const { count, since } = await parked.show();
    return since === undefined ? [] : [{ outbox: rules.name, parked: count, since }];
  }

  /** How much waits, and since when, as it was counted last: by {@link findDue} of this process. */
  get waiting(): Waiting {
    return this.#parts.waiting.last;
  }

  /** Counts what waits, and tells the metrics. */
  async countWaiting(): Promise<void> {
    await this.#parts.waiting.count();
  }

  /**
   * Begins nothing any more, gives back what was not begun, and waits for what is under way.
   *
   * @param limitMs at most this long, real time; what is not over by then is left to its lease
   */
  async stop(limitMs: number): Promise<void> {
    const { underWay, spent, pause } = this.#parts;
    underWay.stop();
    await Promise.race([underWay.settleAll(), pause(limitMs)]);
    await spent.removeAll();
  }

  /** Drops what is remembered of destinations and counts, when the clock is moved. */
  forget(): void {
    this.#parts.breaker.forget();
    this.#parts.waiting.forget();
  }

  locate(identifier: PersonalIdentifier, resourceId: string): Promise<Located> {
    return locate(this.#parts, identifier, resourceId);
  }

  exportItems(
    identifier: PersonalIdentifier,
    resourceId: string,
    includesReceived: boolean,
  ): AsyncIterable<ExportItem> {
    return exportItems(this.#parts, identifier, resourceId, includesReceived);
  }

  erase(identifier: PersonalIdentifier, resourceId: string): Promise<EraseStep> {
    return erase(this.#parts, identifier, resourceId);
  }

  eraseResource(resourceId: string, cursor?: string): Promise<EraseStep> {
    return eraseResource(this.#parts, resourceId, cursor);
  }

  eraseBodies(resourceId: string): Promise<EraseStep> {
    return eraseBodies(this.#parts, resourceId);
  }

  waitsUntil(resourceId: string): Promise<number | undefined> {
    return waitsUntil(this.#parts, resourceId);
  }

  explain(id: string, resourceId: string): Promise<Explanation | undefined> {
    return explain(this.#parts, id, resourceId);
  }
}
