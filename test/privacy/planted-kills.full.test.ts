// Somebody in every field of every operation; the processes that export and erase them are killed (SIGKILL) over and over in
// the middle, each time by another call of storage: the archive is whole, and nothing is left that no receipt names.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { build } from 'esbuild';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jobQueue } from '../../shared/jobs/index.js';
import { physicalNames } from '../../shared/storage/index.js';
import { openStage, type Scene, type Stage } from '../answers/scene.js';
import type { CallOptions, TestUser } from '../app/call-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { startExport, workJobs } from './composed-app.js';
import { castOf, plantEveryField, plantInSample } from './plant-every-field.js';
import { namesThatStay } from './plant-management.js';
import { PlantedMarks } from './planted-marks.js';
import type { PlantedOrder } from './planted-process.js';
import { unzip } from './unzip.js';

// Inside the project, because the packages that it needs are looked for from where it lies.
const program = 'dist/planted-process.mjs';
const minuteMs = 60_000;
const subscription = { subscriptionId: '11111111-2222-3333-4444-555555555555', location: 'europe' };
const marks = new PlantedMarks();
const { email } = marks;

let stage: Stage;
let scene: Scene;
let anna: TestUser;
let bert: TestUser;
let personId: string;

beforeAll(async () => {
  await build({
    entryPoints: ['test/privacy/planted-process.ts'],
    outfile: program,
    bundle: true,
    packages: 'external',
    format: 'esm',
    platform: 'node',
  });
  stage = await openStage();
  scene = stage.scene();
  const world = {
    call: scene.call,
    newUser: () => scene.newUser(),
    manager: scene.manager,
    place: { subscriptionId: subscription.subscriptionId, dataLocation: 'Europe' },
    passDays: (days: number) => pass(days * 24 * 60),
    makeArchive: async (rawId: string) => {
      const id = await startExport(stage.app, rawId);
      await stage.app.jobs.work(id);
      return id;
    },
  };
  ({ anna, bert, personId } = await plantEveryField(world, marks, await castOf(scene)));
  await plantInSample(scene.call, marks, anna);
}, 120_000);
afterAll(async () => {
  await rm(program, { force: true });
  await stage?.close();
});

async function pass(minutes: number): Promise<void> {
  stage.app.clock.setOffset(stage.app.clock.offsetMs + minutes * minuteMs);
  stage.app.dropCaches();
  await stage.app.sweep();
}

