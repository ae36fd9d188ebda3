// Where a delivery that is just being accepted is handed over: here, at once or with the next batch, when there is a place
// for it. Otherwise it waits in storage like one that was put off.
import { attempt } from './attempt.js';
import type { Draft } from './draft.js';
import type { Held } from './held.js';
import type { Batch } from './next-batches.js';
import type { OutboxParts } from './parts.js';
import { giveBack } from './take-lease.js';
import type { Waking } from './due-ref.js';
import { workWakes } from './work-wakes.js';

export type Place<Content> = 'now' | Batch<Content>;

/** Keeps a place; undefined when there is none. It is to be used, or given up. */
export function takePlace<Content>(parts: OutboxParts<Content>, draft: Draft): Place<Content> | undefined {
  const { slots, breaker, batches } = parts;
  const { destination, isShared } = draft;
  if (breaker.openUntil(destination) !== undefined) {
    return undefined;
  }
  if (!batches.hasWaiting(destination) && slots.tryTake(destination)) {
    if (breaker.tryBegin(destination)) {
      return 'now';
    }
    slots.release(destination);
    return undefined;
  }
  // A stream is not measured yet, and a lane goes one by one.
  const bytes = draft.upload === undefined || draft.upload instanceof Uint8Array ? draft.bytes : undefined;
  const joined = bytes === undefined || isShared ? undefined : batches.join(destination, bytes);
  if (joined?.isNew) {
    const { batch } = joined;
    batch.gone = parts.underWay.start(() => goWithBatch(parts, batch));
  }
  return joined?.batch;
}

export function giveUpPlace<Content>(
  { slots, breaker }: OutboxParts<Content>,
  draft: Draft,
  place: Place<Content>,
): void {
  // One in a batch stays empty.
  if (place !== 'now') {
    return;
  }
  breaker.leave(draft.destination);
  slots.release(draft.destination);
}

/** @returns when the attempt is over; never rejects */
export function usePlace<Content>(
  parts: OutboxParts<Content>,
  place: Place<Content>,
  held: Held<Content>,
): Promise<void> {
  if (place !== 'now' && !place.hasGone) {
    place.held.push(held);
    return place.gone;
  }
  const { slots, underWay } = parts;
  const { destination } = held.lane;
  return underWay.start(async () => {
    // Its batch has gone without it.
    if (place !== 'now') {
      await slots.take(destination);
    }
    try {
      if (place === 'now') {
        await attempt(parts, [held], new Set());
      } else {
        await begin(parts, destination, [held]);
      }
    } finally {
      slots.release(destination);
    }
  });
}

/** Remembers one for which there was no place. */
export function waitForPlace<Content>(parts: OutboxParts<Content>, waking: Waking): Promise<void> {
  const { underWay, rules, reportFailure } = parts;
  return underWay.start(async () => {
    const { failed } = await workWakes(parts, [waking], Number.POSITIVE_INFINITY);
    for (const failure of failed.values()) {
      reportFailure(rules.name, failure);
    }
  });
}

async function goWithBatch<Content>(parts: OutboxParts<Content>, batch: Batch<Content>): Promise<void> {
  const { slots, batches } = parts;
  await slots.take(batch.destination);
  try {
    await begin(parts, batch.destination, batches.take(batch));
  } finally {
    slots.release(batch.destination);
  }
}

async function begin<Content>(
  parts: OutboxParts<Content>,
  destination: string,
  held: readonly Held<Content>[],
): Promise<void> {
  if (held.length === 0) {
    return;
  }
  if (parts.breaker.tryBegin(destination)) {
    await attempt(parts, held, new Set());
  } else {
    for (const each of held) {
      await giveBack(parts, each);
    }
  }
}
