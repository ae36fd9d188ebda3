// A person is planted in every store of the data map that can hold something about one, found, exported and erased; and
// then looked for, byte by byte. A store that nobody plants, or that nobody has declared, fails the test.
import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import type { DiagnosticsCapability } from '../../functions/diagnostics/capability.js';
import { itemKinds, ItemStore, resourceItems } from '../../shared/email/index.js';
import { resources } from '../../shared/resources/index.js';
import { phoneTexts } from '../../shared/sms/index.js';
import { type Columns, physicalNames } from '../../shared/storage/index.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { addEmailResource, addressesOf } from '../email/email-app.js';
import { untilEnded } from '../email/mail-app.js';
import { plantEvents } from '../events/plant-events.js';
import { startTopic, type TestTopic } from '../events/topic.js';
import { callbackStores } from '../../shared/calling/index.js';
import { callTo, toNumber, toUser } from '../calling/calls-app.js';
import { ownNumber, seedNumber } from '../sms/texts-app.js';
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
  liveconnections: 'it holds a keyed hash and no id: connections.full.test.ts',
  chatmemory: 'it is no part of the account: erasure-heap.full.test.ts looks through the memory of a process',
  audit: 'the object id in it is that of an owner who acted; it answers for what was done until its time has come',
  eventrowsbodies: 'an event fits into its row',
  textsbodies: 'a text fits into its row',
  callbacksbodies: 'an event of a call fits into its row',
  senttexts: 'holds keyed hashes, and numbers that only the id of a text opens: test/sms/reports.test.ts',
  smsoptouts: 'holds keyed hashes, which an erasure leaves: test/sms/reports.test.ts',
  logkeys: 'holds keyed hashes and random keys, where a resource wants pseudonyms: test/diagnostics/logs.test.ts',
  logworkspace: 'lies outside: test/diagnostics/workspace.test.ts',
  logpurges: 'there are purges where a log workspace names people: test/diagnostics/workspace.test.ts',
  takenevents: 'lies outside: what the topic has taken; the emulator’s is in test/events/broker.test.ts',
  phonenumbers:
    'a number of the inventory is the resource’s, which an erasure leaves: test/phone-numbers/directory.test.ts',
  resourcegroups: 'of the subscription, so that only whoever may manage it reaches them: subscription.full.test.ts',
};

/** Of the sample capability, so that what the next one gets for nothing is shown here too. */
const outside = new Outside();
let azurite: Azurite;
let app: ComposedApp;
let topic: TestTopic;
const mark = `planted${randomBytes(6).toString('hex')}`;
const marks = ['topic', 'name', 'text', 'note', 'image', 'address', 'number', 'thread', 'file'].map(
  (what) => `${mark}${what}`,
);
const email = `${mark}address@example.com`;
/** Hers too; nobody takes mail to it yet. */
const waiting = `never+${mark}@example.com`;
/** Hers; and another to which no text can be handed over yet. */
const phone = '+4366412345678';
const waitingPhone = '+15005550004';
const mails = { ownerId: '' };
let anna: TestUser;
let bert: TestUser;
let threadId: string;
/** Of the one that she has left. */
let leftId: string;

beforeAll(async () => {
  azurite = await startAzurite({ inMemory: false });
  topic = await startTopic();
  topic.answer(503);
  const settings = { DOMICILE_EVENTS: topic.setting };
  app = await composeOn(azurite.connectionString, { guest: sampleGuest(outside), settings });
  await app.provision();
  [anna, bert] = [await addUser(app), await addUser(app)];
});
afterAll(async () => {
  await app?.storage.close();
  await azurite?.stop();
  await topic?.close();
});

const call = (name: string, options: Parameters<typeof callApp>[2]) => callApp(app, name, options);
/**
 * The erasure's own message stays hidden until it begins, and that of the export that meets it under way until it looks
 * again; which of the two is woken first is chance. Like all in that queue they are random ids.
 */
const find = async (what: readonly string[], hiddenMessages = 0) => {
  const { hits, names, unseenMessages } = await scanStorage(azurite.connectionString, what);
  expect(unseenMessages).toBeGreaterThanOrEqual(hiddenMessages);
  expect(unseenMessages).toBeLessThanOrEqual(2 * hiddenMessages);
  expect(await app.storage.queue(jobQueue).approximateLength()).toBeGreaterThanOrEqual(hiddenMessages);
  // Nothing lies where no store is declared.
  expect([...names].sort()).toEqual(app.storage.dataMap.stores.flatMap(physicalNames).sort());
  return hits;
};

/** Names of declared stores, by the table, container or queue that they lie in. */
const storesByPlace = () =>
  new Map(app.storage.dataMap.stores.flatMap((store) => physicalNames(store).map((name) => [name, store.name])));

