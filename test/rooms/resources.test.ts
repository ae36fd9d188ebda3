// Rooms of several resources: each sees its own alone, and with its resource each goes.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { callAt, newUserAt } from '../management/resource-calls.js';
import { servicePath, startWorld, type TestWorld, workJobs } from '../management/two-geographies.js';
import { scanStorage } from '../scan/scan-storage.js';

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld(['europe']);
}, 60_000);
afterAll(() => world?.stop());

it('A resource sees its own rooms alone; when it is deleted nothing is left of them, and others keep theirs', async () => {
  const app = world.apps.europe;
  const make = async (name: string) => {
    const body = { location: 'global', properties: { dataLocation: 'Europe' } };
    const { body: made } = await world.call('europe', 'PUT', servicePath(name), body);
    const { body: keys } = await world.call('europe', 'POST', `${servicePath(name)}/listKeys`);
    return { host: String(made.properties?.['hostName']), key: String(keys['primaryKey']) };
  };
  const [gone, kept] = [await make('gone'), await make('kept')];
  const [anna, bert] = [await newUserAt(app, gone), await newUserAt(app, kept)];
  const create = async (target: typeof gone, rawId: string) => {
    const { body } = await callAt(app, target, 'rooms-create', { body: { participants: { [rawId]: {} } } });
    return String((body as { id: unknown }).id);
  };
  const [room, other] = [await create(gone, anna.id), await create(kept, bert.id)];
  const statusOf = async (target: typeof gone, roomId: string) =>
    (await callAt(app, target, 'rooms-get', { params: { roomId } })).status;
  expect([await statusOf(gone, room), await statusOf(kept, other)]).toEqual([200, 200]);
  expect([await statusOf(gone, other), await statusOf(kept, room)]).toEqual([404, 404]);
  const foreign = { params: { roomId: other }, body: { participants: { [anna.id]: {} } } };
  expect((await callAt(app, kept, 'rooms-update-participants', foreign)).status).toBe(400);
  expect((await callAt(app, gone, 'rooms-delete', { params: { roomId: other } })).status).toBe(204);
  expect(await statusOf(kept, other)).toBe(200);

  expect((await world.call('europe', 'DELETE', servicePath('gone'))).status).toBe(202);
  await workJobs(app);
  app.clock.setOffset(2 * 60_000);
  await app.sweep();
  await workJobs(app);
  const storage = world.storageOf('europe');
  const inRooms = async (mark: string) =>
    (await scanStorage(storage, [mark])).hits.filter(({ store }) => store === 'rooms').length;
  expect([await inRooms(room), await inRooms(anna.id)]).toEqual([0, 0]);
  expect(await inRooms(bert.id)).toBeGreaterThan(1);
  expect(await statusOf(kept, other)).toBe(200);
}, 60_000);
