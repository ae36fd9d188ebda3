// A process that is stopped, or whose call fails, at any storage call of making, changing and deleting a room: whoever asks again
// gets what they asked for, the index says what the rooms say, and what was given up is taken away.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CallFate, createCallInterceptor } from '../../shared/storage/index.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { at, indexOf, pass, rowsOf, type WireRoom } from './rooms-app.js';

const minuteMs = 60_000;
const fates = ['stopBefore', 'stopAfter', 'failBefore', 'failAfter'] as const;

let geography: TestGeography;
let here: TestProcess;
/** More than one transaction takes. */
let users: readonly TestUser[];
beforeAll(async () => {
  geography = await startGeography();
  here = await geography.start();
  users = await Promise.all(Array.from({ length: 130 }, () => here.newUser()));
}, 60_000);
afterAll(() => geography?.stop());

const named = (some: readonly TestUser[], change: object | null = {}) =>
  Object.fromEntries(some.map(({ id }) => [id, change]));

/** Calls the operation in a process of its own, whose storage call `disturbed` has this fate. @returns how many there were */
async function disturb(
  disturbed: number,
  fate: CallFate,
  name: string,
  options: Parameters<TestProcess['call']>[1],
): Promise<number> {
  let seen = 0;
  let isArmed = false;
  const interceptor = createCallInterceptor(() => (isArmed && ++seen === disturbed ? fate : 'pass'));
  const process = await geography.start({ observers: [interceptor.observe] });
  await process.call('rooms-list');
  isArmed = true;
  await Promise.race([process.call(name, options), interceptor.stopped]);
  await process.close();
  return seen;
}

async function expectExactIndex(): Promise<void> {
  const { rooms, index } = await rowsOf(here);
  expect(index.toSorted()).toEqual(indexOf(rooms));
}

async function participantsOf(roomId: string): Promise<string[]> {
  return [...((await rowsOf(here)).rooms.get(roomId) ?? [])].sort();
}

const idsOf = (some: readonly TestUser[]) => some.map(({ id }) => id).sort();

describe.each(fates)('A storage call that is disturbed (%s)', (fate) => {
  it.each([
    ['of few', 3],
    ['of many', 130],
  ])(
    'never leaves a room %s half made: the repeated request makes it whole, or the sweep takes it away',
    async (_, count) => {
      for (let k = 1; ; k++) {
        const body = { participants: named(users.slice(0, count)) };
        const headers = { 'repeatability-request-id': crypto.randomUUID() };
        const calls = await disturb(k, fate, 'rooms-create', { body, headers });
        const halfway = (await rowsOf(here)).rooms;
        await expectExactIndex();
        const { body: listed } = await here.call<{ value: WireRoom[] }>('rooms-list');
        // Nothing is shown of what is not whole.
        for (const { id } of listed.value) {
          expect(halfway.get(id)).toHaveLength(count);
        }
        if (k % 2 === 0) {
          await pass(here, 11 * minuteMs);
          const left = [...(await rowsOf(here)).rooms.values()];
          expect(left.filter((participants) => participants.length !== count)).toEqual([]);
        }
        const first = await here.call<WireRoom>('rooms-create', { body, headers });
        expect(first.status, `call ${k}`).toBe(201);
        expect((await here.call<WireRoom>('rooms-create', { body, headers })).body).toEqual(first.body);
        expect([...(await rowsOf(here)).rooms.keys()], `call ${k}`).toEqual([first.body.id]);
        expect(await participantsOf(first.body.id)).toEqual(idsOf(users.slice(0, count)));
        await expectExactIndex();
        expect((await here.call('rooms-delete', at(first.body))).status).toBe(204);
        expect(await rowsOf(here)).toEqual({ rooms: new Map(), index: [] });
        if (calls < k) {
          expect(k).toBeGreaterThan(count > 99 ? 4 : 2);
          break;
        }
      }
    },
    60_000,
  );

  it('never leaves a change of participants that the repeated request does not end', async () => {
    for (let k = 1; ; k++) {
      const { body: room } = await here.call<WireRoom>('rooms-create', {
        body: { participants: named(users.slice(0, 120)) },
      });
      const participants = { ...named(users.slice(0, 110), null), ...named(users.slice(110), { role: 'Presenter' }) };
      const options = { ...at(room), body: { participants } };
      const calls = await disturb(k, fate, 'rooms-update-participants', options);
      await expectExactIndex();
      expect((await here.call('rooms-update-participants', options)).status).toBe(200);
      expect(await participantsOf(room.id)).toEqual(idsOf(users.slice(110)));
      await expectExactIndex();
      await here.call('rooms-delete', at(room));
      if (calls < k) {
        expect(k).toBeGreaterThan(3);
        break;
      }
    }
  }, 60_000);

  it.each([
    ['of few', 2],
    ['of many', 130],
  ])(
    'never leaves anything of a room %s whose deletion has begun',
    async (_, count) => {
      for (let k = 1; ; k++) {
        const body = { participants: named(users.slice(0, count)) };
        const { body: room } = await here.call<WireRoom>('rooms-create', { body });
        const calls = await disturb(k, fate, 'rooms-delete', at(room));
        await expectExactIndex();
        const { status } = await here.call('rooms-get', at(room));
        if (status === 404) {
          await pass(here, 0);
          expect(await rowsOf(here), `call ${k}`).toEqual({ rooms: new Map(), index: [] });
        } else {
          expect(await participantsOf(room.id), `call ${k}`).toHaveLength(count);
          await pass(here, 0);
          expect((await here.call('rooms-get', at(room))).status).toBe(200);
          expect((await here.call('rooms-delete', at(room))).status).toBe(204);
          expect(await rowsOf(here)).toEqual({ rooms: new Map(), index: [] });
        }
        if (calls < k) {
          expect(k).toBeGreaterThan(3);
          break;
        }
      }
    },
    60_000,
  );
});
