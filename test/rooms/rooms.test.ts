// What rooms promise, on real storage: how long they are there, who may join, what is kept of whom, and that nobody's change is
// lost.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { fetchExport, startExport, workJobs } from '../privacy/composed-app.js';
import { unzip } from '../privacy/unzip.js';
import { scanStorage } from '../scan/scan-storage.js';
import { at, change, indexOf, invited, join, makeRoom, pass, rowsOf, type WireRoom } from './rooms-app.js';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;

let geography: TestGeography;
let here: TestProcess;
let anna: TestUser;
let bert: TestUser;
beforeAll(async () => {
  geography = await startGeography();
});
beforeEach(async () => {
  await here?.close();
  here = await geography.start();
  [anna, bert] = [await here.newUser(), await here.newUser()];
});
afterAll(() => geography?.stop());

const instant = (ms: number) => new Date(ms).toISOString();
const from = (ms: number, lastsMs: number) => ({
  validFrom: instant(here.app.clock.now() + ms),
  validUntil: instant(here.app.clock.now() + ms + lastsMs),
});
const statusOf = async (room: Pick<WireRoom, 'id'>, name = 'rooms-get', body?: object) =>
  (await here.call(name, { ...at(room), ...(body !== undefined && { body }) })).status;

/** The clock stands at this moment. */
function standAt(text: string, offsetMs = 0): void {
  here.app.clock.now = () => Date.parse(text) + offsetMs;
}

describe('A room', () => {
  it('is there until its validity ends, and from that moment on nobody reads it; the sweep leaves no byte of it', async () => {
    const room = await makeRoom(here, [anna, bert], from(0, dayMs));
    const longer = await makeRoom(here, [anna], from(0, 2 * dayMs));
    standAt(room.validUntil, -1);
    expect(await statusOf(room)).toBe(200);
    expect(await join(here, room, anna)).toBe('Attendee');
    standAt(room.validUntil);
    expect(await statusOf(room)).toBe(404);
    expect(await statusOf(room, 'rooms-list-participants')).toBe(404);
    expect(await statusOf(room, 'rooms-update', from(0, dayMs))).toBe(404);
    expect(await statusOf(room, 'rooms-update-participants', { participants: { [anna.id]: {} } })).toBe(404);
    expect(await join(here, room, anna)).toBeUndefined();
    const { value } = accepted(await here.call<{ value: WireRoom[] }>('rooms-list'));
    expect(value.map(({ id }) => id)).toEqual([longer.id]);
    expect((await scanStorage(geography.connectionString, [room.id])).hits.length).toBeGreaterThan(2);
    await here.app.sweep();
    expect((await scanStorage(geography.connectionString, [room.id])).hits).toEqual([]);
    expect((await rowsOf(here)).index).toEqual([`person~${anna.id}~${longer.id}`]);
    standAt(longer.validUntil);
    await here.app.sweep();
    expect(
      (await scanStorage(geography.connectionString, [longer.id, anna.id])).hits.map(({ store }) => store),
    ).toEqual([]);
  });

  it('lives as long as it was given anew, whether that is longer or shorter', async () => {
    const longer = await makeRoom(here, [anna], from(0, dayMs));
    const shorter = await makeRoom(here, [bert], from(0, 9 * dayMs));
    accepted(await here.call('rooms-update', { ...at(longer), body: from(0, 9 * dayMs) }));
    accepted(await here.call('rooms-update', { ...at(shorter), body: from(0, dayMs) }));
    await pass(here, 2 * dayMs);
    expect([await statusOf(longer), await statusOf(shorter)]).toEqual([200, 404]);
    expect(await join(here, longer, anna)).toBe('Attendee');
    expect([...(await rowsOf(here)).rooms.keys()]).toEqual([longer.id]);
    await pass(here, 8 * dayMs);
    expect(await rowsOf(here)).toEqual({ rooms: new Map(), index: [] });
  });

  it('does not come back when the clock is moved back after the sweep', async () => {
    const room = await makeRoom(here, [anna], from(0, dayMs));
    await pass(here, 2 * dayMs);
    await pass(here, -2 * dayMs);
    expect(await statusOf(room)).toBe(404);
  });

  it('is joined by those who are invited, with their roles, while it is valid, and by nobody else', async () => {
    const room = await makeRoom(here, [], { ...from(dayMs, dayMs), participants: { [anna.id]: { role: 'Consumer' } } });
    expect(await join(here, room, anna)).toBeUndefined();
    standAt(room.validFrom);
    expect(await join(here, room, anna)).toBe('Consumer');
    expect(await join(here, room, bert)).toBeUndefined();
    expect(await join(here, { id: 'no room' }, anna)).toBeUndefined();
    expect(await join(here, { id: '99000000000000000' }, anna)).toBeUndefined();
    await change(here, room, { [anna.id]: null, [bert.id]: { role: 'Presenter' } });
    expect([await join(here, room, anna), await join(here, room, bert)]).toEqual([undefined, 'Presenter']);
    accepted(await here.call('rooms-delete', at(room)));
    expect(await join(here, room, bert)).toBeUndefined();
  });

  it('is explained: until when it is kept', async () => {
    const room = await makeRoom(here, [], from(0, dayMs));
    const body = { kind: 'room', id: room.id };
    const explained = accepted(await here.call<Record<string, unknown>>('retention-explain', { body }));
    expect(explained).toMatchObject({ policy: 'A room is kept until its validity ends.' });
    const expiresOn = Date.parse(String(explained['expiresOn']));
    expect(expiresOn).toBe(Math.floor(Date.parse(room.validUntil) / 1_000) * 1_000);
  });
});

