// The directory as a store of data: whose a number is, what becomes of it with its resource and with a person, the number of
// the emulator, and how often may be searched with ACS's figures.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PhoneNumbersCapability } from '../../functions/phone-numbers/capability.js';
import type { PersonalIdentifier } from '../../shared/data-map/index.js';
import { geographySlugs } from '../../shared/geography/index.js';
import { callApp } from '../app/call-app.js';
import { startGeography, type TestGeography, type TestProcess } from '../app/composed-app.js';
import { callAt } from '../management/resource-calls.js';
import { servicePath, startWorld, type TestWorld, workJobs } from '../management/two-geographies.js';
import { scanStorage } from '../scan/scan-storage.js';
import { begunBy, bought, owned, pass, rowsOf, search, tollFree } from './number-app.js';

const minuteMs = 60_000;

describe('A resource that is deleted', () => {
  let world: TestWorld;
  beforeAll(async () => {
    world = await startWorld(['europe']);
  }, 60_000);
  afterAll(() => world?.stop());

  it('gives back what it has, what it holds and what it has reserved; another keeps its own', async () => {
    const app = world.apps.europe;
    const make = async (name: string) => {
      const body = { location: 'global', properties: { dataLocation: 'Europe' } };
      const { body: made } = await world.call('europe', 'PUT', servicePath(name), body);
      const { body: keys } = await world.call('europe', 'POST', `${servicePath(name)}/listKeys`);
      return { host: String(made.properties?.['hostName']), key: String(keys['primaryKey']) };
    };
    const [gone, kept] = [await make('gone'), await make('kept')];
    const params = { countryCode: 'US' };
    const searched = async (target: typeof gone) => {
      const before = new Set(await rows());
      await callAt(app, target, 'phone-numbers-search', { params, body: { ...tollFree, quantity: 2 } });
      await workJobs(app);
      return (await rows()).filter((row) => !before.has(row));
    };
    const rows = async () => (await rowsOf({ app } as TestProcess)).items.filter((row) => row.startsWith('search~'));
    const own = async (target: typeof gone) =>
      (
        (await callAt(app, target, 'phone-numbers-list', {})).body as { phoneNumbers: { phoneNumber: string }[] }
      ).phoneNumbers.map(({ phoneNumber }) => phoneNumber);
    for (const target of [gone, kept]) {
      const [row = ''] = await searched(target);
      const body = { searchId: row.slice('search~'.length) };
      expect((await callAt(app, target, 'phone-numbers-purchase', { body })).status).toBe(202);
      await workJobs(app);
      expect(await own(target)).toHaveLength(2);
    }
    await searched(gone);
    const [first = ''] = await own(kept);
    const free = ['844', '855'].map((code) => `1${code}${first.slice(5)}`);
    const { phoneNumberType, assignmentType, capabilities } = tollFree;
    const wanted = { countryCode: 'US', phoneNumberType, assignmentType, capabilities };
    await callAt(app, gone, 'phone-numbers-put-reservation', {
      params: { reservationId: randomUUID() },
      body: { phoneNumbers: Object.fromEntries(free.map((number) => [number, wanted])) },
    });
    const trunks = { 'gone.sbc.example.com': { sipSignalingPort: 5061 } };
    expect((await callAt(app, gone, 'sip-update-routing', { body: { trunks } })).status).toBe(200);
    const before = (await rowsOf({ app } as TestProcess)).claims;
    expect(before.length).toBeGreaterThanOrEqual(6);

    expect((await world.call('europe', 'DELETE', servicePath('gone'))).status).toBe(202);
    await workJobs(app);
    app.clock.setOffset(2 * minuteMs);
    await app.sweep();
    await workJobs(app);
    const keptNumbers = await own(kept);
    expect(keptNumbers).toHaveLength(2);
    const left = await rowsOf({ app } as TestProcess);
    expect(left.claims.toSorted()).toEqual(keptNumbers.map((number) => number.slice(1)).toSorted());
    expect(left.items.toSorted()).toEqual(keptNumbers.map((number) => `number~${number.slice(1)}`).toSorted());
    expect((await scanStorage(world.storageOf('europe'), ['gone.sbc.example.com'])).hits).toEqual([]);
  }, 60_000);
});

