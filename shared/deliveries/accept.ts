// Accepts a delivery: from the moment that its transaction is done it will be handed over, or its last hour comes.
import { Fault } from '../http/index.js';
import { callTimeoutMs, type DueIndex } from '../storage/index.js';
import { type Draft, idIn, toDraft } from './draft.js';
import { type DueRef, dueIdOf, handOverKind } from './due-ref.js';
import { deliveryFaults } from './faults.js';
import { acceptLimitMs, countLifeMs, maxBacklog, maxInLane, maxTries, uploadLimitMs } from './limits.js';
import type { DeliveryOrder, KeptDelivery, Lane } from './model.js';
import type { OutboxParts } from './parts.js';
import { giveUpPlace, type Place, takePlace, usePlace, waitForPlace } from './places.js';
import { uploadBody } from './upload-body.js';

export interface Accepted {
  readonly id: string;
  /** Resolves when this process has made its first attempt, or has left it to the due index; never rejects. */
  readonly attempted: Promise<void>;
}

/**
 * @throws {Fault} 429 when too much waits, 413 when it is too large, 503 while the process stops
 * @throws {StorageError} when nobody knows whether it was accepted: if it was, it is handed over as any other; if not,
 *   nothing of it is left a little later
 */
export async function accept<Content>(parts: OutboxParts<Content>, order: DeliveryOrder<Content>): Promise<Accepted> {
  if (parts.underWay.isStopping) {
    throw new Fault(deliveryFaults.stopping);
  }
  const draft = toDraft(parts, order);
  await parts.requireOwnStorage();
  await parts.waiting.admit(draft.resourceId, draft.destination);
  let accepted: Accepted | undefined;
  try {
    accepted = await acceptSomewhere(parts, order, draft);
    return accepted;
  } finally {
    parts.waiting.settle(draft.resourceId, draft.destination, accepted !== undefined);
  }
}

/** What is there of a delivery that came too late into its lane, and is tried again. */
interface Tried {
  bytes?: number;
  entry?: Awaited<ReturnType<DueIndex['add']>>;
}

async function acceptSomewhere<Content>(
  parts: OutboxParts<Content>,
  order: DeliveryOrder<Content>,
  draft: Draft,
): Promise<Accepted> {
  const tried: Tried = {};
  for (let tries = 0; tries < maxTries; tries++) {
    const found = draft.isShared ? await parts.store.find(draft.lane) : undefined;
    if (found !== undefined && found.lane.count >= maxInLane) {
      throw new Fault(deliveryFaults.tooManyWaiting, { retryAfterSeconds: countLifeMs / 1000 });
    }
    // Whoever has the lease of the lane comes to it; its head, when it was put off, is waited for.
    const place = found === undefined ? takePlace(parts, draft) : undefined;
    let accepted: Accepted | undefined;
    try {
      accepted = await acceptAt(parts, order, draft, found?.lane, place, tried);
    } finally {
      if (accepted === undefined && place !== undefined) {
        giveUpPlace(parts, draft, place);
      }
    }
    if (accepted !== undefined) {
      return accepted;
    }
  }
  throw new Error('A lane changed too often to put a delivery into it.');
}

/** @returns undefined when the lane has changed */
async function acceptAt<Content>(
  parts: OutboxParts<Content>,
  order: DeliveryOrder<Content>,
  draft: Draft,
  behind: Lane | undefined,
  place: Place<Content> | undefined,
  tried: Tried,
): Promise<Accepted | undefined> {
  const { store, clock, ids, due, breaker, blobs, spent, leaseMs, underWay } = parts;
  const { upload, lane, isShared: _, destination, ...kept } = draft;
  const uploadMs = upload === undefined ? 0 : uploadLimitMs;
  // A lane that was empty and is made again goes on behind where it ended, by the clock; the rest is chance.
  const number = behind === undefined ? (draft.isShared ? Math.floor(clock.realNow()) : 1) : behind.tail + 1;
  const id = idIn(lane, number, draft.isShared ? ids.bytes(6).toString('base64url') : '');
  const acceptedBy = clock.realNow() + acceptLimitMs + uploadMs;
  const ref = { id, lane, destination, giveUpAt: kept.giveUpAt, acceptedBy, blob: kept.blob };
  // Where this process neither has a place for it nor room to remember it, nothing but the entry leads to it.
  const isFirst = place === undefined && behind === undefined;
  const downUntil = isFirst ? breaker.openUntil(destination) : undefined;
  const isLeft = isFirst && (downUntil !== undefined || underWay.size >= maxBacklog);
  const wakeAt = isLeft ? (downUntil ?? clock.now()) : clock.now() + leaseMs + uploadMs;
  const entry = await due.addInTurn({ kind: handOverKind, id: dueIdOf(ref), dueMs: Math.ceil(wakeAt) });
  if (upload !== undefined) {
    tried.bytes ??= await uploadBody(blobs, kept.blob, upload, clock.now());
  }
  // The entry of a try before this one leads to nothing but the body, and would take it away from this one.
  if (tried.entry !== undefined && kept.blob !== '') {
    await due.remove(tried.entry.bucket, [tried.entry]);
  }
  tried.entry = entry;
  // Later, who finds the entry may take it for one of an acceptance that died.
  if (clock.realNow() + callTimeoutMs > acceptedBy) {
    throw new Error('A delivery was not accepted within its time.');
  }
  const delivery = { ...kept, id, bytes: kept.bytes + (upload instanceof Uint8Array ? 0 : (tried.bytes ?? 0)) };
  const newLane = behind ?? firstOf(parts, draft, number, place !== undefined);
  const isIn = behind === undefined ? await store.create(newLane, delivery) : await store.append(behind, delivery);
  if (!isIn) {
    return undefined;
  }
  if (!isLeft) {
    await spent.replace(id, entry);
  }
  const isWaiting = isFirst && !isLeft;
  return { id, attempted: handOn(parts, order, { place, isWaiting, lane: newLane, delivery, ref }) };
}

function firstOf<Content>(
  { store, ids, clock, leaseMs }: OutboxParts<Content>,
  { lane, resourceId, destination, isShared }: Draft,
  tail: number,
  isHanding: boolean,
): Lane {
  return {
    lane,
    version: store.newVersion(),
    resourceId,
    destination,
    isShared,
    count: 1,
    tail,
    attempts: isHanding ? 1 : 0,
    dueMs: Math.floor(clock.now()),
    leasedUntil: isHanding ? clock.realNow() + leaseMs : 0,
    lease: isHanding ? ids.bytes(9).toString('base64url') : '',
    isHanding,
    untold: [],
    tellings: 0,
  };
}

interface InStorage<Content> {
  readonly place: Place<Content> | undefined;
  /** For a place, in the memory of this process. */
  readonly isWaiting: boolean;
  readonly lane: Lane;
  readonly delivery: KeptDelivery;
  readonly ref: DueRef;
}

function handOn<Content>(
  parts: OutboxParts<Content>,
  { content, body }: DeliveryOrder<Content>,
  { place, isWaiting, lane, delivery, ref }: InStorage<Content>,
): Promise<void> {
  if (place !== undefined) {
    const bytes = body instanceof Uint8Array ? body : undefined;
    return usePlace(parts, place, { lane, delivery, content, ...(bytes !== undefined && { body: bytes }) });
  }
  return isWaiting ? waitForPlace(parts, ref) : Promise.resolve();
}
