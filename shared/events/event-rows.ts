// Events that stand in no log: a row each, kept until the topic has it, a day at the longest. For a capability whose events
// follow from an outcome (a report, a call that ended), and for the end of a thread, whose log must not wait for a topic.
import type { PersonalIdentifier } from '../data-map/index.js';
import type { Carrier, DeliveryOrder, Outcomes, OutboxRules, Parcel, Recipient } from '../deliveries/index.js';
import { slicesOf } from '../storage/index.js';
import type { EventTypes } from './event-types.js';
import type { EventTeller } from './event-teller.js';
import { tells } from './event-settings.js';
import { maxRequestBytes, sendLimitMs, triedForMs } from './limits.js';
import type { EventType, RaisedEvent } from './model.js';
import { EventsRefused } from './topic.js';
import { eventId } from './event-id.js';
import { toRecipient } from './to-recipient.js';

/** An event that waits as a row. */
export interface RowEvent {
  readonly type: EventType;
  /** What it tells: by this its id is the same each time. A thing's random id, a number, a state. */
  readonly about: readonly string[];
  /** Of one that is told to several, what stands before `/recipient/{raw id}`. */
  readonly subject: string;
  /** Product ms. */
  readonly time: number;
  /** Of one that is told to several, without `recipientCommunicationIdentifier`. */
  readonly data: object;
  /** Whom it concerns beside its recipients: erasing one of them withdraws it. */
  readonly concerns: readonly PersonalIdentifier[];
  /** How long it is tried, product ms; a day unless given. */
  readonly triedForMs?: number;
  /** Raw ids: an event each, by the pattern of ACS's user-level events. Erasing one of them takes theirs out. */
  readonly recipients?: readonly string[];
}

/** What a row keeps; plain JSON. */
export interface KeptEvent {
  readonly name: string;
  readonly about: readonly string[];
  readonly subject: string;
  readonly time: number;
  readonly data: object;
  readonly concerns: readonly PersonalIdentifier[];
}

/** Stands for the topic where an event has no recipient of its own. */
const toTopic: Recipient = { id: '0', address: 'topic' };
const recipientsInRow = 50;
/** All go to one topic. */
const destination = 'events';

export interface EventRowsParts {
  readonly teller: EventTeller;
  readonly types: EventTypes;
  readonly idKey: Buffer;
  /** Puts a row away. */
  accept(order: DeliveryOrder<KeptEvent>): Promise<unknown>;
}

export class EventRows {
  readonly #parts: EventRowsParts;

  constructor(parts: EventRowsParts) {
    this.#parts = parts;
  }

  /**
   * Resolves when it is kept, and will be told; nothing is written where the resource does not tell it. To be called with
   * the outcome that it tells, before that is forgotten: called again, it is told again, with the same id.
   *
   * @example
   * await events.tell(resourceId, {
   *   type: emailDeliveryReport,
   *   about: [messageId, recipient],
   *   subject: `sender/${sender}/message/${messageId}`,
   *   time: clock.now(),
   *   data: { sender, recipient, messageId, status: 'Delivered', ... },
   *   concerns: [{ kind: 'email', address: recipient }],
   * });
   */
  async tell(resourceId: string, { type, recipients, triedForMs: giveUpAfterMs, ...event }: RowEvent): Promise<void> {
    const resource = await this.#parts.teller.resource(resourceId);
    if (resource === undefined || !tells(resource.settings, type.name)) {
      return;
    }
    const content: KeptEvent = { name: type.name, ...event };
    const order = { resourceId, destination, content, ...(giveUpAfterMs !== undefined && { giveUpAfterMs }) };
    if (recipients === undefined) {
      await this.#parts.accept({ ...order, recipients: [toTopic] });
      return;
    }
    for (const some of slicesOf(recipients, recipientsInRow)) {
      await this.#parts.accept({ ...order, recipients: some.map((address, n) => ({ id: String(n + 1), address })) });
    }
  }
}

/** The rules of the outbox that the rows lie in. */
export function eventRowRules(
  name: string,
  parts: Pick<EventRowsParts, 'teller' | 'types' | 'idKey'>,
  keepDeadLetter: (resourceId: string, event: RaisedEvent, reason: string) => Promise<void>,
): OutboxRules<KeptEvent> {
  return {
    name,
    carrier: eventCarrier(parts),
    giveUpAfterMs: triedForMs,
    concernsOf: ({ concerns }) => concerns,
    recipientOf: (address) => (address === toTopic.address ? undefined : { kind: 'identity', rawId: address }),
    onOutcome: async ({ resourceId }, outcomes, readContent) => {
      const lost = outcomes.flatMap((each) => (each.outcome === 'taken' ? [] : [each]));
      const content = lost.length === 0 ? undefined : readContent();
      const type = content && parts.types.find(content.name);
      if (content === undefined || type === undefined) {
        return;
      }
      for (const { reason } of lost) {
        await keepDeadLetter(resourceId, toEvent(parts.idKey, type, content, undefined), reason);
      }
    },
    maxWaitingPerDestination: 10_000,
  };
}

/** Hands rows over in batches; the receiver knows an event by its id, so it may have it twice. */
function eventCarrier({
  teller,
  types,
  idKey,
}: Pick<EventRowsParts, 'teller' | 'types' | 'idKey'>): Carrier<KeptEvent> {
  return {
    repeatsUnknown: true,
    timeLimitMs: 3 * sendLimitMs,
    batch: { maxCount: 100, maxBytes: maxRequestBytes / 2 },
    handOver: async (parcels, signal) => {
      const outcomes: Outcomes[] = [];
      for (const together of runs(parcels)) {
        const outcome = await handOver(together);
        outcomes.push(
          ...together.map(({ recipients }) => Object.fromEntries(recipients.map(({ id }) => [id, outcome]))),
        );
      }
      return outcomes;

      async function handOver(together: readonly Parcel<KeptEvent>[]): Promise<Outcomes[string]> {
        try {
          const resource = await teller.resource(together[0]?.resourceId ?? '');
          if (resource !== undefined) {
            await teller.tell(resource, together.flatMap(eventsOf), undefined, signal);
          }
          return { outcome: 'taken' };
        } catch (error) {
          return error instanceof EventsRefused
            ? { outcome: 'refused', reason: String(error.status) }
            : { outcome: 'deferred', reason: 'topic' };
        }
      }
    },
  };

  function eventsOf({ content, recipients }: Parcel<KeptEvent>): RaisedEvent[] {
    const type = types.find(content.name);
    return type === undefined ? [] : recipients.map(({ address }) => toEvent(idKey, type, content, address));
  }
}

/** Parcels of one resource that follow each other: a request is of one resource. */
function runs(parcels: readonly Parcel<KeptEvent>[]): Parcel<KeptEvent>[][] {
  const found: Parcel<KeptEvent>[][] = [];
  for (const parcel of parcels) {
    const last = found.at(-1);
    if (last !== undefined && last[0]?.resourceId === parcel.resourceId) {
      last.push(parcel);
    } else {
      found.push([parcel]);
    }
  }
  return found;
}

function toEvent(
  idKey: Buffer,
  type: EventType,
  { name, about, subject, time, data }: KeptEvent,
  address: string | undefined,
): RaisedEvent {
  const recipient = address === undefined || address === toTopic.address ? undefined : address;
  return {
    id: eventId(idKey, ...about, name, '', recipient ?? ''),
    type,
    time,
    ...(recipient === undefined ? { subject, data } : toRecipient(subject, data, recipient)),
  };
}
