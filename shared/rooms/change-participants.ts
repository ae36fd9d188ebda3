// Inviting people into a room, giving them other roles, and taking them out of it, all in one.
import type { Resource } from '../geography/index.js';
import { changeRoom } from './change-room.js';
import { requireRoomId } from './find-room.js';
import { requireInvitable, withChanges } from './invite.js';
import type { ParticipantChanges } from './model.js';
import type { RoomParts } from './parts.js';
import { settleInvited } from './uninvite.js';

/** @throws {Fault} 400, 404, 503 */
export async function changeParticipants(
  parts: RoomParts,
  resource: Resource,
  id: string,
  changes: ParticipantChanges,
): Promise<void> {
  requireRoomId(id);
  await requireInvitable(parts, resource, changes);
  const now = Math.floor(parts.clock.now());
  const { immutableId } = resource;
  await changeRoom(parts, immutableId, id, (room) => withChanges(room, changes, now));
  const invited = [...changes].filter(([, role]) => role !== null).map(([rawId]) => rawId);
  await settleInvited(parts, immutableId, id, invited, now);
}
