// Deleting a resource: at once nobody gets in, then nothing of it is left, byte by byte; another resource loses nothing.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import type { BoundStore, PersonalIdentifier } from '../../shared/data-map/index.js';
import { resourceItems, suppressedAddresses } from '../../shared/email/index.js';
import { scanStorage } from '../scan/scan-storage.js';
import { addImage, callAt, newUserAt } from './resource-calls.js';
import { servicePath, startWorld, subscription, type TestWorld, workJobs } from './two-geographies.js';
import { KeyRing, wellKnownMasterSecret } from '../../shared/auth/index.js';

let world: TestWorld;
let app: ComposedApp;

beforeAll(async () => {
  world = await startWorld(['europe']);
  app = world.apps.europe;
}, 60_000);
afterAll(() => world?.stop());

interface Made {
  readonly name: string;
  readonly immutableId: string;
  readonly host: string;
  readonly key: string;
}

async function make(name: string, mark: string): Promise<Made> {
  const body = { location: 'global', tags: { owner: `${mark}tag` }, properties: { dataLocation: 'Europe' } };
  const made = await world.call('europe', 'PUT', servicePath(name), body);
  expect(made.status).toBe(201);
  const keys = await world.call('europe', 'POST', `${servicePath(name)}/listKeys`);
  const { immutableResourceId, hostName } = made.body.properties ?? {};
  return {
    name,
    immutableId: String(immutableResourceId),
    host: String(hostName),
    key: String(keys.body['primaryKey']),
  };
}

/** Something in every store that can hold something of a resource. */
async function fill(made: Made, mark: string) {
  const [anna, bert] = [await newUserAt(app, made), await newUserAt(app, made)];
  const participants = [{ communicationIdentifier: { rawId: bert.id }, displayName: `${mark}name` }];
  const topic = { topic: `${mark}topic`, participants, metadata: { a: `${mark}note` } };
  const thread = await callAt(app, made, 'chat-create-thread', { token: anna.token, body: topic });
  const { id } = (thread.body as { chatThread: { id: string } }).chatThread;
  const params = { chatThreadId: id };
  const message = { content: `${mark}text`, type: 'text' };
  await callAt(app, made, 'chat-send-message', { token: anna.token, params, body: message });
  await addImage(app, id.slice(3, 39), anna.id, Buffer.from(`${mark}image`));
  await callAt(app, made, 'privacy-add-identifiers', {
    params: { personId: `${mark}person` },
    body: { identifiers: [anna.id, `${mark}address@example.com`] },
  });
  await callAt(app, made, 'privacy-export', { body: { identifiers: [anna.id] } });
  await workJobs(app);
  const recorded = {
    id: randomUUID(),
    contentType: 'audio/wav',
    participants: [anna.id],
    completedOn: app.clock.now(),
  };
  await app.recordings.store(made.immutableId, recorded, Buffer.from(`${mark}recording`));
  await world.call('europe', 'PUT', `${servicePath(made.name)}/smtpUsernames/mailer`, {
    properties: { username: `${mark}smtp`, entraApplicationId: 'a', tenantId: 't' },
  });
  return { anna, id };
}

const kinds = ['tag', 'name', 'topic', 'note', 'text', 'image', 'person', 'recording', 'smtp'];
const marksOf = (mark: string) => kinds.map((kind) => `${mark}${kind}`);
async function found(what: readonly string[]) {
  const { hits } = await scanStorage(world.storageOf('europe'), what);
  return [...new Set(hits.map((hit) => hit.mark))].sort();
}

it('a deleted resource is gone for everybody at once, and from storage a minute later; another keeps everything', async () => {
  const [gone, kept] = [await make('gone-for-ever', 'gone-'), await make('kept', 'kept-')];
  const [goneData, keptData] = [await fill(gone, 'gone-'), await fill(kept, 'kept-')];
  for (const mark of ['gone-', 'kept-']) {
    expect(await found(marksOf(mark))).toEqual(marksOf(mark).sort());
  }
  expect(await found([gone.name])).toEqual([gone.name]);
  const idsOf = async ({ immutableId }: Made) => {
    const { hits } = await scanStorage(world.storageOf('europe'), [immutableId]);
    return [...new Set(hits.map(({ store }) => store))];
  };
  expect((await idsOf(gone)).length).toBeGreaterThan(8);

  const deleted = await world.call('europe', 'DELETE', servicePath('gone-for-ever'));
  expect(deleted.status).toBe(202);
  // No job has run yet.
  expect((await callAt(app, gone, 'identity-create', { body: {} })).status).toBe(404);
  expect((await callAt(app, gone, 'chat-list-threads', { token: goneData.anna.token })).status).toBe(404);
  expect((await world.call('europe', 'POST', `${servicePath('gone-for-ever')}/listKeys`)).status).toBe(409);

  await workJobs(app);
  expect((await world.call('europe', 'GET', servicePath('gone-for-ever'))).status).toBe(404);
  app.clock.setOffset(2 * 60_000);
  await app.sweep();
  await workJobs(app);
  await app.sweep();
  await workJobs(app);
  expect(await found([...marksOf('gone-'), gone.name])).toEqual([]);
  expect(await found([goneData.anna.id, goneData.id.slice(3, 39)])).toEqual([]);
  // What leads to nothing goes in its own time; receipts and the audit trail outlive the resource.
  expect((await idsOf(gone)).every((store) => ['dueindex', 'audit', 'receipts'].includes(store))).toBe(true);

  expect(await found(marksOf('kept-'))).toEqual(marksOf('kept-').sort());
  const threads = await callAt(app, kept, 'chat-list-threads', { token: keptData.anna.token });
  expect((threads.body as { value: { id: string }[] }).value.map(({ id }) => id)).toEqual([keptData.id]);

  // The name is free, and a resource of this name is another one.
  const again = await make('gone-for-ever', 'again-');
  expect(again.immutableId).not.toBe(gone.immutableId);
  expect(again.key).not.toBe(gone.key);
}, 60_000);

