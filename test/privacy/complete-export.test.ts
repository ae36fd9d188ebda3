// What is told, what is handed out and what is erased of somebody is the same, store by store, in every role that they can
// have; and nobody else's.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { persons } from '../../shared/privacy/index.js';
import { callApp, composeOn, type TestUser } from '../app/call-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { addThread, addUser, fetchExport, say, startExport, watchExport, workJobs } from './composed-app.js';
import { unzip } from './unzip.js';

const dayMs = 24 * 3_600_000;
let azurite: Azurite;
let app: ComposedApp;

beforeAll(async () => {
  azurite = await startAzurite();
  app = await composeOn(azurite.connectionString, { hearingMs: 0 });
  await app.provision();
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

const at = (chatThreadId: string) => ({ params: { chatThreadId } });
const rename = (user: TestUser, id: string, topic: string) =>
  call('chat-update-thread', { user, ...at(id), body: { topic } });
const remove = (user: TestUser, id: string, other: TestUser) =>
  call('chat-remove-participant', { user, ...at(id), body: { rawId: other.id } });
const add = (user: TestUser, id: string, other: TestUser, more = {}) =>
  call('chat-add-participants', {
    user,
    ...at(id),
    body: { participants: [{ communicationIdentifier: { rawId: other.id }, ...more }] },
  });
const upload = (user: TestUser, id: string, name: string, body: Buffer) =>
  call('chat-upload-image', {
    user,
    ...at(id),
    headers: { 'content-type': 'image/png', 'image-filename': name },
    body,
  });

type Counts = Readonly<Record<string, number>>;

const countsOf = (stores: readonly { readonly store: string; readonly items: number }[]): Counts =>
  Object.fromEntries(stores.map(({ store, items }) => [store, items]));

interface Archive {
  readonly files: Map<string, Buffer>;
  readonly counts: Counts;
  readonly text: string;
  readonly records: (store: string) => Record<string, unknown>[];
}

async function exported(start: () => Promise<string>): Promise<Archive> {
  const id = await start();
  expect((await watchExport(app, id)).status).toBe('succeeded');
  const files = await unzip((await fetchExport(app, id)).content);
  const manifest = JSON.parse(String(files.get('manifest.json')));
  const counted = manifest.files.map(({ store, records }: { store: string; records: number }) => [store, records]);
  const none = manifest.emptyStores.map((store: string) => [store, 0]);
  return {
    files,
    counts: Object.fromEntries([...counted, ...none]),
    text: [...files].map(([name, content]) => `${name} ${content}`).join('\n'),
    records: (store) =>
      String(files.get(`records/${store}.jsonl`) ?? '')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

const exportOf = (identifier: string) =>
  exported(async () => {
    const id = await startExport(app, identifier, false);
    await app.jobs.work(id);
    return id;
  });

async function exportPerson(personId: string): Promise<Archive> {
  return exported(async () => {
    const { id } = await call('privacy-export-person', { params: { personId }, body: {} });
    await workJobs(app);
    return String(id);
  });
}

/** What an erasure has counted, by its receipt. */
async function erase(name: string, options: Parameters<typeof callApp>[2]) {
  const { id } = await call(name, options);
  await workJobs(app);
  app.clock.setOffset(app.clock.offsetMs + 61_000);
  app.dropCaches();
  // The job alone: what is deleted is still there.
  await app.jobs.work(String(id));
  const { result } = await call('privacy-get-operation', { params: { operationId: String(id) } });
  const { stores, notErased } = JSON.parse(
    Buffer.from(String(result.receipt).split('.')[1] ?? '', 'base64url').toString(),
  );
  return { counts: countsOf(stores), notErased: notErased as { store: string; what: string; why: string }[] };
}

describe('What is told, handed out and erased of somebody', () => {
  it('is the same, store by store, in every role and at every stage of a thread', async () => {
    const [anna, bert] = [await addUser(app), await addUser(app)];
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 30 };
    // Sender, creator and adder; somebody's former member; added again; in what has expired, is restored, is deleted.
    const own = await addThread(app, [anna]);
    await add(anna, own.id, bert, { displayName: 'Bert' });
    await say(app, own.id, anna, 'mine');
    await upload(anna, own.id, 'cat.png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    const left = await addThread(app, [bert, anna]);
    await say(app, left.id, anna, 'good bye');
    await remove(bert, left.id, anna);
    await rename(bert, left.id, 'Without her');
    const again = await addThread(app, [bert, anna]);
    await remove(bert, again.id, anna);
    await add(bert, again.id, anna);
    const [expiring, restored] = [
      await addThread(app, [bert, anna], { retentionPolicy }),
      await addThread(app, [bert, anna], { retentionPolicy }),
    ];
    for (const { id } of [expiring, restored]) {
      await say(app, id, anna, `said in ${id === expiring.id ? 'what has expired' : 'what was restored'}`);
      await upload(anna, id, 'page.html', Buffer.from('<html><script>alert(1)</script></html>'));
      await upload(anna, id, 'empty.png', Buffer.alloc(0));
    }
    const deleted = await addThread(app, [bert, anna]);
    await say(app, deleted.id, anna, 'gone');
    app.clock.setOffset(app.clock.offsetMs + 31 * dayMs);
    app.dropCaches();
    await app.sweep();
    const restore = { params: { chatThreadId: restored.id }, body: { retentionPolicy: { kind: 'none' } } };
    await call('chat-restore-thread', restore);
    // Tokens do not live that long.
    const { token } = await call('identity-issue-token', { params: { id: bert.id }, body: { scopes: ['chat'] } });
    await call('chat-delete-thread', { user: { ...bert, token }, ...at(deleted.id) });

    const body = { identifiers: [anna.id] };
    const told = countsOf((await call('privacy-identify', { body })).stores);
    const archive = await exportOf(anna.id);
    // The archive itself, which is there by then, is told of and erased too.
    expect({ ...archive.counts, exports: 0 }).toEqual({ ...told, exports: 0, jobs: 0 });
    expect(told['chatthreads']).toBeGreaterThan(12);
    expect(archive.text).toContain('said in what has expired');
    expect(archive.text).toContain('said in what was restored');
    expect(archive.text).not.toMatch(/Without her|gone"/);
    const images = [...archive.files.keys()].filter((name) => name.startsWith('files/chatimages/'));
    expect(images.map((name) => name.slice(name.lastIndexOf('.'))).sort()).toEqual([
      '.bin',
      '.bin',
      '.bin',
      '.bin',
      '.png',
    ]);
    expect(archive.records('chatimages').map(({ form }) => form)).toContain(
      'none of the forms of images that chat takes',
    );
    const erased = await erase('privacy-erase', { body });
    expect(erased.counts).toEqual({ ...told, exports: 1 });
    app.dropCaches();
    const after = countsOf((await call('privacy-identify', { body })).stores);
    expect(Object.entries(after).filter(([, items]) => items > 0)).toEqual([]);
  }, 60_000);
});

describe('A number that two persons share', () => {
  const number = '4:+4366412345678';
  const link = (personId: string, identifiers: readonly string[]) =>
    call('privacy-add-identifiers', { params: { personId }, body: { identifiers } });

  it('leads nobody to the other, and stays theirs when one of them is erased', async () => {
    const [anna, bert] = [await addUser(app), await addUser(app)];
    await link('anna-1', [anna.id, number]);
    await link('bert-1', [bert.id, number]);
    await exportPerson('bert-1');
    const hers = await exportPerson('anna-1');
    expect(hers.text).not.toContain('bert-1');
    expect(hers.records('exports')).toEqual([]);
    const of = (personId: string) => call('privacy-get-person', { params: { personId } });
    const plan = await call('privacy-erase-person', { params: { personId: 'anna-1' }, body: { dryRun: true } });
    expect(countsOf(plan.stores)).toMatchObject({ persons: 2 });
    const { counts, notErased } = await erase('privacy-erase-person', { params: { personId: 'anna-1' }, body: {} });
    expect(counts).toMatchObject({ persons: 2, exports: 1 });
    expect(notErased.filter(({ store }) => store === 'persons')).toHaveLength(1);
    expect(JSON.stringify(notErased)).not.toMatch(/bert|4366/);
    expect(await of('bert-1')).toMatchObject({ identifiers: expect.arrayContaining([bert.id, number]) });
    expect((await callApp(app, 'privacy-get-person', { params: { personId: 'anna-1' } })).status).toBe(404);
    // By identifiers alone it is the same: as other geographies are asked that know no such person.
    const cleo = await addUser(app);
    await link('cleo-1', [cleo.id, number]);
    const byText = await erase('privacy-erase', { body: { identifiers: [cleo.id, number] } });
    expect(byText.counts).toMatchObject({ persons: 2 });
    expect(await of('bert-1')).toMatchObject({ identifiers: expect.arrayContaining([bert.id, number]) });
    // Whom this resource knows by another id is reached by what is theirs alone.
    const dora = await addUser(app);
    await link('dora-1', [dora.id, '4:+4366487654321']);
    const identifiers = ['4:+4366487654321', dora.id];
    await erase('privacy-erase-person', { params: { personId: 'dora-elsewhere' }, body: { identifiers } });
    expect((await callApp(app, 'privacy-get-person', { params: { personId: 'dora-1' } })).status).toBe(404);
    // The last one's own goes with him.
    await erase('privacy-erase-person', { params: { personId: 'bert-1' }, body: {} });
    expect((await call('privacy-find-persons', { body: { identifiers: [number] } })).value).toEqual([]);
  }, 60_000);
});

describe('A person', () => {
  it('goes with the last link, by whatever it goes', async () => {
    const [anna, bert] = [await addUser(app), await addUser(app)];
    const listed = async () =>
      (await call('privacy-list-persons', {})).value.map(({ personId }: { personId: string }) => personId);
    for (const [personId, { id }] of [['anna-2', anna] as const, ['bert-2', bert] as const]) {
      await call('privacy-add-identifiers', { params: { personId }, body: { identifiers: [id] } });
    }
    expect(await listed()).toEqual(expect.arrayContaining(['anna-2', 'bert-2']));
    const removed = { params: { personId: 'anna-2' }, body: { identifiers: [anna.id] } };
    expect(await call('privacy-remove-identifiers', removed)).toMatchObject({ personId: 'anna-2', identifiers: [] });
    await callApp(app, 'identity-delete', { params: { id: bert.id } });
    expect(await listed()).not.toContain('bert-2');
    await workJobs(app);
    app.clock.setOffset(app.clock.offsetMs + 61_000);
    app.dropCaches();
    await app.sweep();
    await workJobs(app);
    expect(await listed()).toEqual([]);
    const { rows } = await app.storage.table(persons).scan({ select: [] });
    expect(rows.map(({ rowKey }) => rowKey).filter((key) => /anna-2|bert-2/.test(key))).toEqual([]);
  }, 60_000);
});
