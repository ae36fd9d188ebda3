// What rooms cost in storage: making them, asking for them, changing and deleting them.
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { at, change, makeRoom, pass, roomsOf, type WireRoom } from '../rooms/rooms-app.js';
import type { CostTable } from './cost-table.js';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** In a geography of its own, which has no other rooms. */
export async function measureRooms(table: CostTable): Promise<void> {
  const geography = await startGeography();
  try {
    await measureIn(table, geography);
  } finally {
    await geography.stop();
  }
}

async function measureIn(table: CostTable, geography: TestGeography): Promise<void> {
  const process = await geography.start();
  const { call, app } = process;
  const users = await Promise.all(Array.from({ length: 150 }, () => process.newUser()));
  const few = users.slice(0, 3);
  const [anna = users[0]] = users;
  const { immutableId } = await app.defaultResource();
  const empty = await makeRoom(process);
  let room = empty;

  const making = 'make a room';
  const inSteps = 'a transaction for each 99 people';
  await table.measure(
    process,
    {
      operation: making,
      condition: '3 participants',
      exactly: { update: 1, transaction: 1 },
      formula: `1 for the due entry; ${inSteps}`,
    },
    async () => {
      room = await makeRoom(process, few);
    },
  );
  let large: WireRoom | undefined;
  await table.measure(
    process,
    {
      operation: making,
      condition: '150 participants',
      exactly: { update: 2, transaction: 2 },
      formula: `2 for due entries, of the room and of its making; ${inSteps}`,
    },
    async () => {
      large = await makeRoom(process, users);
    },
  );
  const headers = { 'repeatability-request-id': '5d3bb7f4-0000-4000-8000-000000000002' };
  await makeRoom(process, few, {}, { headers });
  await table.measure(
    process,
    { operation: making, condition: 'repeated', exactly: { update: 1, transaction: 1, get: 1 }, formula: '3' },
    async () => {
      await makeRoom(process, few, {}, { headers });
    },
  );
  const one = { exactly: { get: 1 }, formula: '1' };
  await table.measure(process, { operation: 'get a room', condition: 'always', ...one }, () =>
    call('rooms-get', at(room)),
  );
  await table.measure(process, { operation: 'list participants of a room', condition: 'any number', ...one }, () =>
    call('rooms-list-participants', at(room)),
  );
  await table.measure(process, { operation: 'ask whether somebody may join', condition: 'always', ...one }, () =>
    roomsOf(process).mayJoin(immutableId, room.id, String(anna?.id)),
  );
  await table.measure(
    process,
    {
      operation: 'list rooms',
      condition: 'one page',
      exactly: { query: 1 },
      formula: '1 a page of 30; more where many are over and not swept yet',
    },
    () => call('rooms-list'),
  );
  const changing = 'change participants of a room';
  const changed = { operation: changing, exactly: { get: 1, transaction: 1 } };
  await table.measure(
    process,
    { ...changed, condition: '3 go, 3 come', formula: `1 to read; ${inSteps}; each again when others change it` },
    () =>
      change(process, room, {
        ...Object.fromEntries(few.map(({ id }) => [id, null])),
        ...Object.fromEntries(users.slice(3, 6).map(({ id }) => [id, {}])),
      }),
  );
  await table.measure(
    process,
    { operation: changing, condition: 'nothing changes', exactly: { get: 1 }, formula: '1' },
    () => change(process, room, { [String(anna?.id)]: null }),
  );
  const now = app.clock.now();
  const validity = { validFrom: new Date(now).toISOString(), validUntil: new Date(now + hourMs).toISOString() };
  await table.measure(
    process,
    {
      operation: 'change a room',
      condition: 'its validity',
      exactly: { get: 1, update: 1, transaction: 1 },
      formula: '2 and the due entry; without a new end 2',
    },
    () => call('rooms-update', { ...at(room), body: validity }),
  );
  const deleting = 'delete a room';
  await table.measure(
    process,
    {
      operation: deleting,
      condition: '3 participants',
      exactly: { get: 1, update: 1, transaction: 1, delete: 1 },
      formula: `3 and ${inSteps}`,
    },
    () => call('rooms-delete', at(room)),
  );
  await table.measure(
    process,
    {
      operation: deleting,
      condition: '150 participants',
      exactly: { get: 1, update: 1, transaction: 2, delete: 1 },
      formula: `3 and ${inSteps}`,
    },
    () => call('rooms-delete', at(large ?? room)),
  );
  await table.measure(
    process,
    { operation: deleting, condition: 'nobody in it', exactly: { get: 1, delete: 1 }, formula: '2' },
    () => call('rooms-delete', at(empty)),
  );
  // What was due of those that are deleted already.
  await pass(process, hourMs);
  await makeRoom(process, few, { validUntil: new Date(app.clock.now() + minuteMs).toISOString() });
  app.clock.setOffset(app.clock.offsetMs + 2 * minuteMs);
  app.dropCaches();
  await table.measure(
    process,
    {
      operation: 'sweep',
      condition: 'a room with 3 participants that is over',
      exactly: { query: 17, get: 2, insert: 1, 'blob-list': 1, transaction: 2, delete: 2 },
      formula: `a room 2 and ${inSteps}; the others as of a recorded file`,
    },
    () => app.sweep(),
  );
}
