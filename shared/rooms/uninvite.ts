// Takes somebody out of a room, whether or not that is shown.
import { maxTries } from './limits.js';
import type { RoomParts } from './parts.js';

/** @throws {Error} when others change the room all the time */
export async function uninvite(
  { rooms }: Pick<RoomParts, 'rooms'>,
  resourceId: string,
  id: string,
  rawId: string,
): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await rooms.find(resourceId, id);
    const participants = found?.room.participants.filter((each) => each.rawId !== rawId);
    if (found === undefined || participants?.length === found.room.participants.length) {
      await rooms.forgetInvitation(resourceId, rawId, id);
      return;
    }
    if (await rooms.replace(resourceId, found, { ...found.room, participants: participants ?? [] })) {
      return;
    }
  }
  throw new Error('A room changes all the time.');
}

/** To be called after the last write: whoever was erased meanwhile is taken out again. */
export async function settleInvited(
  parts: Pick<RoomParts, 'rooms' | 'settle'>,
  resourceId: string,
  id: string,
  rawIds: Iterable<string>,
  since: number,
): Promise<void> {
  for (const rawId of rawIds) {
    await parts.settle(resourceId, [{ kind: 'identity', rawId }], since, () => uninvite(parts, resourceId, id, rawId));
  }
}
