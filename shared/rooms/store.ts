// How rooms lie in a table: partition = resource; `room~` and the id: the room with everybody who is invited; `person~`, a raw
// id and `~` and the id of a room: by whom a room is found. Both are written in one transaction, so the index is exact: a
// process that dies leaves no row of it, and erasing somebody leaves no room with them.
import type { EraseStep } from '../data-map/index.js';
import {
  type Columns,
  eraseRows,
  isKey,
  StorageConflict,
  StorageNotFound,
  StorageStale,
  type Table,
  type TableAction,
} from '../storage/index.js';
import { lookedAtPerPage, roomsPerStep } from './limits.js';
import type { ListedRoom, Room } from './model.js';
import { listedColumns, toListed, toRoom, toRow } from './room-row.js';

export interface StoredRoom {
  readonly room: Room;
  readonly etag: string;
}

export interface RoomPage<Listed> {
  readonly rooms: readonly Listed[];
  /** Id behind which there may be more; undefined when there is nothing more. */
  readonly after?: string;
}

export class RoomStore {
  readonly #table: Table;

  constructor(table: Table) {
    this.#table = table;
  }

  async find(resourceId: string, id: string): Promise<StoredRoom | undefined> {
    const row = await this.#table.get<Columns>(resourceId, roomKey(id));
    return row && { room: toRoom(row.rowKey, row), etag: row.etag };
  }

  /** @returns undefined when there is one with this id */
  async insert(resourceId: string, room: Room): Promise<StoredRoom | undefined> {
    const index = room.participants.map(({ rawId }) => toIndex(resourceId, rawId, room.id));
    try {
      const row = { partitionKey: resourceId, rowKey: roomKey(room.id), ...toRow(room) };
      return await this.#write(resourceId, room, [{ kind: 'insert', row }, ...index]);
    } catch (error) {
      if (error instanceof StorageConflict) {
        return undefined;
      }
      throw error;
    }
  }

  /**
   * Writes a room as it was changed, with the index of those who have come or gone.
   *
   * @returns undefined when somebody else has changed it, or it is gone
   */
  async replace(resourceId: string, before: StoredRoom, room: Room): Promise<StoredRoom | undefined> {
    const row = { partitionKey: resourceId, rowKey: roomKey(room.id), ...toRow(room) };
    const { coming, going } = comingAndGoing(before.room, room);
    const actions: TableAction[] = [
      { kind: 'update', row, etag: before.etag, mode: 'replace' },
      ...coming.map((rawId) => toIndex(resourceId, rawId, room.id)),
      ...going.map((rawId): TableAction => ({ kind: 'remove', rowKey: personKey(rawId, room.id) })),
    ];
    try {
      return await this.#write(resourceId, room, actions);
    } catch (error) {
      return isOvertaken(error);
    }
  }

  /** Takes away a room that has nobody in it. @returns false when somebody else has changed it, or it is gone */
  async remove(resourceId: string, { room, etag }: StoredRoom): Promise<boolean> {
    try {
      await this.#table.remove(resourceId, roomKey(room.id), etag);
      return true;
    } catch (error) {
      return isOvertaken(error) ?? false;
    }
  }

  /**
   * Rooms in the order of their ids, without those who are in them.
   *
   * @param after id of the one before; empty for the first page
   */
  async page(
    resourceId: string,
    after: string,
    most: number,
    isWanted: (room: Pick<Room, 'state' | 'validUntil'>) => boolean,
  ): Promise<RoomPage<ListedRoom>> {
    const range = { partition: resourceId, from: behind(roomKey(after)), to: roomKey('~') };
    const rooms: ListedRoom[] = [];
    let seen = 0;
    let last = after;
    for await (const rows of this.#table.pages<Columns>({ ...range, top: most + 1, select: listedColumns })) {
      for (const row of rows) {
        const listed = toListed(row.rowKey, row);
        if (isWanted(listed)) {
          if (rooms.length === most) {
            return { rooms, after: last };
          }
          rooms.push(listed);
        }
        last = listed.id;
      }
      seen += rows.length;
      if (seen >= lookedAtPerPage) {
        return { rooms, after: last };
      }
    }
    return { rooms };
  }

  /**
   * A few of the rooms that somebody is invited into.
   *
   * @param after id of the one before; empty for the first
   */
  async roomsOf(resourceId: string, rawId: string, after: string): Promise<RoomPage<string>> {
    if (!isKey(personKey(rawId, after))) {
      return { rooms: [] };
    }
    const range = { partition: resourceId, from: behind(personKey(rawId, after)), to: personKey(rawId, '~') };
    const { rows, continuation } = await this.#table.query({ ...range, top: roomsPerStep, select: [] });
    const rooms = rows.map(({ rowKey }) => rowKey.slice(rowKey.lastIndexOf('~') + 1));
    const last = rooms.at(-1);
    return continuation === undefined || last === undefined ? { rooms } : { rooms, after: last };
  }

  /** Of somebody who is not in the room: whatever the index says, by whatever that came. */
  async forgetInvitation(resourceId: string, rawId: string, id: string): Promise<void> {
    await this.#table.remove(resourceId, personKey(rawId, id));
  }

  /** Removes everything of a resource that is deleted, a thousand rows at a time. */
  removeAllOf(resourceId: string): Promise<EraseStep> {
    return eraseRows(this.#table, { partition: resourceId });
  }

  async #write(resourceId: string, room: Room, actions: readonly TableAction[]): Promise<StoredRoom> {
    const [etag] = await this.#table.transaction(resourceId, actions);
    if (etag === undefined) {
      throw new Error('Storage confirmed a write of a room without an ETag.');
    }
    return { room, etag };
  }
}

/** Who is in the one and not in the other. */
export function comingAndGoing(before: Pick<Room, 'participants'>, after: Pick<Room, 'participants'>) {
  const [there, then] = [before, after].map(({ participants }) => new Set(participants.map(({ rawId }) => rawId)));
  return {
    coming: [...(then ?? [])].filter((rawId) => !there?.has(rawId)),
    going: [...(there ?? [])].filter((rawId) => !then?.has(rawId)),
  };
}

function toIndex(partitionKey: string, rawId: string, id: string): TableAction {
  return { kind: 'upsert', row: { partitionKey, rowKey: personKey(rawId, id) }, mode: 'replace' };
}

function roomKey(id: string): string {
  return `room~${id}`;
}

function personKey(rawId: string, id: string): string {
  return `person~${rawId}~${id}`;
}

/** The first key behind this one: ids are digits, which come after it. */
function behind(key: string): string {
  return `${key}!`;
}

/** @throws what is anything else */
function isOvertaken(error: unknown): undefined {
  if (error instanceof StorageStale || error instanceof StorageNotFound) {
    return undefined;
  }
  throw error;
}
