// A person is planted in every store of the data map that can hold something about one, found, exported and erased; and
// then looked for, byte by byte. A store that nobody plants, or that nobody has declared, fails the test.
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { itemKinds, ItemStore, resourceItems } from '../../shared/email/index.js';
import { resources } from '../../shared/resources/index.js';
import { physicalNames } from '../../shared/storage/index.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { addEmailResource, addressesOf } from '../email/email-app.js';
import { sampleGuest } from '../house/sample-capability/capability.js';
import { plantSample } from '../house/sample-capability/plant.js';
import { Outside } from '../house/sample-capability/post-note.js';
import { scanFiles } from '../scan/scan-files.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import { addImage, addThread, addUser, fetchExport, say, startExport, watchExport, workJobs } from './composed-app.js';
import { unzip } from './unzip.js';

/** Stores that can hold something about a person but are not erased, and why. */
const spared: Readonly<Record<string, string>> = {
  audit: 'the object id in it is that of an owner who acted; it answers for what was done until its time has come',
};

/** Of the sample capability, so that what the next one gets for nothing is shown here too. */
const outside = new Outside();
let azurite: Azurite;
let app: ComposedApp;
const mark = `planted${randomBytes(6).toString('hex')}`;
const marks = ['topic', 'name', 'text', 'note', 'image', 'address', 'number', 'thread', 'file'].map(
  (what) => `${mark}${what}`,
);
const email = `${mark}address@example.com`;
let anna: TestUser;
let bert: TestUser;
let threadId: string;
/** Of the one that she has left. */
let leftId: string;

beforeAll(async () => {
  azurite = await startAzurite({ inMemory: false });
  app = await composeOn(azurite.connectionString, { guest: sampleGuest(outside) });
  await app.provision();
  [anna, bert] = [await addUser(app), await addUser(app)];
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
});

const call = (name: string, options: Parameters<typeof callApp>[2]) => callApp(app, name, options);
/** The erasure's own message stays hidden until it begins; like all in that queue it is a random id. */
const find = async (what: readonly string[], hiddenMessages = 0) => {
  const { hits, names, unseenMessages } = await scanStorage(azurite.connectionString, what);
  expect(unseenMessages).toBe(hiddenMessages);
  expect(await app.storage.queue(jobQueue).approximateLength()).toBeGreaterThanOrEqual(hiddenMessages);
  // Nothing lies where no store is declared.
  expect([...names].sort()).toEqual(app.storage.dataMap.stores.flatMap(physicalNames).sort());
  return hits;
};

/** Names of declared stores, by the table, container or queue that they lie in. */
const storesByPlace = () =>
  new Map(app.storage.dataMap.stores.flatMap((store) => physicalNames(store).map((name) => [name, store.name])));

async function plant(): Promise<string> {
  const participants = [
    { communicationIdentifier: { rawId: anna.id }, displayName: `${mark}name`, metadata: { a: `${mark}note` } },
    { communicationIdentifier: { rawId: bert.id } },
  ];
  const body = { topic: `${mark}topic`, participants, metadata: { a: `${mark}thread` } };
  const made = (await call('chat-create-thread', { user: anna, body })).body.chatThread;
  threadId = String(made.id);
  const params = { chatThreadId: threadId };
  const message = { content: `${mark}text`, senderDisplayName: `${mark}name`, metadata: { a: `${mark}note` } };
  const sent = await call('chat-send-message', { user: anna, params, body: message });
  await say(app, threadId, bert, 'from Bert');
  await addImage(app, threadId.slice(3, 39), bert.id, crypto.randomUUID(), Buffer.from('an image of Bert’s'));
  await call('chat-send-read-receipt', { user: bert, params, body: { chatMessageId: sent.body.id } });
  const receipt = { chatMessageId: sent.body.id };
  await call('chat-send-read-receipt', { user: anna, params, body: receipt });
  await addImage(app, threadId.slice(3, 39), anna.id, crypto.randomUUID(), Buffer.from(`${mark}image`));
  const { immutableId } = await app.defaultResource();
  const recorded = { contentType: 'audio/wav', participants: [anna.id, bert.id], completedOn: app.clock.now() };
  await app.recordings.store(immutableId, { id: crypto.randomUUID(), ...recorded }, Buffer.from(`${mark}file`));
  const tagged = { partitionKey: 'resource', rowKey: (await app.defaultResource()).name };
  const described = JSON.stringify({ tags: { owner: email } });
  await app.storage.table(resources).update({ ...tagged, described }, '*', 'merge');
  const smtpUser = { name: 'mailer', properties: { username: email } };
  await new ItemStore(app.storage.table(resourceItems)).put(immutableId, itemKinds.smtpUsernames, ['mailer'], smtpUser);
  await suppress();
  // She has left another thread.
  const left = await addThread(app, [bert, anna]);
  leftId = left.id;
  await say(app, left.id, anna, `${mark}text`);
  const leave = { user: anna, params: { chatThreadId: left.id }, body: { rawId: anna.id } };
  await call('chat-remove-participant', leave);
  await plantSample(app, outside, { rawId: anna.id, email, text: `${mark}text` });
  const identifiers = [anna.id, '4:+4366412345678', email];
  await call('privacy-add-identifiers', { params: { personId: 'customer-17' }, body: { identifiers } });
  // One archive waits to be fetched, another waits to be made.
  const archive = await startExport(app, anna.id);
  await app.jobs.work(archive);
  await startExport(app, anna.id);
  return archive;
}

