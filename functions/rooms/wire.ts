// Rooms on the wire, contract `rooms` 2023-06-14 to 2025-03-13.
import { z } from 'zod';
import { maxRoomParticipants, type ParticipantChanges, roomRoles, wrongPart } from '../../shared/rooms/index.js';
import { parseMicroseconds } from '../../shared/time/instant.js';
import { mergePatch, orAbsent, orDefault } from '../wire/null-and-absent.js';
import { pageOf, Text } from '../wire/written.js';

const Instant = z.string().transform((text, context): number => {
  const instant = parseMicroseconds(text);
  if (instant === undefined) {
    context.addIssue({ code: 'custom', message: 'Write a time as in RFC 3339: 2026-12-01T09:30:00Z.' });
    return z.NEVER;
  }
  return instant;
});

const Role = z.enum(roomRoles);
/** Whoever is named without a role is an attendee; null goes. */
const Changes = mergePatch(z.object({ role: orDefault(Role, 'Attendee') }))
  .refine(
    (changes) => Object.keys(changes).length <= maxRoomParticipants,
    `Name at most ${maxRoomParticipants} participants in one request.`,
  )
  .transform(
    (changes): ParticipantChanges =>
      new Map(Object.entries(changes).map(([rawId, change]) => [rawId, change?.role ?? null])),
  );
const nobody: ParticipantChanges = new Map();

export const CreateRoomRequest = z
  .object({
    validFrom: orAbsent(Instant),
    validUntil: orAbsent(Instant),
    pstnDialOutEnabled: orDefault(z.boolean(), false),
    participants: orDefault(Changes, nobody),
  })
  .meta({ id: 'CreateRoomRequest' });

export const UpdateRoomRequest = z
  .object({
    validFrom: orAbsent(Instant),
    validUntil: orAbsent(Instant),
    pstnDialOutEnabled: orAbsent(z.boolean()),
  })
  .meta({ id: 'UpdateRoomRequest' });

export const UpdateParticipantsRequest = z
  .object({ participants: orDefault(Changes, nobody) })
  .meta({ id: 'UpdateParticipantsRequest' });

/** With a position that only links to further pages have. */
export const RoomsQuery = z.object({
  after: z
    .string()
    .regex(/^\d{1,20}$/)
    .default(''),
});
export const ParticipantsQuery = z.object({ after: z.coerce.number().int().nonnegative().default(0) });

/** As `toMicroseconds` writes them. */
const InMicroseconds = z.iso.datetime({ offset: true });
export const RoomModel = z
  .object({
    id: Text,
    createdAt: InMicroseconds,
    validFrom: InMicroseconds,
    validUntil: InMicroseconds,
    /** From 2024-04-15 on. */
    pstnDialOutEnabled: z.boolean().optional(),
  })
  .meta({ id: 'RoomModel' });
export const RoomsCollection = pageOf(RoomModel).meta({ id: 'RoomsCollection' });
const Participant = z.object({ rawId: Text, role: Role }).meta({ id: 'RoomParticipant' });
export const ParticipantsCollection = pageOf(Participant).meta({ id: 'ParticipantsCollection' });
export const UpdateParticipantsResult = z.object({}).meta({ id: 'UpdateParticipantsResult' });

/** The first version that knows calls out of a room, and the one that knows collaborators. */
const dialOutSince = '2024-04-15';
const collaboratorsSince = '2025-03-13';

export const knowsDialOut = (apiVersion: string): boolean => apiVersion >= dialOutSince;

/** @throws {Fault} 400 when somebody is to be what the version does not know */
export function requireKnownRoles(apiVersion: string, changes: ParticipantChanges): ParticipantChanges {
  if (apiVersion < collaboratorsSince && [...changes.values()].includes('Collaborator')) {
    throw wrongPart('role');
  }
  return changes;
}
