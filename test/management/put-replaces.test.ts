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

  it.each([servicePath('null-tags'), emailPath('null-tags')])('that are null are none: %s', async (path) => {
    const body = { location: 'global', tags: { a: 'b' }, properties: { dataLocation: 'Europe' } };
    await world.call('europe', 'PUT', path, body);
    const patched = await world.call('europe', 'PATCH', path, { tags: null });
    expect(patched).toMatchObject({ status: 200, body: { tags: { a: 'b' } } });
    const put = await world.call('europe', 'PUT', path, { ...body, tags: null });
    expect(put).toMatchObject({ status: 200, body: { tags: {} } });
  });
});
