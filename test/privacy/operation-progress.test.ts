// How far an erasure or an export is, as whoever waits for it is told: by the operation, and by the command line.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOperation } from '../../cli/privacy/run-operation.js';
import { RunState } from '../../cli/privacy/run-state.js';
import { keyAccess } from '../../cli/resources/key-access.js';
import { ResourceClient } from '../../cli/resources/resource-client.js';
import type { ComposedApp } from '../../functions/compose.js';
import { jobs, JobStore, operationRecords, Operations } from '../../shared/jobs/index.js';
import { type Archives, type AuditTrail, exportIdentifiers, progressOf } from '../../shared/privacy/index.js';
import { bind, dataStore, holdsNobody } from '../../shared/data-map/index.js';
import { DueIndex, dueIndexStore } from '../../shared/storage/index.js';
import { randomIds } from '../../shared/time/ids.js';
import { callApp, composeOn } from '../app/call-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';

describe('an operation that runs', () => {
  let azurite: Azurite;
  let app: ComposedApp;
  let operations: Operations;
  let resourceId: string;

  beforeAll(async () => {
    azurite = await startAzurite();
    app = await composeOn(azurite.connectionString);
    await app.provision();
    const { storage, clock } = app;
    operations = new Operations(
      storage.table(operationRecords),
      new DueIndex(storage.table(dueIndexStore), randomIds),
      clock,
    );
    resourceId = (await app.defaultResource()).immutableId;
  });
  afterAll(async () => {
    await app?.storage.close();
    await azurite?.stop();
  });

  const get = async (operationId: string) =>
    (await callApp(app, 'privacy-get-operation', { params: { operationId } })).body;
  const names = () => app.stores.filter(({ store }) => store.personalData.length > 0).map(({ store }) => store.name);

  async function erasureThatIsAt(counted: object, walked: object, counts: object): Promise<string> {
    const id = randomUUID();
    const now = app.clock.now();
    const cursor = {
      beginAt: now,
      buryAgainAt: now + 3_600_000,
      counting: { walked: counted, begun: {} },
      erasing: { walked, begun: {} },
      counts,
    };
    const job = { id, kind: 'erase-identifiers', resourceId, payload: { identifiers: [] }, cursor, createdOn: now };
    await new JobStore(app.storage.table(jobs)).add(job, now + 300_000);
    await operations.begin(resourceId, id, 'erase-identifiers');
    return id;
  }

  it('says of an erasure when it begins, and that no store is done', async () => {
    const made = await callApp(app, 'privacy-erase', { body: { identifiers: ['anna@example.com'] } });
    const id = String(made.body.id);
    await app.jobs.work(id);
    const { status, progress } = await get(id);
    expect(status).toBe('running');
    expect(Date.parse(progress.beginsOn)).toBeGreaterThan(app.clock.now());
    expect(progress.stores).toEqual(names().map((store) => ({ store, isDone: false })));
    expect(JSON.stringify(progress)).not.toContain('anna');
  });

  it('says of an erasure which stores are done for every identifier, and how much was in them', async () => {
    const [first = '', second = '', third = ''] = names();
    const twice = Object.fromEntries(names().map((name) => [name, 2]));
    const walked = { [first]: 2, [second]: 1, [third]: 0 };
    const { progress } = await get(await erasureThatIsAt(twice, walked, { [first]: 12, [second]: 3 }));
    expect(progress.stores.slice(0, 3)).toEqual([
      { store: first, items: 12, isDone: true },
      { store: second, items: 3, isDone: false },
      { store: third, isDone: false },
    ]);
  });

  it('says nothing of the way when it has ended, and nothing of a cursor that it cannot read', async () => {
    const id = await erasureThatIsAt({}, {}, {});
    await operations.end(resourceId, id, { status: 'succeeded', result: { receiptId: 'r', receipt: 'j' } });
    expect(await get(id)).not.toHaveProperty('progress');
    const running = { id, kind: 'erase-identifiers', status: 'running', createdOn: 0 } as const;
    const jobAt = (cursor: unknown) => ({ jobs: { cursorOf: async () => ({ cursor }) }, stores: app.stores });
    for (const cursor of [null, 'begun', { phase: 0, identifier: 0, store: 0, counts: {} }]) {
      expect(await progressOf(jobAt(cursor), running)).toBeUndefined();
    }
  });

  it('says of an export what it has noted, while it runs', async () => {
    const id = randomUUID();
    await operations.begin(resourceId, id, 'export-identifiers');
    const [first = '', second = ''] = names();
    expect((await get(id)).progress.stores[0]).toEqual({ store: first, isDone: false });
    await operations.note(resourceId, id, { [first]: 7 });
    expect((await get(id)).progress.stores.slice(0, 2)).toEqual([
      { store: first, items: 7, isDone: true },
      { store: second, isDone: false },
    ]);
    await operations.end(resourceId, id, { status: 'failed', error: { code: 'X', message: 'x' } });
    expect(await get(id)).not.toHaveProperty('progress');
    // One that nobody was told of has no record, and gets none.
    await operations.note(resourceId, randomUUID(), {});
  });
});

