// Takes a person out of what waits: the whole delivery when it is about them, else the one recipient that they are.
import { dueIdOf, handOverKind, laneOf } from './due-ref.js';
import { maxTries } from './limits.js';
import type { KeptDelivery, Lane } from './model.js';
import type { Held } from './held.js';
import { openRecipients } from './open-recipients.js';
import type { OutboxParts } from './parts.js';
import { isLeased } from './take-lease.js';

/** undefined: everybody, because the resource is deleted. */
type Who = string | undefined;

/**
 * Withdraws what is not being handed over right now.
 *
 * @returns `leased` when it is: look again later
 */
export async function withdraw<Content>(
  parts: OutboxParts<Content>,
  id: string,
  who: Who,
): Promise<'withdrawn' | 'leased' | 'gone'> {
  const { store, clock } = parts;
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await store.find(laneOf(id));
    const delivery = found?.head.id === id ? found.head : found && (await store.read(id));
    if (found === undefined || delivery === undefined) {
      return 'gone';
    }
    if (found.head.id === id && isLeased(found.lane, clock.realNow())) {
      return 'leased';
    }
    const left = recipientsLeft(delivery, who);
    if (left.length === delivery.recipients.length && left.length > 0) {
      return 'gone';
    }
    if (left.length > 0) {
      const lane = found.head.id === id ? found.lane : { ...found.lane, untold: [] };
      const actions = store.keepingOnly(delivery, left, lane, openRecipients(lane, { recipients: left }).length > 0);
      if ((await store.change(found.lane, {}, actions)) === undefined) {
        continue;
      }
      parts.metrics.countOutcome(parts.rules.name, 'withdrawn');
      return 'withdrawn';
    }
    if (await removeWhole(parts, found.lane, delivery, found.head.id === id)) {
      return 'withdrawn';
    }
  }
  throw new Error('A lane changed too often to withdraw a delivery from it.');
}

/** The same under the lease of this process, before it hands over. @returns what is left of it */
export async function withdrawHeld<Content>(
  parts: OutboxParts<Content>,
  held: Held<Content>,
  who: string,
): Promise<Held<Content> | undefined> {
  const { store } = parts;
  const { delivery } = held;
  let { lane } = held;
  for (let tries = 0; tries < maxTries; tries++) {
    const left = recipientsLeft(delivery, who);
    if (left.length === delivery.recipients.length && left.length > 0) {
      return held;
    }
    if (left.length === 0) {
      if (await removeWhole(parts, lane, delivery, true)) {
        return undefined;
      }
    } else {
      const hasOpen = openRecipients(lane, { recipients: left }).length > 0;
      const after = await store.change(lane, {}, store.keepingOnly(delivery, left, lane, hasOpen));
      if (after !== undefined) {
        parts.metrics.countOutcome(parts.rules.name, 'withdrawn');
        return { ...held, lane: after, delivery: { ...delivery, recipients: left } };
      }
    }
    const found = await store.find(lane.lane);
    if (found === undefined || found.lane.lease !== lane.lease) {
      return undefined;
    }
    lane = found.lane;
  }
  throw new Error('A lane changed too often to withdraw a delivery from it.');
}

function recipientsLeft({ about, recipients }: KeptDelivery, who: Who): KeptDelivery['recipients'] {
  if (who === undefined || about.includes(who)) {
    return [];
  }
  return recipients.filter((recipient) => recipient.who !== who);
}

/** A body goes behind the record; the entry before it is for whoever dies between the two. */
async function removeWhole<Content>(
  { store, clock, due, blobs, spent, waiting, metrics, rules }: OutboxParts<Content>,
  lane: Lane,
  delivery: KeptDelivery,
  isHead: boolean,
): Promise<boolean> {
  const { id, resourceId, blob, giveUpAt } = delivery;
  const { destination } = lane;
  if (blob !== '') {
    const ref = { id, lane: lane.lane, destination, giveUpAt, acceptedBy: 0, blob };
    await due.add({ kind: handOverKind, id: dueIdOf(ref), dueMs: Math.floor(clock.now()) });
  }
  const free = {
    attempts: 0,
    dueMs: Math.floor(clock.now()),
    leasedUntil: 0,
    lease: '',
    isHanding: false,
    untold: [],
    tellings: 0,
  };
  const { isDone } = await store.removeDelivery(lane, delivery, isHead ? free : {});
  if (!isDone) {
    return false;
  }
  waiting.finish(resourceId, destination);
  metrics.countOutcome(rules.name, 'withdrawn');
  if (blob !== '') {
    await blobs.remove(blob);
  }
  await spent.spend(id);
  return true;
}
