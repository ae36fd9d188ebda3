// Changes a room as it is at the moment of the write: whoever else changes it comes before or after, and nothing is lost.
import { Fault } from '../http/index.js';
import { roomFaults } from './faults.js';
import { requireRoom } from './find-room.js';
import { maxTries } from './limits.js';
import type { Room } from './model.js';
import type { RoomParts } from './parts.js';
import { writeInSteps } from './write-in-steps.js';

/**
 * @param change gets the room as it is, perhaps several times; the same room means that nothing is to be written
 * @throws {Fault} 400, 404, 503 when others change it all the time
 */
export async function changeRoom(
  parts: Pick<RoomParts, 'rooms' | 'clock'>,
  resourceId: string,
  id: string,
  change: (room: Room) => Room | Promise<Room>,
): Promise<Room> {
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await requireRoom(parts, resourceId, id);
    const written = await writeInSteps(parts.rooms, resourceId, found, await change(found.room));
    if (written !== undefined) {
      return written.room;
    }
  }
  throw new Fault(roomFaults.busy, { retryAfterSeconds: 1 });
}