it('keys are derived anew by each regeneration, from the master secret and nothing that is stored', async () => {
  const made = await make('derived', 'd-');
  const ring = new KeyRing(new Map([[1, Buffer.from(wellKnownMasterSecret, 'base64')]]));
  const keyOf = (primary: number) =>
    ring.accessKey(
      { immutableId: made.immutableId, keyGenerations: { primary, secondary: 1 }, masterSecretVersion: 1 },
      'primary',
    );
  expect(made.key).toBe(keyOf(1));
  const renewed = await world.call('europe', 'POST', `${servicePath('derived')}/regenerateKey`, { keyType: 'PRIMARY' });
  expect(renewed.body['primaryKey']).toBe(keyOf(2));
  expect(await found([made.key, keyOf(2)])).toEqual([]);
});

it('items are listed in pages of a hundred, in the order of their names', async () => {
  await make('paged', 'p-');
  const items = `${servicePath('paged')}/smtpUsernames`;
  const properties = { username: 'u', entraApplicationId: 'a', tenantId: 't' };
  const names = Array.from({ length: 101 }, (_, n) => `mailer-${String(n).padStart(3, '0')}`);
  await Promise.all(names.map((name) => world.call('europe', 'PUT', `${items}/${name}`, { properties })));
  const seen: string[] = [];
  let path: string | undefined = items;
  for (let pages = 1; path !== undefined; pages++) {
    expect(pages).toBeLessThanOrEqual(2);
    const { body } = await world.call('europe', 'GET', path);
    seen.push(...(body['value'] as { name: string }[]).map(({ name }) => name));
    const next: string | undefined = body['nextLink'] as string | undefined;
    expect(next ?? 'https://management.example/').toMatch(/^https:\/\/management\.example\//);
    path = next?.slice('https://management.example'.length);
  }
  expect(seen).toEqual(names);
});

/** Of whoever may manage: a resource reaches what is linked to it. */
const walkOfSubscription = () => ({
  resourceId: subscription,
  subscriptionId: subscription,
  now: app.clock.now(),
  realNow: app.clock.realNow(),
});

it('a person is found, exported and erased in what belongs to email resources of the subscription', async () => {
  const service = servicePath('mails').replace('communicationServices', 'emailServices');
  const location = { location: 'global', properties: { dataLocation: 'Europe' } };
  await world.call('europe', 'PUT', service, location);
  const domain = `${service}/domains/example.com`;
  const managed = { location: 'global', properties: { domainManagement: 'CustomerManaged' } };
  const domainTags = { to: 'anna@example.com', cc: 'bert@example.net' };
  await world.call('europe', 'PUT', domain, { ...managed, tags: domainTags });
  await world.call('europe', 'PUT', `${domain}/senderUsernames/anna`, { properties: { username: 'Anna' } });
  await world.call('europe', 'PUT', `${domain}/suppressionLists/one`, { properties: { listName: 'one' } });
  for (const [id, email] of [
    ['a', 'ANNA@example.com'],
    ['b', 'bert@example.com'],
  ]) {
    await world.call('europe', 'PUT', `${domain}/suppressionLists/one/suppressionListAddresses/${id}`, {
      properties: { email, lastName: 'Planted-Name' },
    });
  }
  const [items, addresses] = [resourceItems.name, suppressedAddresses.name].map((name) => {
    const store = app.stores.find((each) => each.store.name === name);
    if (store === undefined) {
      throw new Error('It is not in the data map.');
    }
    return store;
  }) as [BoundStore, BoundStore];
  const walk = walkOfSubscription();
  const anna: PersonalIdentifier = { kind: 'email', address: 'anna@example.com' };
  expect((await items.locate(anna, walk)).items).toBe(2);
  expect((await addresses.locate(anna, walk)).items).toBe(1);
  const exported = [];
  for (const store of [addresses, items]) {
    for await (const { record } of store.exportItems(anna, walk, {
      includesReceived: false,
      readsFrom: async () => {},
    })) {
      exported.push(record);
    }
  }
  expect(exported).toMatchObject([
    { email: 'ANNA@example.com', lastName: 'Planted-Name' },
    { tags: { to: 'anna@example.com' } },
    { username: 'Anna' },
  ]);
  expect((await items.erase(anna, walk)).erased).toBe(2);
  expect((await addresses.erase(anna, walk)).erased).toBe(1);
  expect((await items.locate(anna, walk)).items).toBe(0);
  expect(await addresses.locate(anna, walk)).toMatchObject({ items: 1, notErased: 1 });
  expect((await world.call('europe', 'GET', domain)).body).toMatchObject({
    tags: { cc: 'bert@example.net' },
    properties: { domainManagement: 'CustomerManaged' },
  });
  expect((await addresses.locate({ kind: 'email', address: 'bert@example.com' }, walk)).items).toBe(1);

  expect(await found(['bert@example.com', 'Planted-Name'])).toEqual(['Planted-Name', 'bert@example.com']);
  expect((await world.call('europe', 'DELETE', service)).status).toBe(202);
  await workJobs(app);
  expect(await found(['bert@example.com', 'Planted-Name'])).toEqual([]);
});

it('a tag that holds an address or a number is found, exported and erased, of email resources too', async () => {
  const store = app.stores.find((each) => each.store.name === 'resources');
  if (store === undefined) {
    throw new Error('It is not in the data map.');
  }
  await make('tagged', 't-');
  const mails = servicePath('tagged-mails').replace('communicationServices', 'emailServices');
  const tags = {
    owner: 'Frida <Frida@example.com>, +43 (664) 555-0100',
    team: 'frida@example.com.au',
    on: '+4366455501001',
  };
  await world.call('europe', 'PATCH', servicePath('tagged'), { tags });
  const mailTags = { 'frida@example.com': 'answers' };
  const properties = { dataLocation: 'Europe' };
  await world.call('europe', 'PUT', mails, { location: 'global', tags: mailTags, properties });
  const walk = walkOfSubscription();
  const phone: PersonalIdentifier = { kind: 'phoneNumber', e164: '+436645550100' };
  const frida: PersonalIdentifier = { kind: 'email', address: 'frida@example.com' };
  expect(await store.locate(phone, walk)).toMatchObject({ items: 1, since: expect.any(Number) });
  expect(await store.locate(frida, walk)).toMatchObject({ items: 2 });
  const exported = [];
  for await (const { record } of store.exportItems(frida, walk, {
    includesReceived: false,
    readsFrom: async () => {},
  })) {
    exported.push(record);
  }
  expect(exported).toEqual([
    { resource: 'tagged', tag: 'owner', value: tags.owner },
    { resource: 'tagged-mails', tag: 'frida@example.com', value: 'answers' },
  ]);
  expect(await store.erase(frida, walk)).toEqual({ erased: 2 });
  expect(await store.locate(phone, walk)).toEqual({ items: 0 });
  const { team, on } = tags;
  expect((await world.call('europe', 'GET', servicePath('tagged'))).body['tags']).toEqual({ team, on });
  expect((await world.call('europe', 'GET', mails)).body['tags']).toEqual({});
});

it('a name and a tag that seem to name a person are reported, not erased', async () => {
  const store = app.stores.find((each) => each.store.name === 'resources');
  const remains = async (name: string, mark: string, address: string) => {
    const { immutableId } = await make(name, mark);
    const walk = { resourceId: immutableId, now: app.clock.now(), realNow: app.clock.realNow() };
    return (await store?.remains({ kind: 'email', address }, walk))?.why;
  };
  expect(await remains('office-of-carla', 'x-', 'carla@example.com')).toContain('create another one');
  expect(await remains('plain', 'team-of-dora-', 'dora@example.com')).toContain('Change the tag');
  expect(await remains('plainer', 'y-', 'emil@example.com')).toBeUndefined();
  const location = { location: 'global', properties: { dataLocation: 'Europe' } };
  await world.call('europe', 'PUT', servicePath('mail-of-gerda').replace('communication', 'email'), location);
  expect(await remains('plainest', 'z-', 'gerda@example.com')).toBeUndefined();
  const gerda: PersonalIdentifier = { kind: 'email', address: 'gerda@example.com' };
  expect((await store?.remains(gerda, walkOfSubscription()))?.why).toContain('create another one');
});
