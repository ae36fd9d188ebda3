// Every public method of the official client of rooms, against the running emulator; and what is answered, as it was recorded.
import { randomUUID } from 'node:crypto';
import type { CommunicationUserIdentifier } from '@azure/communication-common';
import { type CommunicationRoom, type ParticipantRole, RoomsClient } from '@azure/communication-rooms';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, heldOptions, identityClient } from './clients.js';
import { ownerCall } from './owner-call.js';
import { signedCall } from './signed-call.js';

const dayMs = 24 * 60 * 60_000;
const longestMs = 180 * dayMs;

let emulator: Emulator;
let europe: EmulatorResource;
let states: EmulatorResource;
let client: RoomsClient;
let anna: CommunicationUserIdentifier;
let bert: CommunicationUserIdentifier;
let cleo: CommunicationUserIdentifier;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'unitedstates'] });
  [europe, states] = emulator.resources as [EmulatorResource, EmulatorResource];
  client = new RoomsClient(europe.connectionString, heldOptions(emulator));
  const identities = identityClient(emulator, europe);
  [anna, bert, cleo] = [await identities.createUser(), await identities.createUser(), await identities.createUser()];
});
afterAll(() => emulator?.dispose());

async function invited(roomId: string): Promise<Readonly<Record<string, ParticipantRole>>> {
  const all = await collect(client.listParticipants(roomId));
  return Object.fromEntries(all.map(({ id, role }) => [(id as CommunicationUserIdentifier).communicationUserId, role]));
}

const msOf = (time: Date | string): number => new Date(time).getTime();

describe('The official client', () => {
  it('makes a room that is valid from now for 180 days', async () => {
    const before = Date.now();
    const room = await client.createRoom();
    expect(room.id).toMatch(/^99\d{15}$/);
    expect(room.pstnDialOutEnabled).toBe(false);
    expect(msOf(room.validFrom)).toBeGreaterThanOrEqual(before - 1);
    expect(msOf(room.validUntil) - msOf(room.validFrom)).toBe(longestMs);
    expect(room.createdOn).toBeInstanceOf(Date);
    expect(await client.getRoom(room.id)).toEqual(room);
    expect(await invited(room.id)).toEqual({});
  });

  it('makes one with a validity, calls out of it, and people with their roles', async () => {
    const validFrom = new Date(Date.now() - 60_000);
    const validUntil = new Date(validFrom.getTime() + dayMs);
    const room = await client.createRoom({
      validFrom,
      validUntil,
      pstnDialOutEnabled: true,
      participants: [{ id: anna, role: 'Presenter' }, { id: bert, role: 'Collaborator' }, { id: cleo }],
    });
    expect(room).toMatchObject({ validFrom, validUntil, pstnDialOutEnabled: true });
    expect(await invited(room.id)).toEqual({
      [anna.communicationUserId]: 'Presenter',
      [bert.communicationUserId]: 'Collaborator',
      [cleo.communicationUserId]: 'Attendee',
    });
  });

  it('changes when it is valid, and whether calls go out of it', async () => {
    const { id, createdOn } = await client.createRoom();
    const validFrom = new Date(Date.now() + dayMs);
    const validUntil = new Date(Date.now() + 2 * dayMs);
    expect(await client.updateRoom(id, { validFrom, validUntil })).toEqual({
      id,
      createdOn,
      validFrom,
      validUntil,
      pstnDialOutEnabled: false,
    });
    expect(await client.updateRoom(id, { pstnDialOutEnabled: true })).toMatchObject({ validFrom, validUntil });
    expect(await client.updateRoom(id)).toMatchObject({ validFrom, validUntil, pstnDialOutEnabled: true });
  });

  it('invites people, gives them other roles, and takes them out', async () => {
    const { id } = await client.createRoom({ participants: [{ id: anna, role: 'Consumer' }] });
    await client.addOrUpdateParticipants(id, [{ id: bert, role: 'Presenter' }, { id: anna }]);
    expect(await invited(id)).toEqual({
      [anna.communicationUserId]: 'Attendee',
      [bert.communicationUserId]: 'Presenter',
    });
    await client.removeParticipants(id, [anna, cleo]);
    expect(await invited(id)).toEqual({ [bert.communicationUserId]: 'Presenter' });
    await client.removeParticipants(id, [bert]);
    expect(await invited(id)).toEqual({});
  });

  it('deletes a room, once more without complaint', async () => {
    const { id } = await client.createRoom({ participants: [{ id: anna }, { id: bert }] });
    await client.deleteRoom(id);
    await client.deleteRoom(id);
    const gone = { statusCode: 404, code: 'ResourceNotFound' };
    await expect(client.getRoom(id)).rejects.toMatchObject(gone);
    await expect(client.updateRoom(id, { pstnDialOutEnabled: true })).rejects.toMatchObject(gone);
    await expect(client.addOrUpdateParticipants(id, [{ id: anna }])).rejects.toMatchObject(gone);
    await expect(collect(client.listParticipants(id))).rejects.toMatchObject(gone);
  });

  it('lists rooms on several pages, each once, and none of another resource', async () => {
    const other = new RoomsClient(states.connectionString, heldOptions(emulator));
    expect(await collect(other.listRooms())).toEqual([]);
    const made: CommunicationRoom[] = [];
    for (let n = 0; n < 4; n++) {
      made.unshift(await other.createRoom());
      await emulator.clock.advance('PT1S');
    }
    // What fits on one page has the newest first.
    expect(await collect(other.listRooms())).toEqual(made);
    made.push(...(await Promise.all(Array.from({ length: 61 }, () => other.createRoom()))));
    const pages = await collect(other.listRooms().byPage());
    expect(pages.map(({ length }) => length)).toEqual([30, 30, 5]);
    const listed = pages.flat() as CommunicationRoom[];
    expect(listed.map(({ id }) => id).sort()).toEqual(made.map(({ id }) => id).sort());
    expect(await collect(other.listRooms())).toEqual(listed);
    const own = (await collect(client.listRooms())).map(({ id }) => id);
    expect(own.length).toBeGreaterThan(2);
    expect(own.filter((id) => made.some((room) => room.id === id))).toEqual([]);
  });
});

