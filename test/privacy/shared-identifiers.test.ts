// A number or an address that two persons share, wherever something lies or waits under it: it is neither told nor handed out
// nor erased as one person's, work about it goes on, and the receipt says what was left. Named by itself it is meant whole.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import type { EventsCapability } from '../../functions/events/capability.js';
import { eventDeadLetters } from '../../shared/events/index.js';
import { recordings } from '../../shared/recording/index.js';
import { callApp, composeOn } from '../app/call-app.js';
import { runOutbox } from '../house/run-outbox.js';
import { sampleGuest } from '../house/sample-capability/capability.js';
import { samplePosts } from '../house/sample-capability/personal-data.js';
import { Outside } from '../house/sample-capability/post-note.js';
import { callAt } from '../management/resource-calls.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { addUser, fetchExport, workJobs } from './composed-app.js';
import { unzip } from './unzip.js';

const address = 'family@receiver.example';
const number = '4:+4366412345678';
const stores: readonly string[] = [samplePosts.deliveries.name, recordings.name, eventDeadLetters.name];
let azurite: Azurite;
let app: ComposedApp;
let outside: Outside;

beforeAll(async () => {
  azurite = await startAzurite();
});
beforeEach(async () => {
  await app?.storage.close();
  outside = new Outside();
  outside.isOpen = false;
  app = await composeOn(azurite.connectionString, { guest: sampleGuest(outside), hearingMs: 0 });
  await app.eraseEverything();
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

async function call(name: string, options: Parameters<typeof callApp>[2]) {
  const answer = await callApp(app, name, options);
  if (answer.status >= 300) {
    throw new Error(`${name} was refused with ${answer.status}: ${answer.content}`);
  }
  return answer.body;
}

/** What waits for the address, a recording with the number, and a report about the number that nobody took. */
async function plant(): Promise<{ recording: string }> {
  const note = await call('sample-write-note', { body: { author: '8:acs:somebody-else', text: 'Hello' } });
  await call('sample-post-note', { params: { noteId: note.id }, body: { address } });
  const { name, immutableId } = await app.defaultResource();
  const file = { id: 'call', contentType: 'audio/wav', participants: [number], completedOn: app.clock.now() };
  expect(await app.recordings.store(immutableId, file, Buffer.from('voices'))).toBe(true);
  await keepLetter(name, 'before');
  return { recording: immutableId };
}

const keepLetter = (resource: string, id: string) =>
  app.keepDeadLetter(resource, {
    id,
    eventType: 'Microsoft.Communication.SMSReceived',
    eventTime: new Date(app.clock.now()).toISOString(),
    subject: `/phonenumber/${number.slice(3)}`,
    data: { from: number.slice(2) },
    dataVersion: '1.0',
    topic: resource,
    deadLetterReason: '400',
  });
async function link() {
  const [anna, bert] = [await addUser(app), await addUser(app)];
  for (const [personId, { id }] of [['anna-1', anna] as const, ['bert-1', bert] as const]) {
    await call('privacy-add-identifiers', { params: { personId }, body: { identifiers: [id, address, number] } });
  }
  return { anna, bert };
}

type Counts = Readonly<Record<string, number>>;
const countsOf = (reported: readonly { readonly store: string; readonly items: number }[]): Counts =>
  Object.fromEntries(reported.flatMap(({ store, items }) => (stores.includes(store) ? [[store, items]] : [])));
const each = (items: number): Counts => Object.fromEntries(stores.map((store) => [store, items]));

async function receiptOf(operationId: string) {
  await workJobs(app);
  app.clock.setOffset(app.clock.offsetMs + 61_000);
  app.dropCaches();
  await app.jobs.work(operationId);
  const { result } = await call('privacy-get-operation', { params: { operationId } });
  const content = JSON.parse(Buffer.from(String(result.receipt).split('.')[1] ?? '', 'base64url').toString());
  const left: readonly { readonly store: string; readonly what: string }[] = content.notErased;
  return { counts: countsOf(content.stores), left: left.filter(({ store }) => stores.includes(store)), content };
}

it('What lies or waits under it is nobody’s alone: one person is told nothing of it, and their erasure leaves it', async () => {
  await link();
  const { recording } = await plant();
  const params = { personId: 'anna-1' };
  expect(countsOf((await call('privacy-identify-person', { params })).stores)).toEqual(each(0));
  const { id: exportId } = await call('privacy-export-person', { params, body: { includeReceived: true } });
  await workJobs(app);
  const files = await unzip((await fetchExport(app, String(exportId))).content);
  expect(JSON.parse(String(files.get('manifest.json'))).emptyStores).toEqual(expect.arrayContaining([...stores]));

  const { id } = await call('privacy-erase-person', { params, body: {} });
  // While it is under way, others write about it and hand over.
  app.dropCaches();
  const late = { id: 'late', contentType: 'audio/wav', participants: [number], completedOn: app.clock.now() - 1_000 };
  expect(await app.recordings.store(recording, late, Buffer.from('voices'))).toBe(true);
  const { counts, left, content } = await receiptOf(String(id));
  expect(counts).toEqual(each(0));
  expect(left.map(({ store }) => store).sort()).toEqual([...stores].sort());
  expect(left.every(({ what }) => what.includes('also one of somebody else'))).toBe(true);
  expect(JSON.stringify(content)).not.toMatch(/bert|4366|family/);
  expect(await app.recordings.find(recording, 'call')).toMatchObject({ participants: [number] });
  outside.isOpen = true;
  app.clock.setOffset(app.clock.offsetMs + 10 * 60_000);
  await expect
    .poll(
      async () => {
        await runOutbox(app);
        return outside.received.map((received) => received.address);
      },
      { timeout: 10_000, interval: 20 },
    )
    .toEqual([address]);
  // It is Bert's alone by now.
  expect(countsOf((await call('privacy-identify-person', { params: { personId: 'bert-1' } })).stores)).toEqual({
    ...each(1),
    [samplePosts.deliveries.name]: 0,
    [recordings.name]: 2,
  });
});

it('Named by itself it is meant whole, as everybody is whom it leads to', async () => {
  await link();
  const { recording } = await plant();
  const body = { identifiers: [address, number] };
  expect(countsOf((await call('privacy-identify', { body })).stores)).toEqual(each(1));
  const { id } = await call('privacy-erase', { body });
  const { counts, left } = await receiptOf(String(id));
  expect(counts).toEqual(each(1));
  expect(left).toEqual([]);
  expect(await app.recordings.find(recording, 'call')).toBeUndefined();
  expect((await call('privacy-find-persons', { body: { identifiers: [number] } })).value).toEqual([]);
});

it('Two persons erased at the same time leave nothing under what they shared', async () => {
  await link();
  const { recording } = await plant();
  const started: string[] = [];
  for (const personId of ['anna-1', 'bert-1']) {
    started.push(String((await call('privacy-erase-person', { params: { personId }, body: {} })).id));
  }
  await workJobs(app);
  app.clock.setOffset(app.clock.offsetMs + 61_000);
  app.dropCaches();
  await Promise.all(started.map((id) => app.jobs.work(id)));
  expect(countsOf((await call('privacy-identify', { body: { identifiers: [address, number] } })).stores)).toEqual(
    each(0),
  );
  expect(await app.recordings.find(recording, 'call')).toBeUndefined();
});

it('A report about a number is kept that another resource has erased, and is not when its own has', async () => {
  const { name, immutableId } = await app.defaultResource();
  const identifier = { kind: 'phoneNumber', e164: number.slice(2) } as const;
  const { deadLetters } = app.capabilities.find((capability) => capability.name === 'events') as EventsCapability;
  const kept = async () => {
    app.dropCaches();
    await keepLetter(name, 'late');
    return (await deadLetters.locate(identifier, immutableId)).items;
  };
  const settings = { DOMICILE_DEFAULT_RESOURCE: 'elsewhere' };
  const other = await composeOn(azurite.connectionString, { guest: sampleGuest(outside), settings });
  const target = { host: 'elsewhere.europe.example', key: (await other.defaultResource()).accessKey };
  const body = { identifiers: [number] };
  expect((await callAt(other, target, 'privacy-erase', { body })).status).toBe(202);
  await other.storage.close();
  expect(await kept()).toBe(1);
  await call('privacy-erase', { body });
  expect(await kept()).toBe(1);
});
