// A room as the columns of its row.
import { type Columns, readLongText, type RowValue, writeLongText } from '../storage/index.js';
import type { ListedRoom, Room, RoomParticipant } from './model.js';

/** What a list needs. */
export const listedColumns = ['createdOn', 'validFrom', 'validUntil', 'dialOut', 'state'] as const;

/** Long enough for 350 people: a text has at most 32,768 characters in one column. */
const participantsColumn = 'participants';

export function toRow(room: Room): Readonly<Record<string, RowValue>> {
  const { createdOn, validFrom, validUntil, pstnDialOutEnabled, participants, nextNumber, state } = room;
  const row: Record<string, RowValue> = {
    createdOn,
    // As text: a number that has a fraction comes back as another one from some servers.
    validFrom: String(validFrom),
    validUntil: String(validUntil),
    dialOut: pstnDialOutEnabled,
    nextNumber,
    state,
    askedBy: room.askedBy,
    madeBy: room.madeBy,
  };
  writeLongText(row, participantsColumn, JSON.stringify(participants));
  return row;
}

export function toListed(rowKey: string, row: Columns): ListedRoom & Pick<Room, 'state'> {
  return {
    id: rowKey.slice(rowKey.indexOf('~') + 1),
    createdOn: Number(row['createdOn']),
    validFrom: Number(row['validFrom']),
    validUntil: Number(row['validUntil']),
    pstnDialOutEnabled: row['dialOut'] === true,
    state: row['state'] as Room['state'],
  };
}

export function toRoom(rowKey: string, row: Columns): Room {
  const participants = JSON.parse(readLongText(row, participantsColumn) ?? '[]') as readonly RoomParticipant[];
  return {
    ...toListed(rowKey, row),
    participants,
    nextNumber: Number(row['nextNumber']),
    ...(row['askedBy'] !== undefined && { askedBy: String(row['askedBy']) }),
    ...(row['madeBy'] !== undefined && { madeBy: String(row['madeBy']) }),
  };
}