async function plant(): Promise<string> {
  const logged = { categories: 'all', retentionDays: 30, identifiers: 'raw' };
  await call('diagnostics-set-settings', { body: logged });
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
  await call('rooms-create', { body: { participants: { [anna.id]: {}, [bert.id]: {} } } });
  await suppress();
  const tagged = { partitionKey: 'resource', rowKey: (await app.defaultResource()).name };
  const before = await app.storage.table(resources).get<Columns>(tagged.partitionKey, tagged.rowKey);
  const described = JSON.stringify({ ...JSON.parse(String(before?.['described'])), tags: { owner: email } });
  await app.storage.table(resources).update({ ...tagged, described }, '*', 'merge');
  const smtpUser = { name: 'mailer', properties: { username: email } };
  await new ItemStore(app.storage.table(resourceItems)).put(immutableId, itemKinds.smtpUsernames, ['mailer'], smtpUser);
  const routes = [{ name: 'all', description: `For ${email}: ${mark}note`, numberPattern: '.*' }];
  await call('sip-update-routing', { body: { routes } });
  // She has left another thread.
  const left = await addThread(app, [bert, anna]);
  leftId = left.id;
  await say(app, left.id, anna, `${mark}text`);
  const leave = { user: anna, params: { chatThreadId: left.id }, body: { rawId: anna.id } };
  await call('chat-remove-participant', leave);
  await mail();
  await text();
  await talk();
  await (app.capabilities.find(({ name }) => name === 'diagnostics') as DiagnosticsCapability).flush();
  await call('diagnostics-set-settings', { body: { ...logged, categories: 'none' } });
  await plantEvents(app, { rawId: anna.id, text: `${mark}text` });
  await plantSample(app, outside, { rawId: anna.id, email, text: `${mark}text` });
  const identifiers = [anna.id, `4:${phone}`, `4:${waitingPhone}`, email, waiting, `${mark}address@post.example`];
  await call('privacy-add-identifiers', { params: { personId: 'customer-17' }, body: { identifiers } });
  // One archive waits to be fetched, another waits to be made.
  const archive = await startExport(app, anna.id);
  await app.jobs.work(archive);
  await startExport(app, anna.id);
  return archive;
}

/** She sends herself a mail; and another to her cannot be handed over yet. */
async function mail(): Promise<void> {
  const { ownerId } = mails;
  const items = new ItemStore(app.storage.table(resourceItems));
  const verified = { status: 'Verified' };
  const verificationStates = { Domain: verified, SPF: verified, DKIM: verified, DKIM2: verified };
  const domain = { name: 'post.example', properties: { verificationStates } };
  await items.put(ownerId, itemKinds.domains, ['post.example'], domain);
  const sender = { name: `${mark}address`, properties: { username: `${mark}address` } };
  await items.put(ownerId, itemKinds.senderUsernames, ['post.example', `${mark}address`], sender);
  const content = { subject: `${mark}topic`, plainText: `${mark}text` };
  const name = { displayName: `${mark}name` };
  const senderAddress = `${mark}address@post.example`;
  const recipients = { to: [{ address: `${mark}address@post.example`, ...name }] };
  const sent = await call('email-send', { body: { senderAddress, content, recipients } });
  const params = { operationId: String(sent.body.id) };
  const result = await untilEnded(async () => (await call('email-get-send-result', { params })).body);
  expect(result.status).toBe('Succeeded');
  const contentInBase64 = Buffer.from(`${mark}file`.repeat(20_000)).toString('base64');
  const attachments = [{ name: 'a.txt', contentType: 'text/plain', contentInBase64 }];
  const later = { to: [{ address: waiting, ...name }] };
  await call('email-send', { body: { senderAddress, content, recipients: later, attachments } });
}

/** A text to her lies on her phone; another cannot be handed over yet. */
async function text(): Promise<void> {
  await seedNumber(app);
  const smsRecipients = [{ to: phone }, { to: waitingPhone }];
  const body = { from: ownNumber, smsRecipients, message: `${mark}text` };
  expect((await call('sms-send', { body })).status).toBe(202);
  await vi.waitFor(async () => {
    expect((await app.storage.table(phoneTexts).scan()).rows).toHaveLength(1);
  }, 10_000);
}

/** She talks with others; nobody takes the events of the call yet. */
async function talk(): Promise<void> {
  const targets = [toUser(anna.id), toNumber('+15551230009'), toNumber(phone)];
  const more = { source: { id: anna.id }, sourceDisplayName: `${mark}name` };
  expect((await call('calls-create', { body: callTo(targets, 'http://127.0.0.1:9/', more) })).status).toBe(201);
  await vi.waitFor(async () => {
    const { rows } = await app.storage.table(callbackStores.deliveries).scan<Columns>();
    expect(JSON.stringify(rows)).toContain('ParticipantsUpdated');
  }, 10_000);
}

/** Puts her on a suppression list, writes of her beside another address, and suppresses hers for a time. */
async function suppress(): Promise<void> {
  const resourceId = await addEmailResource(app, 'mails', ['example.com', 'post.example']);
  mails.ownerId = resourceId;
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
    const uncounted = ['jobs', 'samplepostsbodies', 'mailsbodies'];
    expect(found.sort()).toEqual([...expected, 'senttexts'].filter((name) => !uncounted.includes(name)).sort());

    expect((await call('privacy-erase-person', { ...person, body: {} })).status).toBe(202);
    await workJobs(app);
    for (let pass = 0; pass < 4; pass++) {
      app.clock.setOffset(app.clock.offsetMs + 6 * 60_000);
      app.dropCaches();
      await app.sweep();
      await workJobs(app);
    }
    const traces = [
      ...marks,
      mark,
      anna.id,
      anna.id.slice(-36),
      email,
      phone.slice(1),
      waitingPhone.slice(1),
      'customer-17',
    ];
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
