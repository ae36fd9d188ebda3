// Who is invited into a room, in the order in which they came, in pages. Whoever was deleted is not shown.
import { hiddenIdentities } from '../data-map/index.js';
import { requireRoom } from './find-room.js';
import { participantsPerPage } from './limits.js';
import type { RoomParticipant } from './model.js';
import type { RoomParts } from './parts.js';

export interface ParticipantPage {
  readonly participants: readonly RoomParticipant[];
  /** Number behind which there are more; undefined when there are none. */
  readonly after?: number;
}

/**
 * @param after number of the one before; 0 for the first page
 * @throws {Fault} 400, 404
 */
export async function listParticipants(
  parts: Pick<RoomParts, 'rooms' | 'clock' | 'isHidden'>,
  resourceId: string,
  id: string,
  after: number,
): Promise<ParticipantPage> {
  const { room } = await requireRoom(parts, resourceId, id);
  const isGone = hiddenIdentities(parts.isHidden);
  const left = room.participants.filter(({ number, rawId }) => number > after && !isGone(rawId));
  const participants = left.slice(0, participantsPerPage);
  const last = participants.at(-1);
  return left.length > participants.length && last ? { participants, after: last.number } : { participants };
}
