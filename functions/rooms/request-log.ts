// The log of requests about rooms, as ACS has it: ids of rooms and counts, and nobody's id.
import type { SeenRequest } from '../../shared/api/index.js';
import { type LogTable, requestColumns } from '../../shared/diagnostics/index.js';
import { type ParticipantChanges, roomRoles } from '../../shared/rooms/index.js';
import { parseInstant } from '../../shared/time/instant.js';
import type { RequestLog } from '../request-log.js';

const { TimeGenerated, Category, CorrelationId, OperationName, OperationVersion, Level } = requestColumns;
const { ResultSignature, ResultType } = requestColumns;

const roomLog: LogTable = {
  name: 'ACSRoomsIncomingOperations',
  category: 'RoomsOperational',
  summary: 'A request about a room, or about who is invited into one.',
  columns: {
    TimeGenerated,
    Category,
    CorrelationId,
    OperationName,
    OperationVersion,
    Level,
    ResultSignature,
    ResultType,
    RoomId: { type: 'string', holds: 'id of the room' },
    RoomLifespan: { type: 'long', holds: 'how long the room is valid, minutes' },
    PstnDialOutEnabled: { type: 'string', holds: '`true` or `false`, of the room' },
    AddedRoomParticipantsCount: { type: 'long', holds: 'how many came with a new room' },
    UpsertedRoomParticipantsCount: { type: 'long', holds: 'how many were to come, or to have another role' },
    RemovedRoomParticipantsCount: { type: 'long', holds: 'how many were to go' },
    RoomParticipantsCount: { type: 'long', holds: 'how many are in a new room, or in the list that was answered' },
    RoomParticipantsPresenter: { type: 'long', holds: 'how many of them are presenters' },
    RoomParticipantsAttendee: { type: 'long', holds: 'how many are attendees' },
    RoomParticipantsConsumer: { type: 'long', holds: 'how many are consumers' },
  },
};

/** As ACS calls them. */
const names: Readonly<Record<string, string>> = {
  'rooms-create': 'CreateRoom',
  'rooms-get': 'GetRoom',
  'rooms-list': 'ListRooms',
  'rooms-update': 'PatchRoom',
  'rooms-delete': 'DeleteRoom',
  'rooms-list-participants': 'GetParticipants',
  'rooms-update-participants': 'UpdateParticipants',
};

export const roomRequestLog: RequestLog = {
  service: 'rooms',
  table: roomLog,
  columnsOf: (seen) => {
    const { operation, params, status } = seen;
    const shown = shownRoom(seen);
    const id = params['roomId'] ?? shown?.id;
    return {
      OperationName: names[operation.name],
      // Somebody could write anything where an id is to stand.
      RoomId: typeof id === 'string' && /^\d{1,20}$/.test(id) ? id : undefined,
      RoomLifespan: shown && minutesOf(shown),
      PstnDialOutEnabled: shown?.pstnDialOutEnabled === undefined ? undefined : String(shown.pstnDialOutEnabled),
      ...(status < 400 && countsOf(seen)),
    };
  },
};

function minutesOf({ validFrom, validUntil }: ShownRoom): number {
  return Math.round(((parseInstant(validUntil) ?? 0) - (parseInstant(validFrom) ?? 0)) / 60_000);
}

interface ShownRoom {
  readonly id: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly pstnDialOutEnabled?: boolean;
}

function shownRoom({ result }: SeenRequest): ShownRoom | undefined {
  const answered = result as ({ readonly body?: Partial<ShownRoom> } & Partial<ShownRoom>) | undefined;
  const room = answered?.body ?? answered;
  return typeof room?.validUntil === 'string' ? (room as ShownRoom) : undefined;
}

function countsOf({ operation, body, result }: SeenRequest) {
  const changes = (body as { readonly participants?: ParticipantChanges } | undefined)?.participants;
  const invited = [...(changes?.values() ?? [])].filter((role) => role !== null);
  switch (operation.name) {
    case 'rooms-create':
      return { AddedRoomParticipantsCount: invited.length, ...rolesOf(invited) };
    case 'rooms-update-participants': {
      const removed = (changes?.size ?? 0) - invited.length;
      return { UpsertedRoomParticipantsCount: invited.length, RemovedRoomParticipantsCount: removed };
    }
    case 'rooms-list-participants': {
      const page = result as { readonly value: readonly { readonly role: string }[] };
      return rolesOf(page.value.map(({ role }) => role));
    }
    default:
      return {};
  }
}

function rolesOf(roles: readonly string[]) {
  const [presenters, attendees, consumers] = roomRoles.map((each) => roles.filter((role) => role === each).length);
  return {
    RoomParticipantsCount: roles.length,
    RoomParticipantsPresenter: presenters,
    RoomParticipantsAttendee: attendees,
    RoomParticipantsConsumer: consumers,
  };
}