describe('Changes at the same time', () => {
  it('of participants are all made, whoever makes them, and the index says the same', async () => {
    const others = [await geography.start(), await geography.start()];
    const users = await Promise.all(Array.from({ length: 12 }, () => here.newUser()));
    const room = await makeRoom(here, [anna]);
    const processes = [here, ...others];
    await Promise.all(
      users.map((user, n) =>
        change(processes[n % 3] ?? here, room, { [user.id]: { role: 'Presenter' }, [anna.id]: null }),
      ),
    );
    expect(Object.keys(await invited(here, room)).sort()).toEqual(users.map(({ id }) => id).sort());
    const { rooms, index } = await rowsOf(here);
    expect(index.toSorted()).toEqual(indexOf(rooms));
    await Promise.all([
      ...users.slice(0, 6).map((user) => change(here, room, { [user.id]: null })),
      here.call('rooms-update', { ...at(room), body: { pstnDialOutEnabled: true } }).then(accepted),
    ]);
    expect(Object.keys(await invited(here, room))).toHaveLength(6);
    expect(accepted(await here.call<WireRoom>('rooms-get', at(room))).pstnDialOutEnabled).toBe(true);
    accepted(await here.call('rooms-delete', at(room)));
    await Promise.all(others.map((each) => each.close()));
  });

  it('never leave anybody of a room that is deleted meanwhile', async () => {
    const users = await Promise.all(Array.from({ length: 8 }, () => here.newUser()));
    for (let round = 0; round < 5; round++) {
      const room = await makeRoom(here, [anna, bert]);
      const changes = users.map(async (user) => {
        const body = { participants: { [user.id]: {} } };
        return (await here.call('rooms-update-participants', { ...at(room), body })).status;
      });
      const [deleted, ...changed] = await Promise.all([statusOf(room, 'rooms-delete'), ...changes]);
      expect(deleted).toBe(204);
      expect(changed.filter((status) => status !== 200 && status !== 404)).toEqual([]);
      const { rooms, index } = await rowsOf(here);
      expect(rooms.get(room.id)).toBeUndefined();
      expect(index.filter((key) => key.endsWith(room.id))).toEqual([]);
    }
  });
});