describe('an export', () => {
  /** The stores of an export that takes this long at each, monotonic ms; what it notes on the way. */
  async function notedBy(msAStore: number) {
    const noted: object[] = [];
    let monotonic = 0;
    const stores = ['first', 'second', 'third'].map((name, index) =>
      bind(
        dataStore<undefined>({
          ...holdsNobody,
          name,
          area: 'chat',
          rank: 'content',
          medium: 'table',
          holds: 'Notes',
          personalData: ['text'],
          keptFor: 'ever',
          async *exportItems() {
            monotonic += msAStore / 2;
            for (let item = 0; item < index; item++) {
              yield { record: { item } };
            }
          },
          eraseResource: 'nothing',
          expired: 'nothing',
        }),
        undefined,
      ),
    );
    const archives = {
      operation: async () => ({ id: 'op', kind: 'export-identifiers', status: 'running', createdOn: 0 }),
      version: async () => null,
      write: async (_resource: string, _id: string, content: Readable) => void (await buffer(content)),
      expireAt: async () => undefined,
      notePerson: async () => undefined,
      noteProgress: async (_resource: string, _id: string, done: object) => void noted.push({ ...done }),
      hashOf: () => 'hash',
      hashOfWhole: () => 'hash',
    } as unknown as Archives;
    const kind = exportIdentifiers({
      stores,
      archives,
      copies: { announce: async () => undefined },
      clock: { now: () => 0, realNow: () => 0, monotonic: () => monotonic },
      audit: undefined as unknown as AuditTrail,
      burials: { wasDeleted: async () => false },
      persons: { findByIdentifier: async () => [] },
    });
    const caller = { kind: 'owner', keySlot: 'primary' } as const;
    const identifiers = [{ kind: 'email', address: 'anna@example.com' }] as const;
    const names = { resourceName: 'contoso', geography: 'europe' };
    const payload = { caller, action: 'export-identifiers', identifiers, includesReceived: false, ...names };
    const job = { id: 'op', kind: 'export-identifiers', resourceId: 'r', payload, cursor: 'begun', createdOn: 0 };
    expect((await kind.step(job)).state).toBe('more');
    return noted;
  }

  it('notes at most every two seconds which stores it is through with', async () => {
    // A store that holds something is gone through twice.
    expect(await notedBy(4_000)).toEqual([{ first: 0 }, { first: 0, second: 1 }, { first: 0, second: 1, third: 2 }]);
    expect(await notedBy(1_200)).toEqual([{ first: 0, second: 1, third: 2 }]);
    expect(await notedBy(10)).toEqual([]);
  });
});

describe('the command line', () => {
  it('shows each store that held something once, in lines that fit a terminal', async () => {
    const store = (name: string, isDone: boolean, items?: number) => ({ store: name, isDone, items });
    const polls = [
      {
        status: 'running',
        progress: { stores: [store('chatexpiredthreads', true, 1234567), store('persons', false)] },
      },
      {
        status: 'running',
        progress: {
          stores: [store('chatexpiredthreads', true, 1234567), store('persons', true, 0), store('\u001b[31m', true, 1)],
        },
      },
      { status: 'succeeded', result: { receiptId: 'r' } },
    ];
    const server = createServer((request, response) => {
      const isBegun = request.method === 'POST';
      response.writeHead(isBegun ? 202 : 200, {
        'content-type': 'application/json',
        ...(isBegun && { 'operation-location': '/privacy/operations/1' }),
      });
      response.end(JSON.stringify(isBegun ? { id: '1', salt: 's' } : polls.shift()));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const label = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const folder = await mkdtemp(join(tmpdir(), 'domicile-progress-'));
    try {
      const access = keyAccess(`http://${label}`, Buffer.alloc(64));
      const said: string[] = [];
      const run = {
        personId: 'customer-17',
        identifiers: [],
        whom: 'customer-17',
        outFolder: folder,
        isDryRun: false,
        isJson: true,
        resources: [access],
        managements: [],
        stopping: new AbortController().signal,
        say: () => undefined,
        print: () => undefined,
      };
      const state = await RunState.open(folder, 'erase', 'customer-17');
      const about = { personId: 'customer-17', identifiers: [], isKnown: true };
      const order = { action: 'erase', key: access.endpoint, about, covers: 0 } as const;
      await runOperation(run, state, new ResourceClient(access), order, (what) => said.push(what));
      expect(said).toEqual([
        'erase started; it takes some minutes',
        'chatexpiredthreads 1234567 (1 of 2 stores)',
        'erase done',
      ]);
      expect(said.every((line) => `[16/16] ${label}: ${line}`.length <= 80)).toBe(true);
    } finally {
      server.close();
      await rm(folder, { recursive: true });
    }
  });
});
