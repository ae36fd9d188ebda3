// The room that somebody asks for; one that is over, deleted or not made yet is as if it had never been.
import { Fault } from '../http/index.js';
import { roomFaults } from './faults.js';
import { isShown, type Room } from './model.js';
import type { RoomParts } from './parts.js';
import { looksLikeRoomId } from './room-id.js';
import type { StoredRoom } from './store.js';

type FindParts = Pick<RoomParts, 'rooms' | 'clock'>;

/** @throws {Fault} 400 when no room could have the id */
export function requireRoomId(id: string): void {
  if (!looksLikeRoomId(id)) {
    throw new Fault(roomFaults.invalidRoomId);
  }
}

export async function findRoom(
  { rooms, clock }: FindParts,
  resourceId: string,
  id: string,
): Promise<StoredRoom | undefined> {
  const found = looksLikeRoomId(id) ? await rooms.find(resourceId, id) : undefined;
  return found !== undefined && isShown(found.room, clock.now()) ? found : undefined;
}

/** @throws {Fault} 400, 404 */
export async function requireRoom(parts: FindParts, resourceId: string, id: string): Promise<StoredRoom> {
  requireRoomId(id);
  const found = await findRoom(parts, resourceId, id);
  if (found === undefined) {
    throw new Fault(roomFaults.notFound);
  }
  return found;
}

/** @throws {Fault} 400, 404 */
export async function getRoom(parts: FindParts, resourceId: string, id: string): Promise<Room> {
  return (await requireRoom(parts, resourceId, id)).room;
}
