// A delivery before it is kept: checked, measured, and with everybody whom it is about as keyed hashes.
import type { Readable } from 'node:stream';
import { Fault } from '../http/index.js';
import { presentTrace } from '../tracing/index.js';
import { deliveryFaults } from './faults.js';
import { maxBodyBytes, maxInlineBytes, maxPersons, maxRecipientCharacters, maxRecipients, shards } from './limits.js';
import type { DeliveryOrder, KeptDelivery } from './model.js';
import type { OutboxParts } from './parts.js';
import { hashOfDestination, hashOfLane, hashOfPerson } from './persons.js';
import { personsOf } from './row-columns.js';
import { partitionOf } from './store.js';

export interface Draft extends Omit<KeptDelivery, 'id'> {
  readonly lane: string;
  readonly isShared: boolean;
  readonly destination: string;
  /** What goes into a blob; it has a name then. */
  readonly upload?: Uint8Array | Readable;
}

/** @throws {Fault} 413 when it is larger than can be kept */
export function toDraft<Content>(parts: OutboxParts<Content>, order: DeliveryOrder<Content>): Draft {
  const { rules, clock, ids, hashKey } = parts;
  const { resourceId, body, reference = '', giveUpAfterMs = rules.giveUpAfterMs } = order;
  const hashOf = (identifier: Parameters<typeof hashOfPerson>[2]) => hashOfPerson(hashKey, resourceId, identifier);
  const recipients = order.recipients.map(({ id, address }) => {
    const identifier = rules.recipientOf(address);
    return { id, address, ...(identifier !== undefined && { who: hashOf(identifier) }) };
  });
  if (recipients.length === 0 || new Set(recipients.map(({ id }) => id)).size < recipients.length) {
    throw new Error('A delivery has at least one recipient, and each an id of its own.');
  }
  if (!(giveUpAfterMs > 0 && giveUpAfterMs <= rules.giveUpAfterMs)) {
    throw new Error('A delivery is tried for some time, and no longer than its outbox says.');
  }
  const content = JSON.stringify(order.content);
  const about = [...new Set(rules.concernsOf(order.content).map(hashOf))];
  const contentBytes = Buffer.byteLength(content);
  const bodyBytes = body instanceof Uint8Array ? body.byteLength : 0;
  const isTooLarge =
    recipients.length > maxRecipients ||
    JSON.stringify(recipients).length > maxRecipientCharacters ||
    personsOf({ about, recipients }).length > maxPersons ||
    contentBytes > maxInlineBytes ||
    bodyBytes > maxBodyBytes;
  if (isTooLarge) {
    throw new Fault(deliveryFaults.tooLarge);
  }
  const isInline = body === undefined || (body instanceof Uint8Array && contentBytes + bodyBytes <= maxInlineBytes);
  const destination = hashOfDestination(hashKey, order.destination);
  const acceptedOn = Math.floor(clock.now());
  const trace = presentTrace();
  return {
    lane: laneFor(parts, order),
    isShared: order.lane !== undefined,
    destination,
    resourceId,
    reference,
    acceptedOn,
    giveUpAt: acceptedOn + giveUpAfterMs,
    recipients,
    about,
    content,
    ...(isInline && body !== undefined && { body: Buffer.from(body as Uint8Array) }),
    blob: isInline ? '' : `${resourceId}.${ids.bytes(16).toString('base64url')}`,
    bytes: contentBytes + bodyBytes,
    ...(trace !== undefined && { trace }),
    ...(!isInline && body !== undefined && { upload: body }),
  };
}

/** Its partition stands in its name: that of a shared lane by its hash, else by chance. */
function laneFor<Content>({ ids, hashKey }: OutboxParts<Content>, order: DeliveryOrder<Content>): string {
  const name =
    order.lane === undefined ? ids.bytes(16) : hashOfLane(hashKey, order.resourceId, order.destination, order.lane);
  return `${partitionOf((name[0] ?? 0) % shards)}-${name.toString('base64url')}`;
}

/**
 * @param place in the lane; by it the deliveries of a lane are ordered
 * @param tag tells those of a lane apart that had the same place, before and after the lane was empty
 */
export function idIn(lane: string, place: number, tag: string): string {
  return `${lane}.${String(place).padStart(14, '0')}${tag}`;
}
