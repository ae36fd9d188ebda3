// The deletion of a resource, and a count of the stores, that one build begins and another ends.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dataMap } from '../../functions/data-map.js';
import { readConfig } from '../../functions/config.js';
import {
  bind,
  createDataMap,
  holdsNobody,
  inErasureOrder,
  retiredStore,
  StoreMissing,
  type WalkedStores,
} from '../../shared/data-map/index.js';
import { jobs, jobQueue } from '../../shared/jobs/index.js';
import { eraseResource } from '../../shared/management/index.js';
import { countStores, ResidencyRecords, residencyRecords } from '../../shared/residency/index.js';
import { DueIndex, dueIndexStore, openStorage, provision, type Storage } from '../../shared/storage/index.js';
import { createClock } from '../../shared/time/clock.js';
import { randomIds } from '../../shared/time/ids.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { type MemoryWorld, memoryStore, plantThings, whatIsLeft } from './memory-store.js';
import { storesOf010 } from './stores-of-0.1.0.js';

const resourceId = randomUUID();
const nothingIsGone: ReadonlySet<string> = new Set();
const buildOf = (world: MemoryWorld, names: readonly string[]): WalkedStores => ({
  stores: names.map((name) => memoryStore(world, name, { isRetired: name === 'recordings' })),
  gone: nothingIsGone,
});

describe('The deletion of a resource that another build ends', () => {
  /** Steps of a build until the job is done, or waits, or has made so many. */
  async function work(build: WalkedStores, from: unknown, maxSteps = 1_000) {
    const clock = createClock();
    let monotonic = 0;
    // Each step ends after one store, or one thing of it.
    const slow = { now: () => clock.now(), realNow: () => clock.realNow(), monotonic: () => (monotonic += 2_000) };
    const ended: string[] = [];
    const parts = { ...build, clock: slow, operations: { end: async (_: string, id: string) => void ended.push(id) } };
    // What only the first step needs, which closes the resource, is not there.
    const kind = eraseResource(parts as unknown as Parameters<typeof eraseResource>[0]);
    const payload = { id: {}, immutableId: resourceId };
    const job = { id: 'deletion', kind: 'erase-resource', resourceId: 'owner', payload, createdOn: 0 };
    let cursor = from;
    for (let steps = 0; steps < maxSteps; steps++) {
      const done = await kind.step({ ...job, cursor });
      if (done.state !== 'more') {
        return { state: done.state, ended, cursor };
      }
      cursor = JSON.parse(JSON.stringify(done.cursor));
    }
    return { state: 'more', ended, cursor };
  }
  const begun = (build: WalkedStores) => ({
    pass: 0,
    erasing: { walked: Object.fromEntries(build.stores.map(({ store }) => [store.name, 0])), begun: {} },
  });
  const earlier = ['copies', 'words', 'images', 'index'];
  const later = ['novelties', 'images', 'words', 'copies', 'index'];

  it('leaves nothing out, wherever the earlier build has stopped', async () => {
    for (let stops = 0; stops < 20; stops++) {
      const world = plantThings([...earlier, 'novelties'], [resourceId], 2);
      const build = buildOf(world, earlier);
      const { cursor, state } = await work(build, begun(build), stops);
      if (state === 'done') {
        break;
      }
      expect((await work(buildOf(world, later), cursor)).state).toBe('done');
      expect({ stops, left: whatIsLeft(world) }).toEqual({ stops, left: [] });
    }
  });

  it('is ended from wherever version 0.1.0 stood, and the pass does nothing again', async () => {
    for (let store = 0; store < storesOf010.length; store++) {
      const world = plantThings([...storesOf010, 'novelties'], [resourceId], 2);
      for (const name of storesOf010.slice(0, store)) {
        world.stores.get(name)?.set(resourceId, 0);
      }
      const before = whatIsLeft(world);
      const build = buildOf(world, ['novelties', ...storesOf010.toReversed()]);
      const { state } = await work(build, { pass: 1, store, cursor: 'as it said' });
      expect({ store, state, left: whatIsLeft(world) }).toEqual({ store, state: 'done', left: [] });
      expect([...new Set(world.walked)].sort(), `store ${store}`).toEqual(before.sort());
    }
  });

  it('tells nobody that it is done while a store was not walked that the build has forgotten', async () => {
    const world = plantThings(earlier, [resourceId], 2);
    const build = buildOf(world, earlier);
    const { cursor } = await work(build, begun(build), 3);
    await expect(work(buildOf(world, ['copies', 'words', 'index']), cursor)).rejects.toThrow(StoreMissing);
    expect(await work(build, cursor)).toMatchObject({ state: 'done', ended: ['deletion'] });
  });
});

