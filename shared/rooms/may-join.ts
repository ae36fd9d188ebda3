// Whether somebody may join the call of a room: whoever is invited, while the room is valid, and nobody else; an application
// of the resource, which is no person, wherever the room is valid.
import { findRoom } from './find-room.js';
import type { RoomRole } from './model.js';
import type { RoomParts } from './parts.js';

/** @returns the role; undefined when they may not, or there is no such room */
export async function mayJoin(
  parts: Pick<RoomParts, 'rooms' | 'clock' | 'isHidden'>,
  resourceId: string,
  roomId: string,
  rawId: string,
): Promise<RoomRole | undefined> {
  const found = await findValid(parts, resourceId, roomId);
  if (found === undefined) {
    return undefined;
  }
  const invited = found.room.participants.find((each) => each.rawId === rawId);
  return invited === undefined || parts.isHidden({ kind: 'identity', rawId }) ? undefined : invited.role;
}

/** Whether there is such a room, and people may be in it now. */
export async function isValidRoom(
  parts: Pick<RoomParts, 'rooms' | 'clock'>,
  resourceId: string,
  roomId: string,
): Promise<boolean> {
  return (await findValid(parts, resourceId, roomId)) !== undefined;
}

async function findValid(parts: Pick<RoomParts, 'rooms' | 'clock'>, resourceId: string, roomId: string) {
  const found = await findRoom(parts, resourceId, roomId);
  return found === undefined || parts.clock.now() < found.room.validFrom ? undefined : found;
}
