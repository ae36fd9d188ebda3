// Takes a room from one state to another. Nearly always that is one transaction; where more people come or go than one takes,
// it is several, after each of which index and room agree. Whoever is stopped between two does it again, and goes on there.
import { indexedAtOnce } from './limits.js';
import type { Room } from './model.js';
import { comingAndGoing, type RoomStore, type StoredRoom } from './store.js';

/** @returns undefined when somebody else has changed it meanwhile, or it is gone */
export async function writeInSteps(
  rooms: RoomStore,
  resourceId: string,
  from: StoredRoom,
  wanted: Room,
): Promise<StoredRoom | undefined> {
  let at: StoredRoom | undefined = from;
  while (at !== undefined && at.room !== wanted) {
    at = await rooms.replace(resourceId, at, nextStep(at.room, wanted));
  }
  return at;
}

/** @returns what is wanted itself when one transaction leads there */
export function nextStep(room: Room, wanted: Room): Room {
  const { coming, going } = comingAndGoing(room, wanted);
  if (coming.length + going.length <= indexedAtOnce) {
    return wanted;
  }
  const gone = new Set(going.slice(0, indexedAtOnce));
  const come = new Set(coming.slice(0, indexedAtOnce - gone.size));
  const left = new Map(wanted.participants.map((each) => [each.rawId, each]));
  const staying = room.participants.filter(({ rawId }) => !gone.has(rawId)).map((each) => left.get(each.rawId) ?? each);
  return {
    ...wanted,
    participants: [...staying, ...wanted.participants.filter(({ rawId }) => come.has(rawId))],
    // What is not whole yet is not shown; what is deleted is not shown from the first step on.
    state: wanted.state === 'deleted' ? wanted.state : room.state,
  };
}
