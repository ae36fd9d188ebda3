// Takes a room away: first it is shown to nobody and names nobody any more, then it goes. May be stopped anywhere and repeated.
import { longestMakingMs, maxTries } from './limits.js';
import type { Room } from './model.js';
import type { RoomParts } from './parts.js';
import type { StoredRoom } from './store.js';
import { writeInSteps } from './write-in-steps.js';

/**
 * @param mayGo asked about the room as it is
 * @param read as it was read just now, where it was
 * @returns false when others change it all the time
 */
export async function takeRoomAway(
  { rooms }: Pick<RoomParts, 'rooms'>,
  resourceId: string,
  id: string,
  mayGo: (room: Room) => boolean,
  read?: StoredRoom,
): Promise<boolean> {
  for (let tries = 0; tries < maxTries; tries++) {
    const found = (tries === 0 ? read : undefined) ?? (await rooms.find(resourceId, id));
    if (found === undefined || !mayGo(found.room)) {
      return true;
    }
    const { room } = found;
    const isEmpty = room.participants.length === 0;
    const deleted: Room = { ...room, state: 'deleted', participants: [] };
    const emptied = isEmpty ? found : await writeInSteps(rooms, resourceId, found, deleted);
    if (emptied !== undefined && (await rooms.remove(resourceId, emptied))) {
      return true;
    }
  }
  return false;
}

/** Due work: takes a room away whose time is over, whose making was given up, or whose deletion was stopped. */
export function dropRoom(parts: Pick<RoomParts, 'rooms' | 'clock'>, dueId: string): Promise<boolean> {
  const [resourceId = '', id = ''] = dueId.split('~');
  const now = parts.clock.now();
  return takeRoomAway(parts, resourceId, id, ({ state, createdOn, validUntil }) => {
    const isGivenUp = state === 'making' && createdOn + longestMakingMs <= now;
    return state === 'deleted' || isGivenUp || validUntil <= now;
  });
}
