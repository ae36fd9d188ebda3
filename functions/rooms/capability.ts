// Rooms: places to meet for a while, into which only those who are invited come. Contract: rooms 2025-03-13.
import { bind } from '../../shared/data-map/index.js';
import { isValidRoom, mayJoin, type RoomParts, type RoomRole, rooms, RoomStore } from '../../shared/rooms/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { participantOperations } from './participants.js';
import { roomRequestLog } from './request-log.js';
import { roomOperations } from './rooms.js';

export interface RoomsCapability extends Capability {
  /** With which role somebody may join the call of a room now; undefined when they may not. */
  mayJoin(resourceId: string, roomId: string, rawId: string): Promise<RoomRole | undefined>;
  /** Whether somebody may join now; an application, which has no raw id, wherever the room is valid. */
  admits(resourceId: string, roomId: string, rawId: string | undefined): Promise<boolean>;
}

export function roomsCapability({ storage, door, burials, keys, due, clock, ids }: Foundation): RoomsCapability {
  const parts: RoomParts = {
    rooms: new RoomStore(storage.table(rooms)),
    door,
    isHidden: (identifier) => burials.isHidden(identifier),
    settle: (...settled) => burials.settle(...settled),
    keys,
    due,
    clock,
    ids,
  };
  return {
    name: 'rooms',
    stores: [bind(rooms, parts)],
    operations: [...roomOperations(parts), ...participantOperations(parts)],
    logs: [roomRequestLog],
    mayJoin: (resourceId, roomId, rawId) => mayJoin(parts, resourceId, roomId, rawId),
    admits: async (resourceId, roomId, rawId) =>
      rawId === undefined
        ? await isValidRoom(parts, resourceId, roomId)
        : (await mayJoin(parts, resourceId, roomId, rawId)) !== undefined,
  };
}
