// Leases, in real time: whoever has one may touch the head of a lane, until it ends.
import { callTimeoutMs } from '../storage/index.js';
import { maxTries, settleMs } from './limits.js';
import type { Lane } from './model.js';
import type { Held } from './held.js';
import type { OutboxParts } from './parts.js';
import type { FoundLane } from './store.js';

/** A batch may wait for the one before it. */
export function leaseMsFor(timeLimitMs: number, takesBatches: boolean): number {
  return timeLimitMs * (takesBatches ? 2 : 1) + settleMs;
}

export function isLeased(lane: Lane, realNow: number): boolean {
  return lane.leasedUntil > realNow;
}

/**
 * @param isHanding the head is handed over under it; otherwise only something is recorded
 * @returns undefined when somebody else was first
 */
export async function takeLease<Content>(
  parts: OutboxParts<Content>,
  { lane, head }: FoundLane,
  isHanding: boolean,
): Promise<Held<Content> | undefined> {
  const { store, ids, clock, leaseMs } = parts;
  const taken = await store.change(lane, {
    leasedUntil: clock.realNow() + leaseMs,
    lease: ids.bytes(9).toString('base64url'),
    attempts: lane.attempts + (isHanding ? 1 : 0),
    isHanding: lane.isHanding || isHanding,
  });
  return taken && { lane: taken, delivery: head, content: readContent(head.content) };
}

/** Whether the lease lasts until an outcome is recorded, when the hand-over takes all its time. */
export function lastsLongEnough<Content>({ clock, rules }: OutboxParts<Content>, { lane }: Held<Content>): boolean {
  return lane.leasedUntil - clock.realNow() >= rules.carrier.timeLimitMs + callTimeoutMs;
}

/** Gives a lease back under which nothing was handed over. */
export async function giveBack<Content>(parts: OutboxParts<Content>, { lane }: Held<Content>): Promise<void> {
  const free = { leasedUntil: 0, lease: '', isHanding: false, attempts: lane.attempts - 1 };
  await underLease(parts, lane, (current) => parts.store.change(current, free));
}

/** A change that holds as long as the lease is ours: meanwhile others may add to the lane, or withdraw from behind its head. */
export async function underLease<Content, Result>(
  { store }: OutboxParts<Content>,
  held: Lane,
  change: (lane: Lane) => Promise<Result | undefined>,
): Promise<Result | undefined> {
  let lane = held;
  for (let tries = 0; tries < maxTries; tries++) {
    const result = await change(lane);
    if (result !== undefined) {
      return result;
    }
    const found = await store.find(lane.lane);
    if (found === undefined || found.lane.lease !== held.lease) {
      return undefined;
    }
    lane = found.lane;
  }
  throw new Error('A lane changed too often under the lease of this process.');
}

/** Of a delivery with open recipients; where all outcomes are final and only have to be told, there is none. */
export function readContent<Content>(text: string): Content {
  return (text === '' ? undefined : JSON.parse(text)) as Content;
}
