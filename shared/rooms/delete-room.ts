// Deleting a room. Deleting it again succeeds.
import { Fault } from '../http/index.js';
import { roomFaults } from './faults.js';
import { requireRoomId } from './find-room.js';
import { dropRoomKind } from './model.js';
import type { RoomParts } from './parts.js';
import { takeRoomAway } from './take-room-away.js';

/** @throws {Fault} 400, 503 when others change it all the time */
export async function deleteRoom(parts: RoomParts, resourceId: string, id: string): Promise<void> {
  const { rooms, due, clock } = parts;
  requireRoomId(id);
  const found = await rooms.find(resourceId, id);
  if (found === undefined) {
    return;
  }
  if (found.room.participants.length === 0 && (await rooms.remove(resourceId, found))) {
    return;
  }
  // Whatever is stopped from here on, the sweep brings it to its end once the room says that it is deleted.
  await due.add({ kind: dropRoomKind, id: `${resourceId}~${id}`, dueMs: Math.floor(clock.now()) });
  if (!(await takeRoomAway(parts, resourceId, id, () => true, found))) {
    throw new Fault(roomFaults.busy, { retryAfterSeconds: 1 });
  }
}