/** How the process ended, and the storage calls that it reported. */
async function runProcess(jobId: string, kill?: PlantedOrder['kill']) {
  const child = fork(program, { env: { PATH: process.env['PATH'] }, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  let calls = 0;
  child.on('message', (count) => (calls = Number(count)));
  const { connectionString, app } = stage;
  const order: PlantedOrder = {
    connectionString,
    clockOffsetMs: app.clock.offsetMs,
    jobId,
    ...(kill !== undefined && { kill }),
  };
  child.send(order);
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  return { how: signal ?? code, calls };
}

/** At a resource by person, or what management keeps by identifiers. */
interface Walk {
  readonly words: 'person' | 'subscription';
  readonly options: CallOptions;
  /** Calls at which the processes that erase kill themselves, one after the other. */
  readonly kills: readonly number[];
}

async function begin({ words, options }: Walk, action: 'export' | 'erase', body: object): Promise<string> {
  const started = await scene.call(`privacy-${action}-${words}`, { ...options, body });
  // The processes that die are told of it directly.
  const queue = stage.app.storage.queue(jobQueue);
  for (const { receipt } of await queue.receive(32, 60)) {
    await queue.remove(receipt);
  }
  return String(started.body.id);
}

async function operationOf({ words, options }: Walk, operationId: string) {
  const isPerson = words === 'person';
  const params = { ...(!isPerson && options.params), operationId };
  const headers = options.headers && { headers: options.headers };
  const name = `privacy-get-${isPerson ? '' : 'subscription-'}operation`;
  return (await scene.call(name, { ...headers, params })).body;
}

type Counts = Readonly<Record<string, number>>;
const countsOf = (stores: readonly { readonly store: string; readonly items: number }[]): Counts =>
  Object.fromEntries(stores.filter(({ items }) => items > 0).map(({ store, items }) => [store, items]));

/** Records of each store in an archive of hers, whose makers were killed. */
async function exported(walk: Walk): Promise<Counts> {
  const { words, options } = walk;
  const isPerson = words === 'person';
  const id = await begin(walk, 'export', isPerson ? {} : { identifiers: [email] });
  for (const call of [9, 30, 55]) {
    const { how } = await runProcess(id, { call, when: call % 2 === 0 ? 'after' : 'before' });
    killed.push(`${words} export ${how} ${call}`);
  }
  expect((await runProcess(id)).how).toBe(0);
  expect((await operationOf(walk, id)).status).toBe('succeeded');
  const params = { ...(!isPerson && options.params), operationId: id };
  const headers = options.headers && { headers: options.headers };
  const got = await scene.call(`privacy-get-${isPerson ? '' : 'subscription-'}export-content`, { ...headers, params });
  const manifest = JSON.parse(String((await unzip(got.content)).get('manifest.json'))) as {
    readonly files: readonly { readonly store: string; readonly records: number }[];
  };
  return countsOf(manifest.files.map(({ store, records }) => ({ store, items: records })));
}

const killed: string[] = [];

async function erased(walk: Walk) {
  const id = await begin(walk, 'erase', { identifiers: walk.words === 'person' ? [anna.id] : [email] });
  let minutes = 0;
  const kills = [...walk.kills];
  for (;;) {
    const call = kills.shift();
    const kill = call === undefined ? undefined : ({ call, when: call % 2 === 0 ? 'after' : 'before' } as const);
    const { how } = await runProcess(id, kill);
    killed.push(`${walk.words} erase ${how} ${call ?? 'last'}`);
    const { status, result } = await operationOf(walk, id);
    if (status === 'succeeded') {
      return decodeJwt(String(result.receipt)) as {
        readonly stores: readonly { readonly store: string; readonly items: number }[];
        readonly notErased: readonly { readonly store: string; readonly what: string }[];
      };
    }
    minutes += 1;
    expect(minutes).toBeLessThan(60);
    // The clock alone: what is left to be done is left to the next process.
    stage.app.clock.setOffset(stage.app.clock.offsetMs + minuteMs);
    stage.app.dropCaches();
  }
}

async function lying() {
  const { app, connectionString } = stage;
  const storeAt = new Map(
    app.storage.dataMap.stores.flatMap((store) => physicalNames(store).map((name) => [name, store.name])),
  );
  const found = new Map<string, Set<string>>();
  const looked = [...marks.kept, ...marks.passed, anna.id.slice(-36), email];
  for (const { store, mark } of (await scanStorage(connectionString, looked)).hits) {
    found.set(mark, (found.get(mark) ?? new Set()).add(storeAt.get(store) ?? `undeclared ${store}`));
  }
  return found;
}

it('However often the processes are killed that export and erase somebody in every field, the archive is whole and nothing is left', async () => {
  const before = await lying();
  expect([...marks.kept].filter((text) => !before.has(text))).toEqual([]);
  const kills = [11, 24, 37, 60, 75, 90, 111, 140];
  const walks: readonly Walk[] = [
    { words: 'person', options: { params: { personId } }, kills },
    { words: 'subscription', options: { headers: scene.manager, params: subscription }, kills: kills.slice(0, 5) },
  ];
  const named = new Map<string, string>();
  for (const walk of walks) {
    const asked = walk.words === 'person' ? {} : { body: { identifiers: [email] } };
    const { body } = await scene.call(`privacy-identify-${walk.words}`, { ...walk.options, ...asked });
    const found = countsOf(body.stores);
    expect(await exported(walk)).toEqual(found);
    // One more, of somebody to whom she has written, whose maker dies and has nobody to go on with it.
    const making = await startExport(stage.app, bert.id);
    await runProcess(making, { call: 70, when: 'after' });
    const { stores, notErased } = await erased(walk);
    expect({ ...countsOf(stores), exports: 0 }).toEqual({ ...found, exports: 0 });
    notErased.forEach(({ store, what }) => named.set(store, what));
  }
  for (let passes = 0; passes < 4; passes++) {
    await pass(6);
    await workJobs(stage.app);
  }
  const left = await lying();
  expect(marks.wordsOf(left)).toEqual(namesThatStay);
  expect(marks.wordsOf(left, (_, store) => !named.has(store))).toEqual([]);
  console.log(`Processes ended so: ${killed.join(', ')}.`);
  expect(killed.filter((each) => each.includes('erase SIGKILL')).length).toBeGreaterThan(9);
  expect(killed.filter((each) => each.includes('export SIGKILL')).length).toBeGreaterThan(4);
}, 400_000);
