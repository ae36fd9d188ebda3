// Making a room. Repeating the request meets the room that it has made, as long as that is there: the id of the room follows
// from the id of the request, so nothing else is kept for it.
import { keyedHash } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { roomFaults } from './faults.js';
import { requireInvitable, withChanges } from './invite.js';
import { indexedAtOnce, longestMakingMs, maxTries } from './limits.js';
import { dropRoomKind, type ParticipantChanges, type Room, type Validity } from './model.js';
import type { RoomParts } from './parts.js';
import { newRoomId, roomIdOf } from './room-id.js';
import { settleInvited } from './uninvite.js';
import { firstValidity } from './validity.js';
import { nextStep, writeInSteps } from './write-in-steps.js';

export interface NewRoom extends Partial<Validity> {
  readonly pstnDialOutEnabled: boolean;
  readonly participants: ParticipantChanges;
}

/**
 * @param repeatabilityId the id that the client repeats when it repeats the request
 * @throws {Fault} 400 when something is wrong with it, or the id came with another request before; 503
 */
export async function createRoom(
  parts: RoomParts,
  resource: Resource,
  request: NewRoom,
  repeatabilityId: string | undefined,
): Promise<Room> {
  const { clock, due } = parts;
  const now = Math.floor(clock.now());
  const validity = firstValidity(request, now);
  await requireInvitable(parts, resource, request.participants);
  const { immutableId } = resource;
  const repeated = repeatability(parts, resource, request, repeatabilityId);
  const empty: Omit<Room, 'id'> = {
    createdOn: now,
    ...validity,
    pstnDialOutEnabled: request.pstnDialOutEnabled,
    participants: [],
    nextNumber: 1,
    state: 'open',
    ...(repeated !== undefined && { askedBy: repeated.askedBy, madeBy: repeated.madeBy }),
  };
  for (let life = 0; life < maxTries; life++) {
    const id = repeated?.idOf(life) ?? newRoomId(parts.ids);
    const wanted = withChanges({ id, ...empty }, request.participants, now);
    // Before the room, so that none outlives its time, and none that is made in part stays.
    await due.add({ kind: dropRoomKind, id: `${immutableId}~${id}`, dueMs: Math.ceil(validity.validUntil) });
    if (wanted.participants.length > indexedAtOnce) {
      await due.add({ kind: dropRoomKind, id: `${immutableId}~${id}`, dueMs: now + longestMakingMs });
    }
    const made = await make(parts, immutableId, wanted);
    if (made !== undefined) {
      await settleInvited(parts, immutableId, id, request.participants.keys(), now);
      return made;
    }
  }
  throw new Fault(roomFaults.busy, { retryAfterSeconds: 1 });
}

/** @returns the room that is there by this request; undefined when the id is another's, or of a room that has ended */
async function make({ rooms, clock }: RoomParts, resourceId: string, wanted: Room): Promise<Room | undefined> {
  const first = nextStep({ ...wanted, participants: [], state: 'making' }, wanted);
  for (let tries = 0; tries < maxTries; tries++) {
    const inserted = await rooms.insert(resourceId, first);
    const found = inserted ?? (await rooms.find(resourceId, wanted.id));
    if (found === undefined) {
      // It was taken away in this very moment.
      continue;
    }
    const { room } = found;
    const isAskedAgain = wanted.askedBy !== undefined && room.askedBy === wanted.askedBy;
    const hasEnded = room.state === 'deleted' || clock.now() >= room.validUntil;
    if (inserted === undefined && (!isAskedAgain || hasEnded)) {
      return undefined;
    }
    if (room.madeBy !== wanted.madeBy) {
      throw new Fault(roomFaults.repeatedOtherwise, { target: 'repeatability-request-id' });
    }
    if (room.state === 'open') {
      return room;
    }
    // Too many for one transaction, by this request or by one that was stopped.
    const { participants, nextNumber } = wanted;
    const made = await writeInSteps(rooms, resourceId, found, { ...room, participants, nextNumber, state: 'open' });
    if (made !== undefined) {
      return made.room;
    }
  }
  throw new Fault(roomFaults.busy, { retryAfterSeconds: 1 });
}

interface Repeatability {
  readonly askedBy: string;
  readonly madeBy: string;
  /** @param life how many rooms of this request have ended */
  idOf(life: number): string;
}

function repeatability(
  { keys }: RoomParts,
  { immutableId, masterSecretVersion }: Resource,
  request: NewRoom,
  repeatabilityId: string | undefined,
): Repeatability | undefined {
  if (repeatabilityId === undefined) {
    return undefined;
  }
  const key = keys.deriveKey('room', masterSecretVersion);
  const asked = [immutableId, repeatabilityId.toLowerCase()];
  const content = JSON.stringify({ ...request, participants: [...request.participants] });
  return {
    askedBy: keyedHash(key, 'asked', ...asked).toString('base64url'),
    madeBy: keyedHash(key, 'made', ...asked, content).toString('base64url'),
    idOf: (life) => roomIdOf(key, life === 0 ? asked : [...asked, String(life)]),
  };
}
