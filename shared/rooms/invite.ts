// Who can be invited into a room: identities of the same resource that were not deleted.
import { hiddenIdentities, parseIdentifier } from '../data-map/index.js';
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { roomFaults } from './faults.js';
import { maxRoomParticipants } from './limits.js';
import type { ParticipantChanges, Room, RoomParticipant } from './model.js';
import type { RoomParts } from './parts.js';

/** @throws {Fault} 400 when one is no identifier, or one who is to come is none of the resource's own */
export async function requireInvitable(
  { door, isHidden }: Pick<RoomParts, 'door' | 'isHidden'>,
  resource: Resource,
  changes: ParticipantChanges,
): Promise<void> {
  for (const rawId of changes.keys()) {
    if (parseIdentifier(rawId) === undefined) {
      throw new Fault(roomFaults.invalidIdentifier);
    }
  }
  if (changes.size > maxRoomParticipants) {
    throw new Fault(roomFaults.tooManyParticipants);
  }
  const isGone = hiddenIdentities(isHidden);
  for (const [rawId, role] of changes) {
    if (role !== null && ((await door.standingOf(resource, rawId)) !== 'ours' || isGone(rawId))) {
      throw new Fault(roomFaults.notOurs);
    }
  }
}

/** @throws {Fault} 400 when there would be too many; @returns the same room when nothing changes */
export function withChanges(room: Room, changes: ParticipantChanges, now: number): Room {
  let { nextNumber } = room;
  let isChanged = false;
  const participants: RoomParticipant[] = [];
  for (const each of room.participants) {
    const role = changes.has(each.rawId) ? changes.get(each.rawId) : each.role;
    isChanged ||= role !== each.role;
    if (role) {
      participants.push(role === each.role ? each : { ...each, role });
    }
  }
  const present = new Set(room.participants.map(({ rawId }) => rawId));
  for (const [rawId, role] of changes) {
    if (role !== null && !present.has(rawId)) {
      participants.push({ rawId, role, number: nextNumber, addedOn: now });
      nextNumber += 1;
      isChanged = true;
    }
  }
  if (participants.length > Math.max(maxRoomParticipants, room.participants.length)) {
    throw new Fault(roomFaults.tooManyParticipants);
  }
  return isChanged ? { ...room, participants, nextNumber } : room;
}
