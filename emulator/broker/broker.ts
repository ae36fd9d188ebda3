// The broker of one geography, in place of Event Grid: takes events, keeps them in a log, and hands each to whoever has
// subscribed to it until they have it, by product time; then it is a dead letter.
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { reasonOf } from '../../cli/reason-of.js';
import type { GeographySlug } from '../../shared/geography/index.js';
import { RequestRefused } from '../emulator-error.js';
import { backOffMs, meaningOf, toRequest } from './delivery.js';
import { EventLog, isAsked } from './event-log.js';
import { shakeHands } from './handshake.js';
import { type Change, Journal } from './journal.js';
import { matches } from './matches.js';
import type { EventFilter, LoggedEvent, Pending, PublishedEvent, Subscription } from './model.js';
import { askWebhook } from './post-webhook.js';
import type { WebhookGuard } from './webhook-guard.js';

export interface BrokerParts {
  readonly geography: GeographySlug;
  /** File of what is kept; undefined for nothing. */
  readonly path: string | undefined;
  readonly guard: WebhookGuard;
  /** PEM. */
  readonly ca: string;
  /** Product time, ms. */
  now(): number;
  /** Base address of the broker of this geography. */
  base(): string;
  /** Keeps what nobody took where the geography keeps it. */
  keepDeadLetter(resource: string, letter: object): Promise<void>;
  log(line: string): void;
}

export type NewSubscription = Omit<Subscription, 'provisioningState' | 'validationCode'>;

const maxSubscriptions = 100;
const maxPending = 50_000;
/** Events on their way to one webhook at a time. */
const atOnce = 16;
/** The longest that a timer of Node's may be set to is longer. */
const maxSleepMs = 60_000;

