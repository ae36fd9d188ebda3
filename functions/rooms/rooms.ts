// Making rooms, looking them up, changing and deleting them.
import { type Operation, operation } from '../../shared/api/index.js';
import { accessKey } from '../../shared/auth/index.js';
import { Answer } from '../../shared/http/index.js';
import {
  createRoom,
  deleteRoom,
  getRoom,
  listRooms,
  maxRoomBodyBytes,
  roomRateLimits,
  type RoomParts,
  updateRoom,
} from '../../shared/rooms/index.js';
import { nextLink } from '../wire/next-link.js';
import { renderRoom } from './render.js';
import {
  CreateRoomRequest,
  knowsDialOut,
  requireKnownRoles,
  RoomModel,
  RoomsCollection,
  RoomsQuery,
  UpdateRoomRequest,
} from './wire.js';

const common = { service: 'rooms', auth: accessKey } as const;

export function roomOperations(parts: RoomParts): Operation[] {
  return [
    operation({
      ...common,
      name: 'rooms-create',
      contract: 'rooms.create',
      summary: 'Makes a room, with those who are invited into it.',
      route: 'POST rooms',
      limit: roomRateLimits.change,
      maxBodyBytes: maxRoomBodyBytes,
      body: CreateRoomRequest,
      answers: { 201: RoomModel },
      answerHeaders: { 201: ['location'] },
      answer: async ({ resource, body, request: { apiVersion, repeatabilityRequestId } }) => {
        requireKnownRoles(apiVersion, body.participants);
        const pstnDialOutEnabled = knowsDialOut(apiVersion) && body.pstnDialOutEnabled;
        const asked = { ...body, pstnDialOutEnabled };
        const room = await createRoom(parts, resource, asked, repeatabilityRequestId);
        // As recorded: the bare id.
        return new Answer(201, renderRoom(room, apiVersion), {
          location: room.id,
          ...(repeatabilityRequestId !== undefined && { 'repeatability-result': 'accepted' }),
        });
      },
    }),
    operation({
      ...common,
      name: 'rooms-get',
      contract: 'rooms.get',
      summary: 'Gets a room.',
      route: 'GET rooms/{roomId}',
      limit: roomRateLimits.read,
      returns: RoomModel,
      ok: async ({ resource, params, request: { apiVersion } }) =>
        renderRoom(await getRoom(parts, resource.immutableId, params.roomId), apiVersion),
    }),
    operation({
      ...common,
      name: 'rooms-list',
      contract: 'rooms.list',
      summary: 'Lists the rooms that are not over.',
      route: 'GET rooms',
      limit: roomRateLimits.read,
      query: RoomsQuery,
      returns: RoomsCollection,
      ok: async ({ resource, query, request }) => {
        const { rooms, after } = await listRooms(parts, resource.immutableId, query.after);
        return {
          value: rooms.map((room) => renderRoom(room, request.apiVersion)),
          ...(after !== undefined && { nextLink: nextLink(request, '/rooms', { after }) }),
        };
      },
    }),
    operation({
      ...common,
      name: 'rooms-update',
      contract: 'rooms.update',
      summary: 'Changes when a room is valid, and whether calls in it may dial out.',
      route: 'PATCH rooms/{roomId}',
      limit: roomRateLimits.change,
      body: UpdateRoomRequest,
      returns: RoomModel,
      ok: async ({ resource, params, body, request: { apiVersion } }) => {
        const pstnDialOutEnabled = knowsDialOut(apiVersion) ? body.pstnDialOutEnabled : undefined;
        const update = { ...body, pstnDialOutEnabled };
        return renderRoom(await updateRoom(parts, resource.immutableId, params.roomId, update), apiVersion);
      },
    }),
    operation({
      ...common,
      name: 'rooms-delete',
      contract: 'rooms.delete',
      summary: 'Deletes a room.',
      route: 'DELETE rooms/{roomId}',
      limit: roomRateLimits.change,
      noContent: ({ resource, params }) => deleteRoom(parts, resource.immutableId, params.roomId),
    }),
  ];
}
