// Suppression lists as Azure Resource Manager has them, where they meet who is suppressed.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isSuppressed, suppressedAddresses } from '../../shared/email/index.js';
import { servicePath, startWorld, type TestWorld } from '../management/two-geographies.js';
import { resources } from '../../shared/resources/index.js';
import type { Columns } from '../../shared/storage/index.js';
import { addressesOf, writeOldAddresses } from './email-app.js';
import { readStored } from './stored-suppressions.js';

let world: TestWorld;
beforeAll(async () => {
  world = await startWorld(['europe']);
}, 60_000);
afterAll(() => world?.stop());

const name = 'example.com';

/** An email resource with a domain and two lists. */
async function make(service: string) {
  const path = servicePath(service).replace('communicationServices', 'emailServices');
  const call = (method: string, below: string, properties?: object) =>
    world.call('europe', method, `${path}${below}`, properties && { location: 'global', properties });
  await call('PUT', '', { dataLocation: 'Europe' });
  const domain = `/domains/${name}`;
  await call('PUT', domain, { domainManagement: 'CustomerManaged' });
  const lists = `${domain}/suppressionLists`;
  for (const list of ['one', 'two']) {
    await call('PUT', `${lists}/${list}`, { listName: list });
  }
  const { storage, clock } = world.apps.europe;
  let resourceId = '';
  for await (const row of storage.table(resources).rows<Columns>({ partition: 'emailservice' })) {
    resourceId = row['armName'] === service ? String(row['immutableId']) : resourceId;
  }
  const suppressed = (email: string) =>
    isSuppressed({ addresses: addressesOf(world.apps.europe), clock }, { resourceId, domain: name }, email);
  const address = (list: string, id: string) => `${lists}/${list}/suppressionListAddresses/${id}`;
  return { resourceId, domain, lists, call, address, suppressed };
}

describe('An address that is put on a list', () => {
  it('gets no mail until it, its list or its domain is deleted', async () => {
    const { call, address, lists, domain, suppressed, resourceId } = await make('owner');
    expect((await call('PUT', address('one', 'Anna'), { email: 'anna@example.com' })).status).toBe(201);
    expect((await call('PUT', address('one', 'anna'), { email: 'Anna@example.com', notes: 'again' })).status).toBe(200);
    await call('PUT', address('one', 'bert'), { email: 'bert@example.com' });
    await call('PUT', address('two', 'bert'), { email: 'bert@example.com' });
    const { body } = await call('GET', address('one', 'ANNA'));
    expect(body).toMatchObject({ name: 'Anna', properties: { email: 'Anna@example.com', notes: 'again' } });
    expect(await suppressed('anna@example.com')).toBe(true);
    expect((await call('DELETE', address('one', 'anna'))).status).toBe(200);
    expect((await call('DELETE', address('one', 'anna'))).status).toBe(204);
    expect(await suppressed('anna@example.com')).toBe(false);
    await call('DELETE', `${lists}/one`);
    expect(await suppressed('bert@example.com')).toBe(true);
    await call('DELETE', domain);
    expect(await suppressed('bert@example.com')).toBe(false);
    expect(await readStored(world.apps.europe.storage, resourceId)).toEqual({ entries: {}, heads: [], old: 0 });
  });

  it('is listed with those that an older version wrote, in pages of a hundred in the order of their names', async () => {
    const { call, address, resourceId } = await make('paged');
    const { storage, clock } = world.apps.europe;
    const ids = Array.from({ length: 101 }, (_, n) => `id-${String(n).padStart(3, '0')}`);
    const old = ids.slice(1).map((id) => ({ domain: name, list: 'one', id, email: `${id}@example.com` }));
    await writeOldAddresses(storage, resourceId, old, clock.now());
    await call('PUT', address('one', 'id-000'), { email: 'id-000@example.com' });
    const first = await call('GET', address('one', '').slice(0, -1));
    const second = await call(
      'GET',
      String(first.body['nextLink']).slice(String(first.body['nextLink']).indexOf('/domains')),
    );
    const names = [first, second].flatMap(({ body }) => (body['value'] as { name: string }[]).map((each) => each.name));
    expect(names).toEqual(ids);
    expect(second.body['nextLink']).toBeUndefined();
  });

  it('is not left behind, suppressed and unseen, when its list is deleted at the same moment', async () => {
    const { call, address, lists, suppressed, resourceId } = await make('race');
    const addresses = addressesOf(world.apps.europe);
    const put = addresses.put.bind(addresses);
    // The list goes after it was found, and before the address is written.
    addresses.put = async (...input) => {
      expect((await call('DELETE', `${lists}/one`)).status).toBe(200);
      await put(...input);
    };
    const answer = await call('PUT', address('one', 'anna'), { email: 'anna@example.com' });
    addresses.put = put;
    expect(answer).toMatchObject({ status: 404, body: { code: 'ParentResourceNotFound' } });
    expect(await suppressed('anna@example.com')).toBe(false);
    expect(await readStored(world.apps.europe.storage, resourceId)).toEqual({ entries: {}, heads: [], old: 0 });
  });

  it('goes with its email resource, hash and all', async () => {
    const { call, address, resourceId } = await make('gone');
    await call('PUT', address('one', 'anna'), { email: 'anna@example.com' });
    const store = world.apps.europe.stores.find((each) => each.store.name === suppressedAddresses.name);
    const { clock, storage } = world.apps.europe;
    await store?.eraseResource({ resourceId, now: clock.now(), realNow: clock.realNow() });
    expect((await storage.table(suppressedAddresses).query({ partition: resourceId })).rows).toEqual([]);
  });
});