describe('A person in rooms', () => {
  it('is found, handed out and erased from each; nobody else loses anything', async () => {
    const rooms = await Promise.all(Array.from({ length: 104 }, () => makeRoom(here, [anna], from(0, dayMs))));
    const shared = await makeRoom(here, [anna, bert], from(0, 3 * dayMs));
    rooms.push(shared);
    const body = { identifiers: [anna.id] };
    const { stores } = accepted(
      await here.call<{ stores: { store: string; items: number; keptUntil?: string }[] }>('privacy-identify', { body }),
    );
    const located = stores.find(({ store }) => store === 'rooms');
    expect(located).toMatchObject({ items: 105 });
    expect(Date.parse(String(located?.keptUntil))).toBe(Math.floor(Date.parse(shared.validUntil) / 1_000) * 1_000);
    const archive = await startExport(here.app, anna.id);
    await here.app.jobs.work(archive);
    const files = await unzip((await fetchExport(here.app, archive)).content);
    const records = String(files.get('records/rooms.jsonl'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(records.map(({ roomId }) => roomId).sort()).toEqual(rooms.map(({ id }) => id).sort());
    expect(records[0]).toMatchObject({ role: 'Attendee' });
    expect(String(files.get('records/rooms.jsonl'))).not.toContain(bert.id);

    accepted(await here.call('identity-delete', { params: { id: anna.id } }));
    expect(await invited(here, shared)).toEqual({ [bert.id]: 'Attendee' });
    expect(await join(here, shared, anna)).toBeUndefined();
    const there = await geography.start();
    expect(await invited(there, shared)).toEqual({ [bert.id]: 'Attendee' });
    await workJobs(here.app);
    for (let rounds = 0; rounds < 3; rounds++) {
      await pass(here, 2 * minuteMs);
      await workJobs(here.app);
    }
    expect((await rowsOf(here)).index).toEqual([`person~${bert.id}~${shared.id}`]);
    expect((await scanStorage(geography.connectionString, [anna.id, anna.id.slice(-36)])).hits).toEqual([]);
    expect(await invited(here, shared)).toEqual({ [bert.id]: 'Attendee' });
    const refused = { participants: { [anna.id]: { role: 'Presenter' } } };
    expect(await statusOf(shared, 'rooms-update-participants', refused)).toBe(400);
    await there.close();
    await Promise.all(rooms.map((room) => here.call('rooms-delete', at(room))));
  });
});

describe('The log of rooms', () => {
  it('has ids of rooms and counts, and nobody', async () => {
    const settings = { categories: 'all', retentionDays: 30, identifiers: 'raw' };
    accepted(await here.call('diagnostics-set-settings', { body: settings }));
    here.app.dropCaches();
    const room = await makeRoom(here, [anna], { ...from(0, dayMs), pstnDialOutEnabled: true });
    await change(here, room, { [anna.id]: null, [bert.id]: { role: 'Presenter' } });
    await invited(here, room);
    accepted(await here.call('rooms-update', { ...at(room), body: from(0, 2 * dayMs) }));
    accepted(await here.call('rooms-list'));
    accepted(await here.call('rooms-delete', at(room)));
    expect(await statusOf(room)).toBe(404);
    expect(await statusOf({ id: `about ${bert.id}` })).toBe(400);
    await (here.app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability).flush();
    const asked = { table: 'ACSRoomsIncomingOperations', since: '2020-01-01T00:00:00Z', where: {} };
    const answer = accepted(
      await here.call<{ value: Record<string, unknown>[] }>('diagnostics-query-logs', { body: asked }),
    );
    const rows = answer.value.toReversed();
    const common = { OperationVersion: '2025-03-13', ResultType: 'Succeeded', Level: 'Informational' };
    const inRoom = { ...common, RoomId: room.id };
    const expected = [
      {
        ...inRoom,
        OperationName: 'CreateRoom',
        ResultSignature: '201',
        RoomLifespan: 1_440,
        PstnDialOutEnabled: 'true',
        AddedRoomParticipantsCount: 1,
        RoomParticipantsCount: 1,
        RoomParticipantsAttendee: 1,
        RoomParticipantsPresenter: 0,
        RoomParticipantsConsumer: 0,
      },
      {
        ...inRoom,
        OperationName: 'UpdateParticipants',
        UpsertedRoomParticipantsCount: 1,
        RemovedRoomParticipantsCount: 1,
      },
      { ...inRoom, OperationName: 'GetParticipants', RoomParticipantsCount: 1, RoomParticipantsPresenter: 1 },
      { ...inRoom, OperationName: 'PatchRoom', RoomLifespan: 2_880, PstnDialOutEnabled: 'true' },
      { ...common, OperationName: 'ListRooms' },
      { ...inRoom, OperationName: 'DeleteRoom', ResultSignature: '204' },
      { RoomId: room.id, OperationName: 'GetRoom', ResultType: 'Failed', ResultSignature: '404', Level: 'Warning' },
      { OperationName: 'GetRoom', ResultSignature: '400' },
    ];
    expect(rows).toHaveLength(expected.length);
    for (const row of expected) {
      expect(rows).toContainEqual(expect.objectContaining(row));
    }
    expect(JSON.stringify(rows)).not.toContain(bert.id);
    expect(JSON.stringify(rows)).not.toContain('URI');
    accepted(await here.call('diagnostics-set-settings', { body: { ...settings, categories: 'none' } }));
  });
});