/** Puts her on a suppression list, writes of her beside another address, and suppresses hers for a time. */
async function suppress(): Promise<void> {
  const resourceId = await addEmailResource(app, 'mails');
  const put = (id: string, properties: Record<string, string>) => {
    const path = ['example.com', 'list', id];
    return addressesOf(app).put(resourceId, itemKinds.suppressionListAddresses, path, { name: id, properties });
  };
  await put('a', { email, notes: `${mark}note` });
  await put('b', { email: 'bert@example.com', lastName: 'Bert', notes: `Ask ${email}` });
  await put('c', { email: 'bert@example.net', notes: 'Call +43 664 12345678' });
  const tomorrow = app.clock.now() + 24 * 60 * 60_000;
  await addressesOf(app).suppressUntil({ resourceId, domain: 'example.com' }, email, tomorrow);
}

/** What another can read in the threads that he shares with her, and what he is handed out about himself. */
async function lookAs(user: TestUser, chatThreadIds: readonly string[]) {
  const listed = async (name: string) => {
    const pages = chatThreadIds.map((chatThreadId) => call(name, { user, params: { chatThreadId } }));
    return (await Promise.all(pages)).flatMap(({ body }) => body.value as Record<string, unknown>[]);
  };
  const isHis = (item: object) => JSON.stringify(item).includes(user.id);
  const archive = await startExport(app, user.id, false);
  await app.jobs.work(archive);
  const files = await unzip((await fetchExport(app, archive)).content);
  const records = String(files.get('records/chatthreads.jsonl')).trim().split('\n');
  return {
    threads: (await call('chat-list-threads', { user })).body.value.length,
    messages: (await listed('chat-list-messages')).filter(
      (message) => message['senderCommunicationIdentifier'] && isHis(message),
    ),
    participant: (await listed('chat-list-participants')).filter(isHis),
    receipts: (await listed('chat-list-read-receipts')).filter(isHis),
    // Without the topic, which is hers.
    exported: records
      .map((line) => JSON.parse(line))
      .filter(({ type }) => type === 'text')
      .map(({ topic: _topic, ...record }) => record),
    // A recording that both speak in goes as a whole.
    images: [...files].filter(([name]) => name.startsWith('files/chatimages/')).map(([, content]) => String(content)),
  };
}

/** The files that Azurite makes; bytes of deleted blobs and messages stay in extents until a whole extent is free. */
const azuriteFiles = /^(__azurite_db_\w+__\.json|__(blob|queue)storage__[\\/][\da-f-]+)$/;

describe('A person planted in every store', () => {
  it('is found, exported and erased, and nobody else loses anything', async () => {
    const archive = await plant();
    const personal = app.storage.dataMap.stores
      .map(({ name }) => name)
      .filter((name) => app.stores.some(({ store }) => store.name === name && store.personalData.length > 0));

    const before = await lookAs(bert, [threadId, leftId]);
    expect(before).toMatchObject({ threads: 2, participant: [{}, {}], receipts: [{}], images: ['an image of Bert’s'] });
    expect(before.exported.map(({ content }) => content)).toEqual(['from Bert']);
    expect(before.messages).toHaveLength(1);

    // First each mark is where it belongs, and nothing lies where no store is declared.
    const planted = await find([mark, anna.id.slice(-36), email]);
    const storeAt = storesByPlace();
    const places = new Set(planted.map(({ store }) => storeAt.get(store) ?? `undeclared ${store}`));
    const expected = personal.filter((name) => !(name in spared) && name !== 'exportsubjects');
    expect([...places].sort()).toEqual(expected.sort());
    expect((await watchExport(app, archive)).status).toBe('succeeded');
    const files = [...(await unzip((await fetchExport(app, archive)).content)).values()].map(String).join('\n');
    for (const what of ['text', 'note', 'image', 'topic', 'file']) {
      expect(files).toContain(`${mark}${what}`);
    }

    const person = { params: { personId: 'customer-17' } };
    const stores = (await call('privacy-identify-person', person)).body.stores as { store: string; items: number }[];
    const found = stores.filter(({ items }) => items > 0).map(({ store }) => store);
    // A job is the erasure itself; what is too large for a row counts with its delivery.
    const uncounted = ['jobs', 'samplepostsbodies'];
    expect(found.sort()).toEqual(expected.filter((name) => !uncounted.includes(name)).sort());

    expect((await call('privacy-erase-person', { ...person, body: {} })).status).toBe(202);
    await workJobs(app);
    for (let pass = 0; pass < 4; pass++) {
      app.clock.setOffset(app.clock.offsetMs + 6 * 60_000);
      app.dropCaches();
      await app.sweep();
      await workJobs(app);
    }
    const traces = [...marks, mark, anna.id, anna.id.slice(-36), email, '4366412345678', 'customer-17'];
    expect(await find(traces, 1)).toEqual([]);

    app.dropCaches();
    expect(await lookAs(bert, [threadId, leftId])).toEqual(before);
    expect((await find(['bert@example.com', 'bert@example.net'], 1)).map(({ store }) => store)).toEqual([
      'suppressedaddresses',
      'suppressedaddresses',
    ]);
    await say(app, threadId, bert, 'and on');

    await app.storage.close();
    await azurite.end();
    const { hits, bytes } = await scanFiles(azurite.folder, traces, { tablesOnly: true });
    expect(hits).toEqual([]);
    expect(bytes).toBeGreaterThan(10_000);
    // The scan would have seen it.
    expect((await scanFiles(azurite.folder, [bert.id], { tablesOnly: true })).hits).not.toEqual([]);
    const kept = (await readdir(azurite.folder, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const paths = kept.map(({ parentPath, name }) => relative(azurite.folder, join(parentPath, name)));
    expect(paths.filter((path) => !azuriteFiles.test(path))).toEqual([]);
  });
});
