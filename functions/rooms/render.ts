// Rooms as they are shown.
import type { AnswerBody } from '../../shared/api/index.js';
import type { ListedRoom, RoomParticipant } from '../../shared/rooms/index.js';
import { toMicroseconds } from '../../shared/time/instant.js';
import { knowsDialOut, type RoomModel } from './wire.js';

export function renderRoom(room: ListedRoom, apiVersion: string): AnswerBody<typeof RoomModel> {
  const { id, createdOn, validFrom, validUntil, pstnDialOutEnabled } = room;
  return {
    id,
    createdAt: toMicroseconds(createdOn),
    validFrom: toMicroseconds(validFrom),
    validUntil: toMicroseconds(validUntil),
    ...(knowsDialOut(apiVersion) && { pstnDialOutEnabled }),
  };
}

export function renderParticipant({ rawId, role }: RoomParticipant) {
  return { rawId, role };
}
