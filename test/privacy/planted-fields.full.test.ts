// Somebody is planted in every field of every operation that can hold words, through the operations, in every role; then
// found, handed out and erased, and looked for byte by byte. A field that nobody plants, or gives a reason for, fails it.
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Call, openStage, type Scene, type Stage } from '../answers/scene.js';
import type { CallOptions, TestUser } from '../app/call-app.js';
import { callAt, newUserAt } from '../management/resource-calls.js';
import { scanStorage } from '../scan/scan-storage.js';
import { physicalNames, type StorageCall } from '../../shared/storage/index.js';
import { keptExports, pausedWorker, startExport, workJobs } from './composed-app.js';
import { castOf, plantEveryField, plantInSample } from './plant-every-field.js';
import { plantGatewayMail } from './plant-gateway-mail.js';
import { plantMail } from './plant-mail.js';
import { plantTexts } from './plant-texts.js';
import { namesThatStay } from './plant-management.js';
import { markForm, PlantedMarks } from './planted-marks.js';
import { nameOf } from './text-fields.js';
import { ToldCalls } from './told-calls.js';
import { unzip } from './unzip.js';
import { wordlessFields } from './wordless-fields.js';

const dayMs = 86_400_000;
const inSubscription = { subscriptionId: '11111111-2222-3333-4444-555555555555', location: 'europe' };
const marks = new PlantedMarks();
const { email } = marks;

let stage: Stage;
let scene: Scene;
let told: ToldCalls;
let anna: TestUser;
let bert: TestUser;
let personId: string;
let elsewhere: Elsewhere;

beforeAll(async () => {
  stage = await openStage();
  scene = stage.scene();
}, 60_000);
afterAll(() => stage?.close());

const call: Call = async (operation, options = {}) => {
  const answer = await scene.call(operation, options);
  told.note(operation, options);
  return answer;
};

const asCarrier = async (operation: string, body: object) => {
  const answer = await scene.call(operation, scene.asCarrier(body));
  told.note(operation, { body });
  return answer;
};

const asGateway = async (operation: string, body: object) => {
  const answer = await scene.call(operation, scene.asGateway(body));
  told.note(operation, { body });
  return answer;
};

async function plant(): Promise<void> {
  const { app } = stage;
  const cast = await castOf(scene);
  told = new ToldCalls(app.operations, (text) => markForm.test(text) || text.includes(String(cast[0]?.id)));
  const world = {
    call,
    newUser: () => scene.newUser(),
    manager: scene.manager,
    place: { subscriptionId: inSubscription.subscriptionId, dataLocation: 'Europe' },
    passDays: async (days: number) => {
      app.clock.setOffset(app.clock.offsetMs + days * dayMs);
      app.dropCaches();
      await app.sweep();
    },
    makeArchive: async (rawId: string) => {
      const id = await startExport(app, rawId);
      await app.jobs.work(id);
      return id;
    },
  };
  ({ anna, bert, personId } = await plantEveryField(world, marks, cast));
  await app.seed();
  const { mailSender = '' } = await app.defaultResource();
  await plantMail(call, marks, mailSender);
  await plantGatewayMail({ app, call, asGateway }, marks);
  await plantTexts({ call, asCarrier }, marks);
  await plantInSample(call, marks, anna);
  elsewhere = await plantElsewhere();
}

/** A resource that nobody has linked her to. */
interface Elsewhere {
  erase(): Promise<void>;
}

