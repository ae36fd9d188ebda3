// Somebody in every field of every operation, in two geographies with two processes each that keep everything in memory, asked
// in turn: told of, handed out and erased alike at each place, and nothing is left anywhere that no receipt names.
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ComposedApp } from '../../functions/compose.js';
import { physicalNames } from '../../shared/storage/index.js';
import type { Call } from '../answers/scene.js';
import { callOver, type CallOptions } from '../app/call-app.js';
import { composeForReading } from '../house/composed-app.js';
import { scanStorage } from '../scan/scan-storage.js';
import { castOf, type PlantedPerson, plantEveryField } from './plant-every-field.js';
import { namesThatStay, type PlantedPlace } from './plant-management.js';
import { PlantedMarks } from './planted-marks.js';
import { unzip } from './unzip.js';

type Slug = 'europe' | 'germany';
const places: Readonly<Record<Slug, PlantedPlace>> = {
  europe: { subscriptionId: '11111111-2222-3333-4444-555555555555', dataLocation: 'Europe' },
  germany: { subscriptionId: '22222222-2222-3333-4444-555555555555', dataLocation: 'Germany' },
};
const slugs = Object.keys(places) as readonly Slug[];
const marks: Readonly<Record<Slug, PlantedMarks>> = { europe: new PlantedMarks(), germany: new PlantedMarks() };
const emails = slugs.map((slug) => marks[slug].email);

let emulator: Emulator;
let known: ComposedApp;
let manager: Readonly<Record<string, string>>;
beforeAll(async () => {
  [emulator, known] = await Promise.all([
    startEmulator({ ephemeral: true, geographies: slugs, instances: 2 }),
    composeForReading(),
  ]);
  const { authorityHost, tenantId, clientId, clientSecret } = emulator.ready.entra;
  const options = { authorityHost, disableInstanceDiscovery: true, ...emulator.clientOptions };
  const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, options);
  const { token } = await credential.getToken('https://management.azure.com/.default');
  manager = { authorization: `Bearer ${token}` };
}, 120_000);
afterAll(async () => {
  await known?.storage.close();
  await emulator?.dispose();
});

const plain = (address: string) => address.replace(/^https:/, 'http:').replace(/\/$/, '');

/**
 * Operations of a geography, by its two processes in turn; those of management by the first geography, whichever it is for,
 * but for resource groups: these lie where they are put.
 */
function callerAt(slug: Slug): Call {
  const { httpEndpoint, instanceEndpoints, accessKey } = emulator.resources[slugs.indexOf(slug)] as EmulatorResource;
  const origins = [httpEndpoint, ...instanceEndpoints].map(plain);
  expect(origins).toHaveLength(2);
  let turn = 0;
  return async (operation, options = {}) => {
    turn += 1;
    const { management, geographies } = emulator.ready;
    const managing = operation.startsWith('resource-manager-') ? (geographies[slug]?.app ?? '') : management;
    const origin = options.headers === manager ? plain(managing) : origins[turn % origins.length];
    const answer = await callOver(origin ?? '', known, operation, { accessKey, ...options });
    if (answer.status >= 400) {
      throw new Error(`${operation} is refused with ${answer.status}: ${String(answer.content)}`);
    }
    return { ...answer, headers: {} };
  };
}

type Counts = Readonly<Record<string, number>>;
const countsOf = (stores: readonly { readonly store: string; readonly items: number }[]): Counts =>
  Object.fromEntries(stores.filter(({ items }) => items > 0).map(({ store, items }) => [store, items]));

/** At a resource by person, or at management by identifiers. */
interface Walk {
  readonly words: 'person' | 'subscription';
  readonly call: Call;
  readonly options: CallOptions;
}

async function finish({ call, words, options }: Walk, operationId: string) {
  for (let rounds = 0; rounds < 60; rounds++) {
    const params = { ...(words === 'subscription' && options.params), operationId };
    const headers = options.headers && { headers: options.headers };
    const name = `privacy-get-${words === 'person' ? '' : 'subscription-'}operation`;
    const { body } = await call(name, { ...headers, params });
    if (body.status === 'succeeded') {
      return body.result;
    }
    expect(body.status).toBe('running');
    await emulator.clock.advance('PT2M');
  }
  throw new Error('It does not end.');
}

async function begin({ call, words, options }: Walk, action: 'export' | 'erase', body: object): Promise<string> {
  const started = await call(`privacy-${action}-${words}`, {
    ...options,
    body: { ...(options.body as object), ...body },
  });
  return String(started.body.id);
}

async function exported(walk: Walk): Promise<Counts> {
  const { call, words, options } = walk;
  const isPerson = words === 'person';
  const id = await begin({ ...walk, options: { ...options, body: isPerson ? {} : options.body } }, 'export', {});
  await finish(walk, id);
  const params = { ...(!isPerson && options.params), operationId: id };
  const headers = options.headers && { headers: options.headers };
  const got = await call(`privacy-get-${isPerson ? '' : 'subscription-'}export-content`, { ...headers, params });
  const manifest = JSON.parse(String((await unzip(got.content)).get('manifest.json'))) as {
    readonly files: readonly { readonly store: string; readonly records: number }[];
  };
  return countsOf(manifest.files.map(({ store, records }) => ({ store, items: records })));
}