describe('A count that another build ends', () => {
  let azurite: Azurite;
  let storage: Storage;
  const old = retiredStore<undefined>({
    name: 'oldthings',
    area: 'persons',
    rank: 'content',
    medium: 'table',
    holds: 'Things',
    personalData: [],
    keptFor: 'ever',
    ...holdsNobody,
    eraseResource: 'Nothing',
    expired: 'Nothing',
  });
  const map = createDataMap([...dataMap.stores, old]);
  const day = 86_400_000;

  beforeAll(async () => {
    azurite = await startAzurite();
    const config = readConfig({
      DOMICILE_GEOGRAPHY: 'europe',
      DOMICILE_DEFAULT_RESOURCE: 'contoso',
      DOMICILE_EMULATOR: '1',
      DOMICILE_MASTER_SECRET: Buffer.alloc(32).toString('base64'),
      AzureWebJobsStorage: azurite.connectionString,
    });
    await provision(config.storage, map);
    storage = await openStorage(config.storage, { dataMap: map });
  });
  afterAll(async () => {
    await storage?.close();
    await azurite?.stop();
  });

  /** Counts to the end from this cursor on; the names of the stores in the record, on a day of its own. */
  async function count(cursor: unknown, number: number): Promise<string[]> {
    const clock = createClock();
    const due = new DueIndex(storage.table(dueIndexStore), randomIds);
    const records = new ResidencyRecords({ table: storage.table(residencyRecords), due, clock, keptForMs: day });
    const stores = inErasureOrder(
      map,
      map.stores.map((store) => bind(store as typeof old, undefined)),
    ).toReversed();
    const recorded: string[] = [];
    const kind = countStores({
      storage,
      stores,
      gone: map.gone,
      records,
      clock,
      residents: async () => ({ ids: new Set<string>(), foreign: 0 }),
      onRecord: (record) => recorded.push(...record.stores.map(({ store }) => store)),
    });
    const job = { id: 'count', kind: 'count-stores', resourceId: '', payload: null, createdOn: number * day };
    let at = cursor;
    for (let steps = 0; steps < 100; steps++) {
      const done = await kind.step({ ...job, cursor: at });
      if (done.state === 'done') {
        return recorded.sort();
      }
      at = 'cursor' in done ? JSON.parse(JSON.stringify(done.cursor)) : at;
    }
    throw new Error('The count has no end.');
  }
  const namesOf = (stores: readonly { readonly name: string }[]) => stores.map(({ name }) => name).sort();

  it('has every store that version 0.1.0 had not counted, a retired one too', async () => {
    for (const [number, store] of [0, 3, 7, 19].entries()) {
      const uncounted = map.stores.filter(({ name }) => !storesOf010.slice(0, store).includes(name));
      expect(await count({ startedOn: 1, store }, number + 1)).toEqual(namesOf(uncounted));
    }
  });

  it('goes on in the store in which that version stopped', async () => {
    const at = { shard: 15, count: { store: 'chatthreads', items: 41, resources: {}, foreign: 0 } };
    expect(await count({ startedOn: 1, store: 3, at }, 10)).toContain('chatthreads');
    const due = new DueIndex(storage.table(dueIndexStore), randomIds);
    const parts = { table: storage.table(residencyRecords), due, clock: createClock(), keptForMs: day };
    const record = await new ResidencyRecords(parts).find('1970-01-11');
    expect(record?.stores.find(({ store }) => store === 'chatthreads')?.items).toBe(41);
  });

  it('is not ended by a build that has forgotten a store', async () => {
    const counted = { walked: { forgotten: 0, exports: 1 }, begun: {} };
    await expect(count({ startedOn: 1, counted }, 20)).rejects.toThrow(/forgotten .* Declare it as retired/);
    expect(await count({ startedOn: 1, counted: { walked: { forgotten: 1, exports: 1 }, begun: {} } }, 21)).toEqual(
      namesOf(map.stores.filter(({ name }) => name !== 'exports')),
    );
  });

  it('reads a retired store, which nothing else can open', () => {
    expect(() => storage.table(old)).toThrow(/retired/);
    expect(() => storage.forWalks.table(old)).not.toThrow();
    expect(() => createDataMap([jobs, jobQueue], ['jobs'])).toThrow(/gone/);
  });
});

it('Every store of version 0.1.0 is in the data map, retired when it is in use no longer, or gone', () => {
  const isKnown = (name: string) => dataMap.find(name) !== undefined || dataMap.gone.has(name);
  expect(storesOf010.filter((name) => !isKnown(name))).toEqual([]);
});
