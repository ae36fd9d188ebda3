// Names, locations and absence in Azure Resource Manager: what counts as the same, and what a PUT or a PATCH leaves.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servicePath, startWorld, type TestWorld } from './two-geographies.js';

let world: TestWorld;

beforeAll(async () => {
  world = await startWorld(['europe', 'unitedstates']);
}, 60_000);
afterAll(() => world?.stop());

const emailPath = (name: string) => servicePath(name).replace('communicationServices', 'emailServices');

describe('A data location', () => {
  it.each(['unitedstates', 'UnitedStates', 'united states', 'UNITED STATES'])(
    'may be written %s',
    async (dataLocation) => {
      const name = `location-${Buffer.from(dataLocation).toString('hex')}`;
      const made = await world.call('europe', 'PUT', servicePath(name), {
        location: 'global',
        properties: { dataLocation },
      });
      expect(made).toMatchObject({ status: 201, body: { properties: { dataLocation: 'United States' } } });
    },
  );
});

describe('Tags', () => {
  it('whose names differ only in case are one, with the later value', async () => {
    const made = await world.call('europe', 'PUT', servicePath('tagged'), {
      location: 'global',
      tags: { Env: 'one', team: 'a', env: 'two' },
      properties: { dataLocation: 'Europe' },
    });
    expect(made.body['tags']).toEqual({ Env: 'two', team: 'a' });
  });

  it.each([servicePath('lost-tag'), emailPath('lost-tag')])(
    'with a name that cannot be kept are refused, not lost: %s',
    async (path) => {
      const tags = JSON.parse('{"__proto__":"lost","a":"kept"}') as Record<string, string>;
      const body = { location: 'global', tags, properties: { dataLocation: 'Europe' } };
      await expect(world.call('europe', 'PUT', path, body)).rejects.toThrow('The name __proto__ cannot be kept.');
      expect(await world.call('europe', 'GET', path)).toMatchObject({ status: 404 });
    },
  );

  it.each([servicePath('null-tags'), emailPath('null-tags')])('that are null are none: %s', async (path) => {
    const body = { location: 'global', tags: { a: 'b' }, properties: { dataLocation: 'Europe' } };
    await world.call('europe', 'PUT', path, body);
    const patched = await world.call('europe', 'PATCH', path, { tags: null });
    expect(patched).toMatchObject({ status: 200, body: { tags: { a: 'b' } } });
    const put = await world.call('europe', 'PUT', path, { ...body, tags: null });
    expect(put).toMatchObject({ status: 200, body: { tags: {} } });
  });
});

describe('A PUT', () => {
  const location = { location: 'global', properties: { dataLocation: 'Europe' } };
  const everything = {
    ...location,
    tags: { a: 'b' },
    identity: { type: 'SystemAssigned' },
    properties: {
      dataLocation: 'Europe',
      linkedDomains: ['/subscriptions/x'],
      publicNetworkAccess: 'Disabled',
      disableLocalAuth: true,
    },
  };
  const [set, unset] = [
    { linkedDomains: ['/subscriptions/x'], publicNetworkAccess: 'Disabled', disableLocalAuth: true },
    { linkedDomains: [], publicNetworkAccess: 'Enabled', disableLocalAuth: false },
  ];

  async function afterPut(name: string, apiVersion: string) {
    await world.call('europe', 'PUT', servicePath(name), everything);
    await world.call('europe', 'PUT', `${servicePath(name)}?api-version=${apiVersion}`, location);
    return (await world.call('europe', 'GET', servicePath(name))).body;
  }

  it('removes all that it does not name: tags, identity and properties', async () => {
    const body = await afterPut('replaced', '2025-09-01');
    expect(body).toMatchObject({ tags: {}, properties: unset });
    expect(body).not.toHaveProperty('identity');
  });

  it('of an older version leaves what that version cannot name', async () => {
    const oldest = await afterPut('by-oldest', '2020-08-20');
    expect(oldest).toMatchObject({ tags: {}, identity: everything.identity, properties: set });
    const preview = await afterPut('by-preview', '2023-06-01-preview');
    expect(preview).toMatchObject({ tags: {}, properties: { ...set, linkedDomains: [] } });
    expect(preview).not.toHaveProperty('identity');
  });

  it('that says nothing with null says nothing', async () => {
    const path = servicePath('by-null');
    await world.call('europe', 'PUT', path, everything);
    const nulls = { linkedDomains: null, publicNetworkAccess: null, disableLocalAuth: null };
    const properties = { dataLocation: 'Europe', ...nulls };
    const put = await world.call('europe', 'PUT', path, { ...location, identity: null, properties });
    expect(put).toMatchObject({ status: 200, body: { tags: {}, properties: unset } });
  });
});
