// Changing from when until when a room is there, and whether calls in it may dial out.
import { changeRoom } from './change-room.js';
import { requireRoomId } from './find-room.js';
import { dropRoomKind, type Room, type Validity } from './model.js';
import type { RoomParts } from './parts.js';
import { changedValidity } from './validity.js';

export interface RoomUpdate extends Partial<Validity> {
  /** undefined leaves it. */
  readonly pstnDialOutEnabled?: boolean | undefined;
}

/** @throws {Fault} 400, 404, 503 */
export async function updateRoom(parts: RoomParts, resourceId: string, id: string, update: RoomUpdate): Promise<Room> {
  requireRoomId(id);
  const validity = changedValidity(update, parts.clock.now());
  const { pstnDialOutEnabled } = update;
  return changeRoom(parts, resourceId, id, async (room) => {
    if (validity === undefined && pstnDialOutEnabled === undefined) {
      return room;
    }
    if (validity !== undefined && validity.validUntil !== room.validUntil) {
      // Before the room; the entry that is there finds another time, and leaves it.
      const dueMs = Math.ceil(validity.validUntil);
      await parts.due.add({ kind: dropRoomKind, id: `${resourceId}~${id}`, dueMs });
    }
    return { ...room, ...validity, pstnDialOutEnabled: pstnDialOutEnabled ?? room.pstnDialOutEnabled };
  });
}