/** Stores of a geography in which marks lie. */
async function lyingIn(slug: Slug, looked: readonly string[]) {
  const storeAt = new Map(
    known.storage.dataMap.stores.flatMap((store) => physicalNames(store).map((name) => [name, store.name])),
  );
  const found = new Map<string, Set<string>>();
  for (const { store, mark } of (await scanStorage(emulator.ready.geographies[slug]?.storage ?? '', looked)).hits) {
    found.set(mark, (found.get(mark) ?? new Set()).add(storeAt.get(store) ?? `undeclared ${store}`));
  }
  return found;
}

/** What the broker of a geography, which has no storage account, holds of events that the topic has taken. */
async function toldAt(slug: Slug): Promise<string> {
  const resource = emulator.resources[slugs.indexOf(slug)]?.name;
  return JSON.stringify(await emulator.stage('events', 'list', { limit: 10_000 }, { geography: slug, resource }));
}

async function plantAt(slug: Slug): Promise<PlantedPerson & { readonly call: Call }> {
  const call = callerAt(slug);
  const newUser = async () => {
    const { body } = await call('identity-create', { body: { createTokenWithScopes: ['chat'] } });
    return { id: String(body.identity.id), token: String(body.accessToken.token) };
  };
  const makeArchive = async (rawId: string) => {
    const { body } = await call('privacy-export', { body: { identifiers: [rawId], includeReceived: true } });
    await finish({ call, words: 'person', options: {} }, String(body.id));
    return String(body.id);
  };
  const passDays = (days: number) => emulator.clock.advance(`P${days}D`).then(() => undefined);
  const world = { call, newUser, manager, place: places[slug], passDays, makeArchive };
  return { call, ...(await plantEveryField(world, marks[slug], await castOf(world))) };
}

it('Somebody in two geographies, each with two processes and nothing on disk, is told of, handed out and erased alike, and nothing is left', async () => {
  // Time passes for both, so one after the other.
  const planted = { germany: await plantAt('germany'), europe: await plantAt('europe') };
  const named = new Map<string, string>();
  for (const slug of slugs) {
    const own = await lyingIn(slug, [...marks[slug].kept, ...marks[slug].passed]);
    expect([...marks[slug].passed].filter((text) => own.has(text))).toEqual([]);
    // What Germany had expired or deleted is gone by the time that Europe is planted.
    expect(slug === 'europe' ? [...marks[slug].kept].filter((text) => !own.has(text)) : []).toEqual([]);
    expect(own.size).toBeGreaterThan(60);
    const told = await toldAt(slug);
    expect([...marks[slug].kept].some((text) => told.includes(text))).toBe(true);
    const other = slug === 'europe' ? 'germany' : 'europe';
    expect((await lyingIn(other, [...marks[slug].kept])).size).toBe(0);
    expect(emulator.ready.geographies[slug]?.dataFolder).toBe('');
  }
  // What she deleted herself goes, so that it is counted by nobody.
  await emulator.clock.advance('PT6M');
  const making: string[] = [];
  for (const slug of slugs) {
    const { call, anna, bert, personId } = planted[slug];
    const identifiers = [anna.id, ...emails];
    const location = { subscriptionId: places[slug].subscriptionId, location: slug };
    const walks: readonly Walk[] = [
      { words: 'person', call, options: { params: { personId }, body: { identifiers } } },
      { words: 'subscription', call, options: { headers: manager, params: location, body: { identifiers: emails } } },
    ];
    for (const walk of walks) {
      const whom = walk.words === 'person' ? { params: { personId } } : walk.options;
      const found = countsOf((await call(`privacy-identify-${walk.words}`, whom)).body.stores);
      expect(Object.keys(found).length).toBeGreaterThan(1);
      expect(await exported(walk)).toEqual(found);
      if (walk.words === 'person') {
        const { body } = await call('privacy-export', { body: { identifiers: [bert.id], includeReceived: true } });
        making.push(String(body.id));
      }
      const { receipt } = await finish(walk, await begin(walk, 'erase', {}));
      const { stores, notErased } = decodeJwt(String(receipt)) as {
        readonly stores: readonly { readonly store: string; readonly items: number }[];
        readonly notErased: readonly { readonly store: string; readonly what: string }[];
      };
      // With the archives of now.
      expect({ ...countsOf(stores), exports: 0 }).toEqual({ ...found, exports: 0 });
      notErased.forEach(({ store, what }) => named.set(store, what));
    }
  }
  expect(making).toHaveLength(2);
  for (let passes = 0; passes < 3; passes++) {
    await emulator.clock.advance('PT6M');
  }
  for (const slug of slugs) {
    const { anna } = planted[slug];
    const looked = [...marks[slug].kept, ...marks[slug].passed, anna.id.slice(-36), ...emails];
    const left = await lyingIn(slug, looked);
    expect(marks[slug].wordsOf(left)).toEqual(namesThatStay);
    expect(marks[slug].wordsOf(left, (_, store) => !named.has(store))).toEqual([]);
    const told = await toldAt(slug);
    expect(looked.filter((text) => told.includes(text))).toEqual([]);
  }
}, 400_000);
