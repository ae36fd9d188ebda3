// A person in calls: found while these go on, erased from them, and nothing of a call is left when it is over.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { accepted } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type CallbackReceiver, startReceiver } from './callback-receiver.js';
import { callingOf, callRows, callTo, createCall, seedNumber, toNumber, toUser } from './calls-app.js';

let receiver: CallbackReceiver;
let geography: TestGeography;
let app: TestProcess;

beforeAll(async () => {
  receiver = await startReceiver();
  geography = await startGeography();
  app = await geography.start();
  await seedNumber(app.app);
});
afterAll(async () => {
  await geography?.stop();
  await receiver?.close();
});

const number = '+15551291999';
const displayName = 'Anna calls about the harvest';
const lyingIn = async (...marks: string[]) => (await scanStorage(geography.connectionString, marks)).hits;
const callsOf = async ({ id }: TestUser) => {
  const body = { identifiers: [id] };
  const { stores } = accepted(
    await app.call<{ stores: { store: string; items: number }[] }>('privacy-identify', { body }),
  );
  return stores.find(({ store }) => store === 'calls')?.items ?? 0;
};
async function erase({ id }: TestUser): Promise<void> {
  const operation = accepted(await app.call<{ id: string }>('privacy-erase', { body: { identifiers: [id] } })).id;
  for (let round = 0; round < 10; round++) {
    app.app.clock.setOffset(app.app.clock.offsetMs + 60_000);
    app.app.dropCaches();
    await app.app.jobs.work(operation);
    const { body } = await app.call<{ status: string }>('privacy-get-operation', {
      params: { operationId: operation },
    });
    if (body.status === 'succeeded') {
      return;
    }
  }
  throw new Error('The erasure does not end.');
}
/** The newest event that this process remembers for tests. */
const remembered = async (call: string) => {
  const action = callingOf(app.app).stage?.find(({ name }) => name === 'wait-for-event');
  const input = { call, type: 'ParticipantsUpdated', seconds: 0 };
  const { name } = (await app.app.defaultResource()) as { name: string };
  return await action?.run(input as never, { resource: name }).catch(() => undefined);
};

it('Somebody in a call is found, and erased from it and from what tests may look at; the others talk on', async () => {
  const anna = await app.newUser();
  const targets = [toUser(anna.id), toNumber(number)];
  const { callConnectionId } = await createCall(app, callTo(targets, receiver.url, { sourceDisplayName: displayName }));
  await receiver.waitFor('ParticipantsUpdated', callConnectionId);
  const params = { callConnectionId };
  await vi.waitFor(async () => expect(JSON.stringify(await remembered(callConnectionId))).toContain(anna.id), 10_000);
  expect(await callsOf(anna)).toBe(1);
  expect(await lyingIn(anna.id.slice(-36))).not.toEqual([]);
  await erase(anna);
  const stores = new Set((await lyingIn(anna.id.slice(-36))).map(({ store }) => store));
  expect([...stores].filter((store) => store.startsWith('call'))).toEqual([]);
  expect(await remembered(callConnectionId)).toBeUndefined();
  const { text } = await app.call('calls-list-participants', { params });
  expect(text).toContain(number);
  expect(text).not.toContain(anna.id);

  expect((await app.call('calls-terminate', { params })).status).toBe(204);
  await receiver.waitFor('CallDisconnected', callConnectionId);
  await vi.waitFor(async () => expect(await callRows(app)).toEqual([]), 10_000);
  await vi.waitFor(
    async () => expect(await lyingIn(number.slice(1), displayName, callConnectionId)).toEqual([]),
    10_000,
  );
}, 60_000);