export class Broker {
  readonly #parts: BrokerParts;
  readonly #log = new EventLog();
  /** Events that the log has let go of, and that somebody waits for. */
  readonly #held = new Map<number, LoggedEvent>();
  readonly #subscriptions = new Map<string, Subscription>();
  readonly #pending = new Map<string, Pending>();
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #journal: Journal;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;
  #isWaking = false;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
    this.#journal = new Journal(
      parts.path,
      () => this.#whole(),
      (error) =>
        parts.log(`Events and their subscriptions cannot be kept (${reasonOf(error)}); free the disk or mend it.`),
    );
  }

  async open(): Promise<void> {
    for (const change of await this.#journal.read()) {
      this.#apply(change);
    }
    for (const number of this.#held.keys()) {
      this.#letGo(number);
    }
    this.#wake();
  }

  topicOf(resource: string): string {
    const { geography } = this.#parts;
    const group = '/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/domicile';
    return `${group}/providers/Microsoft.EventGrid/domains/domicile-${geography}/topics/${resource}`;
  }

  /** @throws {RequestRefused} 503 while more waits than can be kept: whoever publishes keeps it, and comes again */
  publish(resource: string, events: readonly PublishedEvent[]): void {
    if (this.#pending.size >= maxPending) {
      throw new RequestRefused(503, 'TooManyWaiting', 'More events wait for subscribers than can be kept.');
    }
    const topic = this.topicOf(resource);
    for (const event of events) {
      const { logged, gone } = this.#log.add(resource, { ...event, topic, metadataVersion: '1' });
      this.#journal.note({ is: 'event', logged });
      for (const each of gone) {
        this.#held.set(each.number, each);
        this.#letGo(each.number);
      }
      for (const subscription of this.#subscriptions.values()) {
        if (isFor(subscription, logged)) {
          this.#putPending(subscription, logged);
        }
      }
    }
    this.#wake();
  }

  async subscribe(asked: NewSubscription): Promise<Subscription> {
    const { guard, ca, now, base } = this.#parts;
    const url = guard.check(asked.endpointUrl);
    if (!this.#subscriptions.has(asked.name) && this.#subscriptions.size >= maxSubscriptions) {
      throw new RequestRefused(409, 'TooManySubscriptions', `There are ${maxSubscriptions} subscriptions already.`);
    }
    const validationCode = randomUUID();
    const subscription: Subscription = { ...asked, validationCode, provisioningState: 'AwaitingManualAction' };
    // A webhook may open the address before it answers.
    this.#keep(subscription);
    try {
      const state = await shakeHands(subscription, {
        topic: this.topicOf(asked.resource),
        now: new Date(now()).toISOString(),
        eventId: randomUUID(),
        validationUrl: `${base()}/validate?code=${validationCode}`,
        ask: (request) => askWebhook(url, request, guard, ca),
      });
      if (state === 'Succeeded') {
        this.validate(validationCode);
      }
    } catch (error) {
      await this.unsubscribe(asked.name);
      throw error;
    }
    return this.#subscriptions.get(asked.name) ?? subscription;
  }

  /** Somebody has opened the address of a handshake. @returns false when it is none of ours, or over */
  validate(code: string): boolean {
    const subscription = [...this.#subscriptions.values()].find(({ validationCode }) => validationCode === code);
    if (subscription === undefined) {
      return false;
    }
    this.#keep({ ...subscription, provisioningState: 'Succeeded' });
    return true;
  }

  /** What waits for it goes with it. */
  async unsubscribe(name: string): Promise<void> {
    this.#subscriptions.delete(name);
    this.#journal.note({ is: 'unsubscribed', name });
    for (const pending of this.#pending.values()) {
      if (pending.subscription === name) {
        this.#settle(pending);
      }
    }
    await this.#journal.settle();
  }

  subscriptions(resource: string): readonly (Omit<Subscription, 'validationCode'> & { readonly waiting: number })[] {
    return [...this.#subscriptions.values()]
      .filter((each) => each.resource === resource)
      .map(({ validationCode: _code, ...each }) => ({
        ...each,
        waiting: [...this.#pending.values()].filter(({ subscription }) => subscription === each.name).length,
      }));
  }

  events(resource: string, filter: EventFilter, after: number): readonly LoggedEvent[] {
    const held = [...this.#held.values()].filter((each) => each.number > after && isAsked(each, resource, filter));
    return [...held, ...this.#log.list(resource, filter, after)];
  }

  wait(resource: string, filter: EventFilter, after: number, limitMs: number): Promise<LoggedEvent | undefined> {
    return this.#log.wait(resource, filter, after, limitMs);
  }

  /** Hands logged events to a subscriber again, whether or not they have them. @returns how many */
  replay(name: string, resource: string, filter: EventFilter, after: number): number {
    const subscription = this.#subscriptions.get(name);
    if (subscription === undefined || subscription.resource !== resource) {
      throw new RequestRefused(404, 'UnknownSubscription', 'There is no such subscription.');
    }
    const events = this.#log.list(resource, filter, after).filter(({ event }) => matches(event, subscription.filter));
    for (const logged of events) {
      this.#putPending(subscription, logged);
    }
    this.#wake();
    return events.length;
  }

  /** Takes events out of the log and of what waits. In no file of the broker when it resolves. */
  async remove(resource: string, ids: ReadonlySet<string>): Promise<number> {
    const gone = [...this.#held.values(), ...this.#log.all()].filter(
      (each) => each.resource === resource && ids.has(each.event.id),
    );
    for (const { number } of gone) {
      this.#log.remove(number);
      this.#settleAll(number);
      this.#held.delete(number);
    }
    await this.#journal.rewrite();
    return gone.length;
  }

  /** Hands over what is due by product time, once each; for a clock that was moved. */
  async deliverDue(): Promise<void> {
    this.#begin();
    await Promise.all(this.#underWay.values());
  }

  async reset(): Promise<void> {
    this.#subscriptions.clear();
    this.#pending.clear();
    this.#held.clear();
    this.#log.clear();
    await this.#journal.rewrite();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#journal.settle();
  }

  #keep(subscription: Subscription): void {
    this.#subscriptions.set(subscription.name, subscription);
    this.#journal.note({ is: 'subscription', subscription });
  }

  #putPending({ name: subscription }: Subscription, { number }: LoggedEvent): void {
    const now = this.#parts.now();
    this.#change({ number, subscription, attempts: 0, firstOn: now, dueMs: now });
  }

  #change(pending: Pending): void {
    this.#pending.set(keyOf(pending), pending);
    this.#journal.note({ is: 'pending', pending });
  }

  #settle({ number, subscription }: Pick<Pending, 'number' | 'subscription'>): void {
    if (this.#pending.delete(keyOf({ number, subscription }))) {
      this.#journal.note({ is: 'settled', number, subscription });
      this.#letGo(number);
    }
  }

  /** What nobody waits for any more, and the log does not show, is forgotten. */
  #letGo(number: number): void {
    const isWaitedFor = [...this.#subscriptions.keys()].some((subscription) =>
      this.#pending.has(keyOf({ number, subscription })),
    );
    if (!isWaitedFor) {
      this.#held.delete(number);
    }
  }

  #settleAll(number: number): void {
    for (const name of this.#subscriptions.keys()) {
      this.#settle({ number, subscription: name });
    }
  }

  /** Once for what ends at the same time: looking through all that waits has its price. */
  #wakeSoon(): void {
    if (!this.#isWaking) {
      this.#isWaking = true;
      setImmediate(() => {
        this.#isWaking = false;
        this.#wake();
      });
    }
  }

  #wake(): void {
    if (this.#isClosed) {
      return;
    }
    this.#begin();
    const next = [...this.#pending.values()].reduce((soonest, { dueMs }) => Math.min(soonest, dueMs), Infinity);
    clearTimeout(this.#timer);
    if (next < Infinity) {
      const sleepMs = Math.min(maxSleepMs, Math.max(50, next - this.#parts.now()));
      this.#timer = setTimeout(() => this.#wake(), sleepMs);
      this.#timer.unref();
    }
  }

  #begin(): void {
    const now = this.#parts.now();
    const busy = new Map<string, number>();
    for (const key of this.#underWay.keys()) {
      const name = key.slice(key.indexOf(' ') + 1);
      busy.set(name, (busy.get(name) ?? 0) + 1);
    }
    for (const [key, pending] of this.#pending) {
      if (this.#underWay.size >= atOnce * this.#subscriptions.size) {
        return;
      }
      const subscription = this.#subscriptions.get(pending.subscription);
      const inUse = busy.get(pending.subscription) ?? 0;
      const isReady = subscription?.provisioningState === 'Succeeded' && pending.dueMs <= now && inUse < atOnce;
      if (isReady && !this.#underWay.has(key) && !this.#isClosed) {
        busy.set(pending.subscription, inUse + 1);
        const work = this.#deliver(pending, subscription)
          .catch((error: unknown) => this.#parts.log(`Delivering an event failed: ${String(error)}`))
          .finally(() => {
            this.#underWay.delete(key);
            this.#wakeSoon();
          });
        this.#underWay.set(key, work);
      }
    }
  }

  async #deliver(pending: Pending, subscription: Subscription): Promise<void> {
    const logged = this.#log.find(pending.number) ?? this.#held.get(pending.number);
    if (logged === undefined) {
      return this.#settle(pending);
    }
    const { guard, ca, now } = this.#parts;
    const attempts = pending.attempts + 1;
    let status = 0;
    try {
      const url = guard.check(subscription.endpointUrl);
      ({ status } = await askWebhook(url, toRequest(logged.event, subscription, attempts), guard, ca));
    } catch {
      // Not reached: as good as an answer that it is to come later.
    }
    if (!this.#pending.has(keyOf(pending))) {
      // Taken out meanwhile.
      return;
    }
    const meaning = meaningOf(status);
    if (meaning === 'taken') {
      return this.#settle(pending);
    }
    const age = now() - pending.firstOn;
    const isOver = attempts >= subscription.maxDeliveryAttempts || age >= subscription.eventTimeToLiveMinutes * 60_000;
    if (meaning === 'later' && !isOver) {
      return this.#change({ ...pending, attempts, dueMs: now() + backOffMs(attempts) });
    }
    await this.#parts.keepDeadLetter(logged.resource, {
      ...logged.event,
      deadLetterReason:
        meaning === 'refused' ? 'BadRequest' : isOver && age > 0 ? 'MaxDeliveryAttemptsExceeded' : 'TimeToLiveExceeded',
      deliveryAttempts: attempts,
      lastDeliveryOutcome: status === 0 ? 'TimedOut' : String(status),
      publishTime: new Date(pending.firstOn).toISOString(),
      lastDeliveryAttemptTime: new Date(now()).toISOString(),
    });
    this.#settle(pending);
  }

  #apply(change: Change): void {
    switch (change.is) {
      case 'event':
        for (const each of this.#log.put(change.logged)) {
          this.#held.set(each.number, each);
        }
        return;
      case 'subscription':
        this.#subscriptions.set(change.subscription.name, change.subscription);
        return;
      case 'unsubscribed':
        this.#subscriptions.delete(change.name);
        return;
      case 'pending':
        this.#pending.set(keyOf(change.pending), change.pending);
        return;
      case 'settled':
        this.#pending.delete(keyOf(change));
    }
  }

  *#whole(): Generator<Change> {
    for (const subscription of this.#subscriptions.values()) {
      yield { is: 'subscription', subscription };
    }
    for (const logged of [...this.#held.values(), ...this.#log.all()]) {
      yield { is: 'event', logged };
    }
    for (const pending of this.#pending.values()) {
      yield { is: 'pending', pending };
    }
  }
}

function keyOf({ number, subscription }: Pick<Pending, 'number' | 'subscription'>): string {
  return `${number} ${subscription}`;
}

function isFor(subscription: Subscription, { resource, event }: LoggedEvent): boolean {
  return subscription.resource === resource && matches(event, subscription.filter);
}

/** A key that publishers sign with; the same for as long as the broker runs. */
export function newBrokerKey(): string {
  return createHash('sha256').update(randomBytes(32)).digest('base64');
}
