// The smallest capability that has everything, added as CONTRIBUTING says: one folder, and a line in each list. What the
// house does for a capability without further work is shown on it, and that the house notices when it lies.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Capability } from '../../functions/capability.js';
import type { Guest } from '../../functions/compose-options.js';
import type { ComposedApp } from '../../functions/compose.js';
import { apiVersions } from '../../shared/api/api-versions.js';
import { UndeclaredStatus } from '../../shared/api/index.js';
import { jobQueue } from '../../shared/jobs/index.js';
import { callApp, composeOn, type ComposeOnOptions } from '../app/call-app.js';
import { callAt } from '../management/resource-calls.js';
import { addUser, workJobs } from '../privacy/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { composeForReading } from './composed-app.js';
import { holdWrite } from './hold-write.js';
import { dataResidencyPage } from './data-residency-page.js';
import { openApiDocument } from './openapi-document.js';
import { operationsPage } from './operations-page.js';
import { roundTrip } from './records.js';
import { runOutbox } from './run-outbox.js';
import { sampleGuest } from './sample-capability/capability.js';
import { noteLifeMs } from './sample-capability/model.js';
import { sampleNotes, samplePosts } from './sample-capability/personal-data.js';
import { plantSample } from './sample-capability/plant.js';
import { Outside } from './sample-capability/post-note.js';

let azurite: Azurite;
let app: ComposedApp;
let outside: Outside;
const failures: unknown[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
});
afterAll(() => azurite?.stop());
afterEach(() => app?.storage.close());

async function start(guest = sampleGuest(outside), options: ComposeOnOptions = {}): Promise<void> {
  const reportFailure = (_: string, _requestId: string, failure: unknown) => void failures.push(failure);
  app = await composeOn(azurite.connectionString, { guest, reportFailure, ...options });
  await app.eraseEverything();
}

const sample = () => app.capabilities.find(({ name }) => name === 'sample') as Capability;
const call = (name: string, options: Parameters<typeof callApp>[2]) => callApp(app, name, options);
const signingKey = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const author = `8:acs:somebody-${randomBytes(6).toString('hex')}`;
const write = async (text = 'Hello') => (await call('sample-write-note', { body: { author, text } })).body;

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 10_000, interval: 20 }).toBe(true);
}

