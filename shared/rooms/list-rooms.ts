// The rooms of a resource, in pages. A list that fits on one page has the newest first; a longer one is in the order of ids.
import { roomsPerPage } from './limits.js';
import { isShown, type ListedRoom } from './model.js';
import type { RoomParts } from './parts.js';
import type { RoomPage } from './store.js';

/** @param after id of the room before; empty for the first page */
export async function listRooms(
  { rooms, clock }: Pick<RoomParts, 'rooms' | 'clock'>,
  resourceId: string,
  after: string,
): Promise<RoomPage<ListedRoom>> {
  const now = clock.now();
  const page = await rooms.page(resourceId, after, roomsPerPage, (room) => isShown(room, now));
  const isWhole = after === '' && page.after === undefined;
  return isWhole ? { rooms: page.rooms.toSorted((one, other) => other.createdOn - one.createdOn) } : page;
}
