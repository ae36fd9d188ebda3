// Who is invited into a room.
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import {
  changeParticipants,
  listParticipants,
  maxRoomBodyBytes,
  roomRateLimits,
  type RoomParts,
} from '../../shared/rooms/index.js';
import { nextLink } from '../wire/next-link.js';
import { renderParticipant } from './render.js';
import {
  ParticipantsCollection,
  ParticipantsQuery,
  requireKnownRoles,
  UpdateParticipantsRequest,
  UpdateParticipantsResult,
} from './wire.js';

const common = { service: 'rooms', auth: accessKey } as const;

export function participantOperations(parts: RoomParts): Operation[] {
  return [
    operation({
      ...common,
      name: 'rooms-list-participants',
      contract: 'participants.list',
      summary: 'Lists who is invited into a room.',
      route: 'GET rooms/{roomId}/participants',
      limit: roomRateLimits.read,
      query: ParticipantsQuery,
      returns: ParticipantsCollection,
      ok: async ({ resource, params: { roomId }, query, request }) => {
        const page = await listParticipants(parts, resource.immutableId, roomId, query.after);
        const { participants, after } = page;
        return {
          value: participants.map(renderParticipant),
          ...(after !== undefined && { nextLink: nextLink(request, `/rooms/${roomId}/participants`, { after }) }),
        };
      },
    }),
    operation({
      ...common,
      name: 'rooms-update-participants',
      contract: 'participants.update',
      summary: 'Invites people into a room, gives them other roles, and takes them out.',
      route: 'PATCH rooms/{roomId}/participants',
      limit: roomRateLimits.change,
      maxBodyBytes: maxRoomBodyBytes,
      body: UpdateParticipantsRequest,
      returns: UpdateParticipantsResult,
      ok: async ({ resource, params, body: { participants }, request: { apiVersion } }) => {
        const changes = requireKnownRoles(apiVersion, participants);
        await changeParticipants(parts, resource, params.roomId, changes);
        return {};
      },
    }),
  ];
}