async function plantElsewhere(): Promise<Elsewhere> {
  const { app } = stage;
  const params = { ...inSubscription, resourceGroupName: 'group', communicationServiceName: 'elsewhere' };
  const headers = scene.manager;
  const body = { location: 'global', properties: { dataLocation: 'Europe' } };
  const { properties } = (await scene.call('management-put-service', { headers, params, body })).body;
  const { primaryKey } = (await scene.call('management-list-keys', { headers, params })).body;
  const target = { host: String(properties.hostName), key: String(primaryKey) };
  const user = await newUserAt(app, target);
  const topic = { token: user.token, body: { topic: marks.mark('topic elsewhere') } };
  expect((await callAt(app, target, 'chat-create-thread', topic)).status).toBe(201);
  return {
    erase: async () => {
      const asked = { body: { identifiers: [user.id, email] } };
      const { body: found } = await callAt(app, target, 'privacy-identify', asked);
      const counts = countsOf((found as { stores: { store: string; items: number }[] }).stores);
      expect(counts).toEqual({ chatthreads: 3, chatuserindex: 1, identities: 1 });
      expect((await callAt(app, target, 'privacy-erase', asked)).status).toBe(202);
    },
  };
}

/** Of Bert, with all that she sent him: another process has read it, and is about to write. */
async function archiveInTheMaking() {
  const id = await startExport(stage.app, bert.id);
  const isWriting = ({ store, kind }: StorageCall) => store === 'exports' && kind === 'blob-write';
  const worker = await pausedWorker(stage.app, stage.connectionString, id, (_number, each) => isWriting(each));
  return {
    endWithNothing: async () => {
      await worker.finish();
      const kept = await keptExports(stage.app);
      expect(kept.filter((each) => each.includes(id) && each.endsWith('.zip'))).toEqual([]);
    },
  };
}

/** By identifiers, which changes nothing. */
async function askAboutHer(): Promise<void> {
  const body = { identifiers: [anna.id] };
  await call('privacy-identify', { body });
  await call('privacy-export', { body });
  await call('privacy-erase', { body: { ...body, dryRun: true } });
  await workJobs(stage.app);
}

/** Stores in which each mark lies. */
async function lying(): Promise<Map<string, Set<string>>> {
  const { app, connectionString } = stage;
  const storeAt = new Map(
    app.storage.dataMap.stores.flatMap((store) => physicalNames(store).map((name) => [name, store.name])),
  );
  const found = new Map<string, Set<string>>();
  const looked = [...marks.kept, ...marks.passed, anna.id.slice(-36), email];
  for (const { store, mark: text } of (await scanStorage(connectionString, looked)).hits) {
    const stores = found.get(text) ?? new Set();
    found.set(text, stores.add(storeAt.get(store) ?? `undeclared ${store}`));
  }
  return found;
}

type Counts = Readonly<Record<string, number>>;

const countsOf = (stores: readonly { readonly store: string; readonly items: number }[]): Counts =>
  Object.fromEntries(stores.filter(({ items }) => items > 0).map(({ store, items }) => [store, items]));

/** By person at the resource, or by identifiers of all that the subscription has. */
interface Walk {
  readonly words: 'person' | 'subscription';
  readonly options: CallOptions;
  readonly operation: (id: string) => CallOptions;
}

async function finish({ words, operation }: Walk, id: string) {
  for (let rounds = 0; rounds < 20; rounds++) {
    await workJobs(stage.app);
    await stage.app.jobs.work(id);
    const { body } = await call(`privacy-get-${words === 'person' ? '' : 'subscription-'}operation`, operation(id));
    if (body.status === 'succeeded') {
      return body;
    }
    stage.app.clock.setOffset(stage.app.clock.offsetMs + 2 * 60_000);
  }
  throw new Error('It does not end.');
}

async function exported(walk: Walk, includeReceived: boolean) {
  const { options, words } = walk;
  const asked = { ...(words === 'subscription' && { identifiers: [email] }), includeReceived };
  const { body } = await call(`privacy-export-${words}`, { ...options, body: asked });
  const id = String(body.id);
  await finish(walk, id);
  const get = `privacy-get-${walk.words === 'person' ? '' : 'subscription-'}export-content`;
  const files = await unzip((await call(get, walk.operation(id))).content);
  const manifest = JSON.parse(String(files.get('manifest.json'))) as {
    readonly files: readonly { readonly store: string; readonly records: number }[];
  };
  const stores = manifest.files.map(({ store, records }) => ({ store, items: records }));
  return { counts: countsOf(stores), text: [...files].map(([name, text]) => `${name} ${text}`).join('\n') };
}