describe('Rooms answer as recorded', () => {
  const call = (method: string, path: string, body?: unknown, version = '2025-03-13') =>
    signedCall(europe, method, `${path}${path.includes('?') ? '&' : '?'}api-version=${version}`, body);
  const instant = (ms: number) => new Date(ms).toISOString();
  const malformed = (message: string, target?: string) => ({
    error: {
      code: 'BadRequest',
      message: 'The request could not be understood by the server due to malformed syntax.',
      details: [{ code: 'BadArgument', message, ...(target !== undefined && { target }) }],
    },
  });
  const rangeIsWrong = malformed('The time range is incorrect, or larger than 180 days.', 'ValidUntil');

  it('with the bare id as Location, times as .NET writes them, and what was done with the id of the request', async () => {
    const { status, headers, body } = await call('POST', '/rooms', { validUntil: instant(Date.now() + dayMs) });
    expect(status).toBe(201);
    expect(Object.keys(body)).toEqual(['id', 'createdAt', 'validFrom', 'validUntil', 'pstnDialOutEnabled']);
    expect(headers.get('location')).toBe(body['id']);
    expect(headers.get('api-supported-versions')).toBe('2023-06-14, 2024-04-15, 2025-03-13');
    expect(headers.get('api-deprecated-versions')).toBe('2021-04-07, 2022-02-01');
    expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(headers.get('repeatability-result')).toBeNull();
    const second = Math.floor(Date.now() / 1_000) * 1_000 + dayMs;
    const times = {
      validFrom: instant(second).replace('.000Z', '.526502Z'),
      validUntil: instant(second + dayMs).replace('.000Z', '.10Z'),
    };
    const changed = await call('PATCH', `/rooms/${body['id']}`, times);
    expect(changed.status).toBe(200);
    expect(changed.body['validFrom']).toBe(times.validFrom.replace('Z', '+00:00'));
    expect(changed.body['validUntil']).toBe(times.validUntil.replace('0Z', '+00:00'));
    const whole = { validFrom: instant(second), validUntil: instant(second + dayMs) };
    const { body: inSeconds } = await call('PATCH', `/rooms/${body['id']}`, whole);
    expect(inSeconds['validFrom']).toBe(instant(second).replace('.000Z', '+00:00'));
  });

  it('participants: with an empty object, a list, and the versions that knew them', async () => {
    const { body: room } = await call('POST', '/rooms', {});
    const path = `/rooms/${room['id']}/participants`;
    const participants = { [anna.communicationUserId]: { role: 'Presenter' }, [bert.communicationUserId]: {} };
    const added = await call('PATCH', path, { participants });
    expect(added).toMatchObject({ status: 200, body: {} });
    expect(Object.keys(added.body)).toEqual([]);
    expect(added.headers.get('api-deprecated-versions')).toBe('2022-02-01');
    const withoutRole = {
      participants: { [anna.communicationUserId]: { role: null }, [cleo.communicationUserId]: null },
    };
    expect((await call('PATCH', path, withoutRole)).status).toBe(200);
    expect((await call('GET', path)).body).toEqual({
      value: [
        { rawId: anna.communicationUserId, role: 'Attendee' },
        { rawId: bert.communicationUserId, role: 'Attendee' },
      ],
    });
    expect(await call('DELETE', `/rooms/${room['id']}`)).toMatchObject({ status: 204, body: {} });
    expect((await call('GET', path)).body).toEqual({
      error: { code: 'ResourceNotFound', message: 'Resource not found' },
    });
  });

  it('ids that no room could have', async () => {
    const refused = { status: 400, body: { error: { code: 'BadRequest', message: 'Invalid room ID.' } } };
    const validity = { validFrom: instant(Date.now()), validUntil: instant(Date.now() + dayMs) };
    const got = await call('GET', '/rooms/non-existingroomId');
    expect(got).toMatchObject(refused);
    expect(got.headers.get('x-ms-error-code')).toBe('BadRequest');
    expect(got.headers.get('api-deprecated-versions')).toBe('2021-04-07, 2022-02-01');
    expect(await call('PATCH', '/rooms/non-existingroomId', validity)).toMatchObject(refused);
    expect(await call('DELETE', '/rooms/non-existingroomId')).toMatchObject(refused);
    expect(await call('GET', '/rooms/non-existingroomId/participants')).toMatchObject(refused);
    expect(await call('PATCH', '/rooms/non-existingroomId/participants', {})).toMatchObject(refused);
    expect(await call('GET', '/rooms/78469124725336262')).toMatchObject({
      status: 404,
      body: { error: { code: 'ResourceNotFound', message: 'Resource not found' } },
    });
  });

  it.each([
    ['longer than 180 days', -5_000, 200 * dayMs, rangeIsWrong],
    ['the end before the beginning', 2 * dayMs, dayMs, rangeIsWrong],
    ['no time at all', dayMs, dayMs, rangeIsWrong],
    ['over already', -2 * dayMs, -dayMs, rangeIsWrong],
    [
      'a beginning more than 180 days ahead',
      181 * dayMs,
      182 * dayMs,
      malformed('Value is incorrect or more than 180 days in the future', 'ValidFrom'),
    ],
  ])('a validity that is wrong: %s', async (_, from, until, answer) => {
    const validity = { validFrom: instant(Date.now() + from), validUntil: instant(Date.now() + until) };
    const made = await call('POST', '/rooms', { ...validity, participants: {} });
    expect(made).toMatchObject({ status: 400, body: answer });
    const { id } = await client.createRoom();
    const changed = await call('PATCH', `/rooms/${id}`, validity);
    expect(changed).toMatchObject({ status: 400, body: answer });
    expect(changed.headers.get('x-ms-error-code')).toBe('BadRequest');
  });

  it('a change of one end of the validity', async () => {
    const { id } = await client.createRoom();
    const together = { status: 400, body: malformed('validFrom and validUntil should be set together.') };
    expect(await call('PATCH', `/rooms/${id}`, { validFrom: instant(Date.now()) })).toMatchObject(together);
    expect(await call('PATCH', `/rooms/${id}`, { validUntil: instant(Date.now() + dayMs) })).toMatchObject(together);
    expect((await call('PATCH', `/rooms/${id}`, { validFrom: null, validUntil: null })).status).toBe(200);
  });

  it('people who are none of the resource', async () => {
    const invite = async (rawId: string, role: object | null = { role: 'Attendee' }) => {
      const { status, body } = await call('POST', '/rooms', { participants: { [rawId]: role } });
      return [status, (body['error'] as { message: string } | undefined)?.message];
    };
    const notOurs = [400, 'Whoever takes part must be an identity of this resource that was not deleted.'];
    expect(await invite('invalid MRI Values')).toEqual([400, 'Invalid format for communication identifier.']);
    const elsewhere = await identityClient(emulator, states).createUser();
    expect(await invite(elsewhere.communicationUserId)).toEqual(notOurs);
    expect(await invite('4:+14255550123')).toEqual(notOurs);
    expect(await invite(anna.communicationUserId.replace(/.{4}$/, '0000'))).toEqual(notOurs);
    const deleted = await identityClient(emulator, europe).createUser();
    await identityClient(emulator, europe).deleteUser(deleted);
    expect(await invite(deleted.communicationUserId)).toEqual(notOurs);
    const { id } = await client.createRoom({ participants: [{ id: anna }] });
    await client.removeParticipants(id, [elsewhere, deleted]);
    expect(Object.keys(await invited(id))).toEqual([anna.communicationUserId]);
  });

  it('what each version knows', async () => {
    const participants = { [anna.communicationUserId]: { role: 'Collaborator' } };
    const made = await call('POST', '/rooms', { pstnDialOutEnabled: true }, '2023-06-14');
    expect(Object.keys(made.body)).toEqual(['id', 'createdAt', 'validFrom', 'validUntil']);
    const path = `/rooms/${made.body['id']}`;
    expect((await call('GET', path)).body).toMatchObject({ pstnDialOutEnabled: false });
    expect((await call('PATCH', path, { pstnDialOutEnabled: true }, '2024-04-15')).body).toMatchObject({
      pstnDialOutEnabled: true,
    });
    expect(Object.keys((await call('GET', path, undefined, '2023-06-14')).body)).not.toContain('pstnDialOutEnabled');
    for (const version of ['2023-06-14', '2024-04-15']) {
      const role = malformed('The role Collaborator is known from api-version 2025-03-13 on.', 'Role');
      expect(await call('POST', '/rooms', { participants }, version)).toMatchObject({ status: 400, body: role });
      const changed = await call('PATCH', `${path}/participants`, { participants }, version);
      expect(changed).toMatchObject({ status: 400, body: role });
      expect((await call('GET', '/rooms', undefined, version)).status).toBe(200);
    }
    expect((await call('PATCH', `${path}/participants`, { participants })).status).toBe(200);
    for (const version of ['2021-04-07', '2022-02-01', '2023-10-30-preview']) {
      expect(await call('GET', path, undefined, version)).toMatchObject({
        status: 400,
        body: { error: { code: 'UnsupportedApiVersion' } },
      });
    }
    const unknown = { participants: { [anna.communicationUserId]: { role: 'kafka' } } };
    expect((await call('PATCH', `${path}/participants`, unknown)).status).toBe(400);
  });
});