describe('A sample capability, whole', () => {
  it('keeps what it is given, for its time and no longer', async () => {
    outside = new Outside();
    await start();
    const note = await write();
    expect((await call('sample-get-note', { params: { noteId: note.id } })).body).toEqual(note);
    app.clock.setOffset(app.clock.offsetMs + noteLifeMs);
    expect((await call('sample-get-note', { params: { noteId: note.id } })).status).toBe(404);
    await app.sweep();
    expect((await scanStorage(azurite.connectionString, [author])).hits).toEqual([]);
  });

  it('hands over what leaves the house, once it can, and forgets it then', async () => {
    outside = new Outside();
    await start();
    outside.isOpen = false;
    const text = `text-${randomBytes(6).toString('hex')}`;
    const note = await write(text);
    const body = { address: 'anna@receiver.example' };
    expect((await call('sample-post-note', { params: { noteId: note.id }, body })).status).toBe(202);
    await until(async () => (await scanStorage(azurite.connectionString, ['anna@receiver.example'])).hits.length > 0);
    outside.isOpen = true;
    app.clock.setOffset(app.clock.offsetMs + 10 * 60_000);
    await until(async () => {
      await runOutbox(app);
      return outside.received.length > 0;
    });
    expect(outside.received.map(({ address, text: sent }) => [address, sent])).toEqual([[body.address, text]]);
    expect((await scanStorage(azurite.connectionString, ['anna@receiver.example'])).hits).toEqual([]);
  });

  it('hands nothing over to an address that was erased meanwhile, and hands over what is sent there afterwards', async () => {
    outside = new Outside();
    await start();
    outside.isOpen = false;
    const [gone, stays] = ['anna@receiver.example', 'bert@receiver.example'];
    const note = await write();
    const post = async (address: string) =>
      (await call('sample-post-note', { params: { noteId: note.id }, body: { address } })).status;
    expect([await post(gone), await post(stays)]).toEqual([202, 202]);
    // Buried at once; the walk that withdraws what waits has not begun.
    expect((await call('privacy-erase', { body: { identifiers: [gone] } })).status).toBe(202);
    outside.isOpen = true;
    app.clock.setOffset(app.clock.offsetMs + 10 * 60_000);
    await until(async () => {
      await runOutbox(app);
      return outside.received.some(({ address }) => address === stays);
    });
    await runOutbox(app);
    expect(outside.received.map(({ address }) => address)).toEqual([stays]);
    expect((await scanStorage(azurite.connectionString, [gone])).hits.map(({ store }) => store)).toEqual(['jobs']);
    await workJobs(app);
    expect(await post(gone)).toBe(202);
    await until(() => outside.received.some(({ address }) => address === gone));
  });

  it('hands over what waits for an address that another resource has erased', async () => {
    outside = new Outside();
    await start();
    outside.isOpen = false;
    const address = 'anna@receiver.example';
    const note = await write();
    const posted = await call('sample-post-note', { params: { noteId: note.id }, body: { address } });
    expect(posted.status).toBe(202);
    const settings = { DOMICILE_DEFAULT_RESOURCE: 'elsewhere' };
    const other = await composeOn(azurite.connectionString, { guest: sampleGuest(outside), settings });
    const target = { host: 'elsewhere.europe.example', key: (await other.defaultResource()).accessKey };
    const erasing = await callAt(other, target, 'privacy-erase', { body: { identifiers: [address] } });
    expect(erasing.status).toBe(202);
    await other.storage.close();
    outside.isOpen = true;
    app.clock.setOffset(app.clock.offsetMs + 10 * 60_000);
    await until(async () => {
      await runOutbox(app);
      return outside.received.length > 0;
    });
    expect(outside.received.map((each) => each.address)).toEqual([address]);
  });

  it('does work that outlives the request, and shows how it stands', async () => {
    outside = new Outside();
    await start();
    await write();
    await write();
    const begun = await call('sample-clear-notes', {});
    expect(begun.status).toBe(202);
    const location = new URL(String(begun.headers['operation-location']));
    const params = { operationId: location.pathname.split('/').at(-1) ?? '' };
    expect((await call('sample-get-operation', { params })).body).toMatchObject({ status: 'running' });
    expect((await call('privacy-get-operation', { params })).status).toBe(404);
    await workJobs(app);
    expect((await call('sample-get-operation', { params })).body).toMatchObject({
      status: 'succeeded',
      result: { cleared: 2 },
    });
    expect(await app.storage.queue(jobQueue).approximateLength()).toBe(0);
  });

  it('can be acted on by a test, in the emulator only', async () => {
    outside = new Outside();
    await start();
    const [action] = app.stage['sample'] ?? [];
    const note = await action?.run({ author, text: 'from outside' }, { resource: 'contoso' });
    expect(note).toMatchObject({ text: 'from outside' });
    const deployed = { DOMICILE_EMULATOR: '0', DOMICILE_MASTER_SECRET: randomBytes(32).toString('base64') };
    const settings = { ...deployed, DOMICILE_TOKEN_KEY: signingKey, DOMICILE_HOP_KEY: signingKey };
    const other = await composeOn(azurite.connectionString, { guest: sampleGuest(outside), settings });
    expect(other.stage).toEqual({});
    await other.storage.close();
  });

  it('writes out and takes in what it has of a resource', async () => {
    outside = new Outside();
    await start();
    await write('one');
    await write('two');
    const resource = { ...(await app.defaultResource()), geography: 'europe' } as never;
    const empty = async () => {
      await call('sample-clear-notes', {});
      await workJobs(app);
    };
    expect((await roundTrip(sample(), resource, empty)).get('sample-notes')).toHaveLength(2);
  });

  it('costs what it says: two writes a note, three transactions a delivery, five with a blob', async () => {
    outside = new Outside();
    await start();
    await write();
    const counted = async (work: () => Promise<unknown>) => {
      const before = app.counter.snapshot();
      await work();
      const counts = Object.entries(app.counter.since(before));
      return counts.filter(([name]) => name.startsWith('sample')).reduce((sum, [, count]) => sum + count, 0);
    };
    const note = await write();
    expect(await counted(() => write())).toBe(1);
    const post = async (attachment?: string) => {
      const sent = outside.received.length;
      const body = { address: 'anna@receiver.example', ...(attachment !== undefined && { attachment }) };
      await call('sample-post-note', { params: { noteId: note.id }, body });
      await until(() => outside.received.length > sent);
      await until(
        async () => (await scanStorage(azurite.connectionString, ['anna@receiver.example'])).hits.length === 0,
      );
    };
    // And the note itself is read.
    expect(await counted(() => post())).toBe(3 + 1);
    expect(await counted(() => post('x'.repeat(300_000)))).toBe(5 + 1);
  });
});