async function erased(walk: Walk) {
  const { body } = await call(`privacy-erase-${walk.words}`, walk.options);
  const { result } = await finish(walk, String(body.id));
  const { stores, notErased } = decodeJwt(String(result.receipt)) as {
    readonly stores: readonly { readonly store: string; readonly items: number }[];
    readonly notErased: readonly { readonly store: string; readonly what: string }[];
  };
  return { counts: countsOf(stores), notErased };
}

it('Somebody in every field of every operation is told of, handed out and erased alike, and nothing is left that no receipt names', async () => {
  const { app } = stage;
  await plant();
  const before = await lying();
  expect([...marks.kept].filter((text) => !before.has(text))).toEqual([]);
  expect([...marks.passed].filter((text) => before.has(text))).toEqual([]);

  const person: Walk = {
    words: 'person',
    options: { params: { personId }, body: { identifiers: [anna.id] } },
    operation: (operationId) => ({ params: { operationId } }),
  };
  const subscription: Walk = {
    words: 'subscription',
    options: { headers: scene.manager, params: inSubscription, body: { identifiers: [email] } },
    operation: (operationId) => ({ headers: scene.manager, params: { ...inSubscription, operationId } }),
  };
  const notHandedOut = {
    // By what calls are routed is not hers.
    person: ['pattern', 'route', 'said-in-what-was-deleted', 'topic-elsewhere', 'trunk'],
    // Names of what is not hers.
    subscription: ['changed-domain', 'domain', 'entry', 'list', 'region', 'sender'],
  };
  const held = new Set<string>();
  const named = new Map<string, string>();
  await askAboutHer();
  for (const walk of [person, subscription]) {
    const found = countsOf((await call(`privacy-identify-${walk.words}`, walk.options)).body.stores);
    const archive = await exported(walk, false);
    expect(archive.counts).toEqual(found);
    const { text } = await exported(walk, true);
    const isMissing = (words: string, store: string) => store in found && !text.includes(words);
    expect(marks.wordsOf(before, isMissing)).toEqual(notHandedOut[walk.words]);
    const making = walk === person ? await archiveInTheMaking() : undefined;
    const { counts, notErased } = await erased(walk);
    await making?.endWithNothing();
    // With the archives of now.
    expect({ ...counts, exports: 0 }).toEqual({ ...found, exports: 0 });
    Object.keys(found).forEach((store) => held.add(store));
    notErased.forEach(({ store, what }) => named.set(store, what));
  }
  // No more and no less than where she was planted; what became of a mail to her is found by a keyed hash.
  const planted = new Set([...before.values()].flatMap((stores) => [...stores]).concat('sentmails'));
  expect([...held].sort()).toEqual([...planted].sort());
  await elsewhere.erase();
  for (let pass = 0; pass < 4; pass++) {
    app.clock.setOffset(app.clock.offsetMs + 6 * 60_000);
    app.dropCaches();
    await app.sweep();
    await workJobs(app);
  }
  const left = await lying();
  expect(marks.wordsOf(left)).toEqual(namesThatStay);
  expect(marks.wordsOf(left, (_, store) => !named.has(store))).toEqual([]);
  expect(named.get('suppressedaddresses')).toContain('The id of an entry');

  const untold = told.fields.filter((field) => !told.has(field)).map(nameOf);
  expect(untold.filter((name) => !wordlessFields.some(([fields]) => fields.test(name)))).toEqual([]);
  const unused = wordlessFields.filter(([fields]) => !untold.some((name) => fields.test(name)));
  expect(unused).toEqual([]);
}, 60_000);