describe('A repeated request', () => {
  const create = async (id: string, body: object = {}) => {
    const { status, headers, body: room } = await repeatable(id, body);
    return { status, id: room['id'], result: headers.get('repeatability-result') };
  };
  const repeatable = async (id: string, body: object) => {
    const headers = { 'repeatability-request-id': id, 'repeatability-first-sent': new Date().toUTCString() };
    const answer = await ownerCall(europe, { method: 'POST', path: '/rooms?api-version=2025-03-13', body, headers });
    return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Record<string, unknown> };
  };

  it('meets the room that it has made; another request with its id is refused', async () => {
    const id = randomUUID();
    const body = { participants: { [anna.communicationUserId]: {} } };
    const first = await create(id, body);
    expect(first).toMatchObject({ status: 201, result: 'accepted' });
    expect(await create(id.toUpperCase(), body)).toEqual(first);
    expect((await repeatable(id, {})).body).toMatchObject({ error: { code: 'BadRequest' } });
    expect((await create(randomUUID(), body)).id).not.toBe(first.id);
    expect(Object.keys(await invited(String(first.id)))).toEqual([anna.communicationUserId]);
  });
});

describe('Many participants', () => {
  it('come in one request, are listed in pages in the order in which they came, and go in one', async () => {
    const identities = identityClient(emulator, europe);
    const users = await Promise.all(Array.from({ length: 351 }, () => identities.createUser()));
    const participants = users.slice(0, 350).map((id) => ({ id }));
    const { id } = await client.createRoom({ participants });
    const pages = await collect(client.listParticipants(id).byPage());
    expect(pages.map(({ length }) => length)).toEqual([100, 100, 100, 50]);
    const listed = pages.flat().map((each) => (each.id as CommunicationUserIdentifier).communicationUserId);
    expect(listed).toEqual(participants.map((each) => each.id.communicationUserId));
    const last = users[350] as CommunicationUserIdentifier;
    const tooMany = { statusCode: 400, code: 'BadRequest' };
    await expect(client.addOrUpdateParticipants(id, [{ id: last }])).rejects.toMatchObject(tooMany);
    const all = users.map((each) => ({ id: each }));
    await expect(client.createRoom({ participants: all })).rejects.toMatchObject(tooMany);
    await client.addOrUpdateParticipants(
      id,
      participants.map((each) => ({ ...each, role: 'Consumer' as const })),
    );
    expect(new Set(Object.values(await invited(id)))).toEqual(new Set(['Consumer']));
    await client.removeParticipants(id, users.slice(5, 350));
    expect(Object.keys(await invited(id))).toEqual(users.slice(0, 5).map((each) => each.communicationUserId));
    await client.deleteRoom(id);
  });
});
