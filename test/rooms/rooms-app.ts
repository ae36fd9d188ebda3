// Rooms of a composed app: asked by name, and looked at from inside.
import type { RoomsCapability } from '../../functions/rooms/capability.js';
import { rooms } from '../../shared/rooms/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { accepted } from '../app/chat-calls.js';
import type { CallOptions, TestProcess, TestUser } from '../app/composed-app.js';

export interface WireRoom {
  readonly id: string;
  readonly createdAt: string;
  readonly validFrom: string;
  readonly validUntil: string;
  readonly pstnDialOutEnabled: boolean;
}

/** @param users come as attendees */
export async function makeRoom(
  { call }: Pick<TestProcess, 'call'>,
  users: readonly Pick<TestUser, 'id'>[] = [],
  more: object = {},
  options: CallOptions = {},
): Promise<WireRoom> {
  const participants = Object.fromEntries(users.map(({ id }) => [id, { role: 'Attendee' }]));
  return accepted(await call<WireRoom>('rooms-create', { body: { participants, ...more }, ...options }));
}

export const at = ({ id }: Pick<WireRoom, 'id'>) => ({ params: { roomId: id } });

export async function change(
  { call }: Pick<TestProcess, 'call'>,
  room: Pick<WireRoom, 'id'>,
  participants: Readonly<Record<string, object | null>>,
): Promise<void> {
  accepted(await call('rooms-update-participants', { ...at(room), body: { participants } }));
}

/** By raw id, of the first page. */
export async function invited(
  { call }: Pick<TestProcess, 'call'>,
  room: Pick<WireRoom, 'id'>,
): Promise<Readonly<Record<string, string>>> {
  const answer = await call<{ value: { rawId: string; role: string }[] }>('rooms-list-participants', at(room));
  return Object.fromEntries(accepted(answer).value.map(({ rawId, role }) => [rawId, role]));
}

export function roomsOf({ app }: Pick<TestProcess, 'app'>): RoomsCapability {
  return app.capabilities.find(({ name }) => name === 'rooms') as RoomsCapability;
}

export async function join(process: Pick<TestProcess, 'app'>, { id }: Pick<WireRoom, 'id'>, user: TestUser) {
  const { immutableId } = await process.app.defaultResource();
  return roomsOf(process).mayJoin(immutableId, id, user.id);
}

interface RoomRows {
  /** Who is in each room, by its id, as its row says it. */
  readonly rooms: ReadonlyMap<string, readonly string[]>;
  /** `person~raw id~room`, of every row of the index. */
  readonly index: readonly string[];
}

export async function rowsOf({ app }: Pick<TestProcess, 'app'>): Promise<RoomRows> {
  const found = new Map<string, readonly string[]>();
  const index: string[] = [];
  for await (const page of app.storage.table(rooms).scans<Columns>()) {
    for (const row of page) {
      if (row.rowKey.startsWith('room~')) {
        let text = String(row['participants']);
        for (let part = 1; row[`participants${part}`] !== undefined; part++) {
          text += String(row[`participants${part}`]);
        }
        const participants = JSON.parse(text) as { rawId: string }[];
        found.set(
          row.rowKey.slice('room~'.length),
          participants.map(({ rawId }) => rawId),
        );
      } else {
        index.push(row.rowKey);
      }
    }
  }
  return { rooms: found, index };
}

/** What the index has to say. */
export function indexOf(roomsThere: RoomRows['rooms']): string[] {
  return [...roomsThere].flatMap(([id, users]) => users.map((rawId) => `person~${rawId}~${id}`)).sort();
}

/** Product time goes on, and what is due is done. */
export async function pass({ app }: Pick<TestProcess, 'app'>, ms: number): Promise<void> {
  app.clock.setOffset(app.clock.offsetMs + ms);
  app.dropCaches();
  await app.sweep();
}