describe('The house', () => {
  it('describes a capability in its pages without further work', async () => {
    outside = new Outside();
    app = await composeForReading(sampleGuest(outside));
    expect(operationsPage(app.operations)).toContain('`sample-write-note`');
    const document = JSON.stringify(openApiDocument(app.operations, '0'));
    expect(document).toContain('/sample/notes/{noteId}/:post');
    const page = dataResidencyPage(app.stores);
    for (const { name } of [sampleNotes(), samplePosts.deliveries, samplePosts.bodies]) {
      expect(page).toContain(`### \`${name}\``);
    }
    expect(apiVersions.retention).toHaveLength(1);
  });

  it('finds what a store keeps that says it has erased it', async () => {
    const left = async (keepsWhatItErases: boolean) => {
      outside = new Outside();
      await start(sampleGuest(outside, { keepsWhatItErases }), { hearingMs: 0 });
      const text = `mark${randomBytes(6).toString('hex')}`;
      const { id: rawId } = await addUser(app);
      await plantSample(app, outside, { rawId, email: `${text}@example.com`, text });
      const planted = (await scanStorage(azurite.connectionString, [text])).hits.map(({ store }) => store);
      expect(new Set(planted)).toEqual(new Set(['samplenotes', 'sampleposts', 'samplepostsbodies']));
      const body = { identifiers: [rawId, `${text}@example.com`] };
      expect((await call('privacy-erase', { body })).status).toBe(202);
      app.clock.setOffset(app.clock.offsetMs + 61_000);
      for (let pass = 0; pass < 4; pass++) {
        await workJobs(app).catch((error: unknown) => failures.push(error));
        app.clock.setOffset(app.clock.offsetMs + 6 * 60_000);
        app.dropCaches();
        await app.sweep();
      }
      const { hits } = await scanStorage(azurite.connectionString, [text]);
      await app.storage.close();
      return hits.map(({ store }) => store);
    };
    failures.length = 0;
    expect(await left(false)).toEqual([]);
    expect(failures).toEqual([]);
    // And so does the erasure itself: it is not done, and its job is still there.
    expect(await left(true)).toEqual(['jobs', 'samplenotes']);
    expect(failures[0]).toMatchObject({ name: 'ErasureIncomplete', message: expect.stringContaining('samplenotes') });
  });

  it('finds what a store keeps of a late writer that does not ask whether somebody was deleted meanwhile', async () => {
    const left = async (forgetsToSettle: boolean) => {
      outside = new Outside();
      await start(sampleGuest(outside, { forgetsToSettle }));
      const text = `mark${randomBytes(6).toString('hex')}`;
      const { id: rawId } = await addUser(app);
      const late = await holdWrite(azurite.connectionString, sampleGuest(outside, { forgetsToSettle }), 'samplenotes');
      const writing = late.call('sample-write-note', { body: { author: rawId, text } });
      await late.reached;
      expect((await call('privacy-erase', { body: { identifiers: [rawId] } })).status).toBe(202);
      app.clock.setOffset(app.clock.offsetMs + 61_000);
      await workJobs(app);
      late.release();
      expect((await writing).status).toBe(forgetsToSettle ? 201 : 403);
      await late.close();
      const { hits } = await scanStorage(azurite.connectionString, [text]);
      await app.storage.close();
      return hits.map(({ store }) => store);
    };
    expect(await left(false)).toEqual([]);
    expect(await left(true)).toEqual(['samplenotes']);
  });

  it('refuses an answer with a status that the operation has not declared, and reports it', async () => {
    outside = new Outside();
    await start(sampleGuest(outside, { answersUndeclared: true }));
    const note = await write();
    failures.length = 0;
    expect((await call('sample-get-note', { params: { noteId: note.id } })).status).toBe(500);
    expect(failures).toEqual([expect.any(UndeclaredStatus)]);
  });

  it('does not start with a store that nobody binds', async () => {
    outside = new Outside();
    const guest = sampleGuest(outside);
    const unbound: Guest = { ...guest, compose: (foundation) => ({ ...guest.compose(foundation), stores: [] }) };
    await expect(composeForReading(unbound)).rejects.toThrow('nothing binds it');
  });

  it('has actions with names of one form, each once in its capability', async () => {
    app = await composeForReading(sampleGuest(new Outside()));
    for (const { name, stage = [] } of app.capabilities) {
      const names = stage.map((action) => action.name);
      expect(new Set(names).size, name).toBe(names.length);
      expect(names.filter((each) => !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(each))).toEqual([]);
    }
    expect(app.stage['sample']).toHaveLength(1);
  });
});