describe('The directory', () => {
  let geography: TestGeography;
  let here: TestProcess;
  beforeAll(async () => {
    geography = await startGeography();
    here = await geography.start();
  });
  afterAll(() => geography?.stop());

  const numbers = () =>
    (here.app.capabilities.find(({ name }) => name === 'phone-numbers') as PhoneNumbersCapability).numbers;

  it('says whose a number is, once it is owned', async () => {
    const { immutableId } = await here.app.defaultResource();
    const held = await search(here);
    await workJobs(here.app);
    const { body } = await here.call<{ phoneNumbers: string[] }>('phone-numbers-get-search', {
      params: { searchId: held.id },
    });
    const [number = ''] = body.phoneNumbers;
    expect(await numbers().ownerOf(number)).toBeUndefined();
    expect(await numbers().find(immutableId, number)).toBeUndefined();
    begunBy(await here.call('phone-numbers-purchase', { body: { searchId: held.id } }));
    await workJobs(here.app);
    const expected = {
      phoneNumber: number,
      phoneNumberType: 'tollFree',
      capabilities: tollFree.capabilities,
      resourceId: immutableId,
    };
    expect(await numbers().ownerOf(number)).toEqual(expected);
    const before = here.app.counter.snapshot();
    expect(await numbers().find(immutableId, number)).toEqual(expected);
    expect(Object.values(here.app.counter.since(before)).reduce((sum, count) => sum + Number(count), 0)).toBe(1);
    expect(await numbers().find(randomUUID(), number)).toBeUndefined();
    for (const none of ['', 'x', '+1', '+99999999999999999', '+1833555010a']) {
      expect(await numbers().ownerOf(none)).toBeUndefined();
    }
  });

  it('has a number from the start, once for ever', async () => {
    await here.app.seed();
    const { phoneNumber } = await here.app.defaultResource();
    expect(await owned(here)).toContain(phoneNumber);
    await here.app.seed();
    begunBy(await here.call('phone-numbers-release', { params: { phoneNumber } }));
    await workJobs(here.app);
    await here.app.seed();
    expect(await owned(here)).not.toContain(phoneNumber);
  });

  it('tells a person of a number of the resource, leaves it to an erasure, and says how it goes', async () => {
    const [phoneNumber = ''] = await bought(here);
    const { immutableId } = await here.app.defaultResource();
    const identifier: PersonalIdentifier = { kind: 'phoneNumber', e164: phoneNumber };
    const walk = { resourceId: immutableId, now: here.app.clock.now(), realNow: here.app.clock.realNow() };
    const store = here.app.stores.find((each) => each.store.name === 'phonenumbers');
    expect(await store?.locate(identifier, walk)).toMatchObject({ items: 1, notErased: 1 });
    expect(await store?.erase(identifier, walk)).toEqual({ erased: 0 });
    expect(await store?.remains(identifier, walk)).toMatchObject({
      what: 'A phone number of the resource itself',
      why: expect.stringContaining('DELETE /phoneNumbers/{phoneNumber}'),
    });
    const elsewhere = { ...walk, resourceId: randomUUID() };
    expect(await store?.locate(identifier, elsewhere)).toEqual({ items: 0 });
    const { body } = await callApp(here.app, 'privacy-identify', { body: { identifiers: [`4:${phoneNumber}`] } });
    expect(body.stores).toContainEqual(expect.objectContaining({ store: 'phonenumbers', items: 1 }));
    const plan = { identifiers: [`4:${phoneNumber}`], dryRun: true };
    const planned = await callApp(here.app, 'privacy-erase', { body: plan });
    expect(JSON.stringify(planned.body.notErased)).toContain('Release it through the phone numbers API');
    expect(await owned(here)).toContain(phoneNumber);
  });

  it('forgets a number in a reservation that is over with the person whose it is now', async () => {
    const reservationId = randomUUID();
    const { capabilities, phoneNumberType, assignmentType } = tollFree;
    const wanted = { countryCode: 'US', phoneNumberType, assignmentType, capabilities };
    // One of the geography's, each of which has every n-th, that no test before has bought or holds: a search draws.
    const taken = new Set((await rowsOf(here)).claims);
    const own = Array.from({ length: 10 }, (_, at) => String(18_665_550_105 + at * geographySlugs.length));
    const [id = ''] = own.filter((each) => !taken.has(each));
    const params = { reservationId };
    await here.call('phone-numbers-put-reservation', { params, body: { phoneNumbers: { [id]: wanted } } });
    const { immutableId } = await here.app.defaultResource();
    const identifier: PersonalIdentifier = { kind: 'phoneNumber', e164: `+${id}` };
    const walk = () => ({ resourceId: immutableId, now: here.app.clock.now(), realNow: here.app.clock.realNow() });
    const store = here.app.stores.find((each) => each.store.name === 'numberitems');
    const held = here.app.stores.find((each) => each.store.name === 'phonenumbers');
    expect(await store?.locate(identifier, walk())).toEqual({ items: 0 });
    expect(await held?.locate(identifier, walk())).toMatchObject({ items: 1, keptUntil: expect.any(Number) });
    await pass(here, 16 * minuteMs);
    expect(await held?.locate(identifier, walk())).toEqual({ items: 0 });
    expect(await store?.locate(identifier, walk())).toMatchObject({ items: 1 });
    expect(await store?.erase(identifier, walk())).toEqual({ erased: 1 });
    expect(await store?.locate(identifier, walk())).toEqual({ items: 0 });
    expect((await scanStorage(geography.connectionString, [id])).hits).toEqual([]);
  });

  it('takes words about a person out of routes, and tells of what calls depend on', async () => {
    const routes = [
      { name: 'Anna', description: 'To Anna Berger, +43 664 1234567', numberPattern: '^\\+436641234567$', trunks: [] },
      { name: 'others', description: 'All others', numberPattern: '.*', trunks: [] },
    ];
    await here.call('sip-update-routing', { body: { routes } });
    const { immutableId } = await here.app.defaultResource();
    const walk = { resourceId: immutableId, now: here.app.clock.now(), realNow: here.app.clock.realNow() };
    const store = here.app.stores.find((each) => each.store.name === 'numberitems');
    const anna: PersonalIdentifier = { kind: 'phoneNumber', e164: '+436641234567' };
    expect(await store?.locate(anna, walk)).toMatchObject({ items: 2, notErased: 1 });
    const exported = [];
    const options = { includesReceived: false, readsFrom: async () => undefined };
    for await (const { record } of store?.exportItems(anna, walk, options) ?? []) {
      exported.push(record);
    }
    expect(exported).toEqual([{ description: routes[0]?.description }, { name: routes[0]?.numberPattern }]);
    expect(await store?.erase(anna, walk)).toEqual({ erased: 1 });
    expect(await store?.remains(anna, walk)).toMatchObject({ why: expect.stringContaining('PATCH /sip') });
    const { body } = await here.call<{ routes: unknown[] }>('sip-get-routing');
    const [{ description: _, ...first }, other] = routes as [(typeof routes)[0], (typeof routes)[0]];
    expect(body.routes).toEqual([first, other]);
  });

  it('is searched as often as with ACS, and no more', async () => {
    here.app.setLimits('acs');
    const asked: { status: number; headers: Readonly<Record<string, string>> }[] = [];
    for (let n = 0; n < 6; n++) {
      asked.push(await here.call('phone-numbers-search', { params: { countryCode: 'US' }, body: tollFree }));
    }
    expect(asked.map(({ status }) => status)).toEqual([202, 202, 202, 202, 202, 429]);
    expect(Number(asked.at(-1)?.headers['retry-after'])).toBeGreaterThan(6 * 24 * 3_600);
    here.app.setLimits('open');
    await workJobs(here.app);
  });

  it.each<[string, object]>([
    ['phone-numbers-browse', { params: { countryCode: 'US' }, body: { phoneNumberType: 'tollFree' } }],
    ['phone-numbers-put-reservation', { params: { reservationId: randomUUID() }, body: { phoneNumbers: {} } }],
  ])(
    'is called by the minute as often as somebody needs who chooses numbers, and no more: %s',
    async (name, options) => {
      here.app.setLimits('acs');
      const statuses: number[] = [];
      for (let n = 0; n < 61; n++) {
        statuses.push((await here.call(name, options)).status);
      }
      here.app.setLimits('open');
      expect(statuses.indexOf(429)).toBe(60);
    },
  );

  it.each(['en-US-GB', 'en-aaaaa-aaaaa', 'abc-12345678-12', 'de-DE-DE, *;q=0.5', 'x-own', '-'])(
    'names its countries in English to whoever asks for "%s", which is no language',
    async (language) => {
      const { status, body } = await here.call<{ countries: { countryCode: string; localizedName: string }[] }>(
        'phone-numbers-list-countries',
        { headers: { 'accept-language': language } },
      );
      expect(status).toBe(200);
      expect(body.countries.find(({ countryCode }) => countryCode === 'DE')?.localizedName).toBe('Germany');
    },
  );

  it('names its countries in the first language that is one', async () => {
    const { body } = await here.call<{ countries: { countryCode: string; localizedName: string }[] }>(
      'phone-numbers-list-countries',
      { headers: { 'accept-language': 'en-US-GB, de-DE-1996;q=0.8, fr' } },
    );
    expect(body.countries.find(({ countryCode }) => countryCode === 'DE')?.localizedName).toBe('Deutschland');
  });
});
