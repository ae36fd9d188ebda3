// Gives up a delivery whose last hour comes while another stands before it in its lane: nothing is kept longer because
// somebody else has to wait.
import { allExpired } from './attempt.js';
import type { OutboxParts } from './parts.js';
import { tell } from './record-outcome.js';
import type { FoundLane } from './store.js';
import { readContent, takeLease, underLease } from './take-lease.js';

/** Of the head nothing changes. */
const free = { leasedUntil: 0, lease: '' };

/** @returns whether it is gone; else it is to be looked at again: the capability did not take it, or the lane is somebody's */
export async function expireBehind<Content>(
  parts: OutboxParts<Content>,
  found: FoundLane,
  id: string,
): Promise<boolean> {
  const { store, metrics, rules, waiting, blobs, spent } = parts;
  const delivery = await store.read(id);
  // Under the lease of the lane, so that it is told once.
  const held = delivery && (await takeLease(parts, found, false));
  if (delivery === undefined || held === undefined) {
    return false;
  }
  const outcomes = allExpired(delivery.recipients);
  const finals = delivery.recipients.flatMap(({ id: recipient }) => {
    const outcome = outcomes[recipient];
    return outcome === undefined ? [] : { recipient, ...outcome };
  });
  const lane = { ...held.lane, attempts: 0 };
  const untold = await tell(parts, { lane, delivery, content: readContent<Content>(delivery.content) }, finals);
  const end = await underLease(parts, held.lane, async (current) => {
    // An erasure takes what stands behind a head whoever has the lease.
    const left = await store.read(id);
    if (left === undefined || untold.length > 0) {
      return (await store.change(current, free)) && 'given back';
    }
    return (await store.removeDelivery(current, left, free)).isDone ? 'removed' : undefined;
  });
  if (end !== 'removed') {
    return false;
  }
  for (const { outcome } of finals) {
    metrics.countOutcome(rules.name, outcome);
  }
  waiting.finish(delivery.resourceId, lane.destination);
  if (delivery.blob !== '') {
    await blobs.remove(delivery.blob);
  }
  await spent.spend(id);
  return true;
}
