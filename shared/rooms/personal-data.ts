// What rooms keep, for the data map. A room is there until its validity ends, and with it who is invited; somebody who is
// erased is taken out of each.
import { byPartition, dataStore, explainKept, type PersonalIdentifier } from '../data-map/index.js';
import { slicesOf } from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import { findRoom } from './find-room.js';
import { atOnce } from './limits.js';
import { dropRoomKind, type Room, type RoomParticipant } from './model.js';
import type { RoomParts } from './parts.js';
import { dropRoom } from './take-room-away.js';
import { uninvite } from './uninvite.js';

export const rooms = dataStore<RoomParts>({
  name: 'rooms',
  area: 'rooms',
  rank: 'content',
  medium: 'table',
  holds:
    'Rooms: from when until when each is valid, who is invited into it with which role; and an index by who is invited',
  belongsTo: byPartition,
  personalData: ['identity ids of those who are invited, with their roles, and since when'],
  keptFor:
    'until the validity of the room ends, which is 180 days from its beginning at most and may be changed; or until the owner deletes it, or takes the person out',
  locate: async (identifier, access, cursor) => {
    const { invitations, after } = await invitationsOf(identifier, access, cursor);
    const more = after === undefined ? {} : { cursor: after };
    if (invitations.length === 0) {
      return { items: 0, ...more };
    }
    const since = Math.min(...invitations.map(({ invited }) => invited.addedOn));
    const keptUntil = Math.max(...invitations.map(({ room }) => room.validUntil));
    return { items: invitations.length, since, keptUntil: Math.ceil(keptUntil), ...more };
  },
  async *exportItems(identifier, access) {
    let cursor: string | undefined;
    do {
      const { invitations, after } = await invitationsOf(identifier, access, cursor);
      for (const { room, invited } of invitations) {
        const { id, validFrom, validUntil } = room;
        yield {
          record: {
            roomId: id,
            role: invited.role,
            invitedOn: toSeconds(invited.addedOn),
            validFrom: toSeconds(validFrom),
            validUntil: toSeconds(validUntil),
          },
          keptUntil: Math.ceil(validUntil),
        };
      }
      cursor = after;
    } while (cursor !== undefined);
  },
  exportedFields: {
    roomId: 'Id of a room that you are invited into',
    role: 'What you may do in its calls',
    invitedOn: 'Since when you are',
    validFrom: 'From when you may join',
    validUntil: 'Until when; the room is gone then',
  },
  erase: async (identifier, { opened, resourceId }) => {
    if (identifier.kind !== 'identity') {
      return { erased: 0 };
    }
    const { rawId } = identifier;
    const { rooms: ids, after } = await opened.rooms.roomsOf(resourceId, rawId, '');
    for (const some of slicesOf(ids, atOnce)) {
      await Promise.all(some.map((id) => uninvite(opened, resourceId, id, rawId)));
    }
    // What was found is gone: the next step begins at the beginning again.
    return after === undefined ? { erased: ids.length } : { erased: ids.length, cursor: 'more' };
  },
  lateWrites: { settled: ['making a room, after its last write', 'inviting people into one, after the last write'] },
  eraseResource: ({ opened, resourceId }) => opened.rooms.removeAllOf(resourceId),
  expired: { due: { [dropRoomKind]: (id, { opened }) => dropRoom(opened, id) } },
  explain: {
    kind: 'room',
    explain: async (id, { opened, resourceId }) => {
      const found = await findRoom(opened, resourceId, id);
      return (
        found &&
        explainKept('A room is kept until its validity ends.', found.room.createdOn, Math.ceil(found.room.validUntil))
      );
    },
  },
});

interface Invitation {
  readonly room: Room;
  readonly invited: RoomParticipant;
}

/** A bounded part of the rooms that somebody is invited into; those that are over are as if they were gone. */
async function invitationsOf(
  identifier: PersonalIdentifier,
  { opened, resourceId, now }: { readonly opened: RoomParts; readonly resourceId: string; readonly now: number },
  cursor = '',
): Promise<{ readonly invitations: readonly Invitation[]; readonly after?: string }> {
  if (identifier.kind !== 'identity') {
    return { invitations: [] };
  }
  const { rawId } = identifier;
  const { rooms: ids, ...more } = await opened.rooms.roomsOf(resourceId, rawId, cursor);
  const invitations: Invitation[] = [];
  for (const some of slicesOf(ids, atOnce)) {
    for (const found of await Promise.all(some.map((id) => opened.rooms.find(resourceId, id)))) {
      const invited = found?.room.participants.find((each) => each.rawId === rawId);
      if (found !== undefined && invited !== undefined && now < found.room.validUntil) {
        invitations.push({ room: found.room, invited });
      }
    }
  }
  return { invitations, ...more };
}
