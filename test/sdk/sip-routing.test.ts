// Every public method of the official client of SIP routing, against the running emulator; errors as recorded.
import { SipRoutingClient, type SipTrunkRoute } from '@azure/communication-phone-numbers';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect, heldOptions } from './clients.js';

let emulator: Emulator;
let client: SipRoutingClient;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  const [resource] = emulator.resources as [EmulatorResource];
  client = new SipRoutingClient(resource.connectionString, heldOptions(emulator));
});
afterAll(() => emulator?.dispose());

const [one, two, three] = ['one.sbc.example.com', 'two.sbc.example.com', 'three.sbc.example.com'] as const;
const pattern = '^+[1-9][0-9]{3,23}$';
const route = (name: string, trunks: string[] = [], description?: string): SipTrunkRoute => ({
  name,
  numberPattern: pattern,
  trunks,
  ...(description !== undefined && { description }),
});

beforeEach(async () => {
  await client.setRoutes([]);
  await client.setTrunks([]);
});

describe('The official client', () => {
  it('begins with nothing', async () => {
    expect(await collect(client.listTrunks())).toEqual([]);
    expect(await collect(client.listRoutes())).toEqual([]);
  });

  it('sets trunks as a whole, and takes away those that it does not name', async () => {
    await client.setTrunks([
      { fqdn: one, sipSignalingPort: 8239 },
      { fqdn: two, sipSignalingPort: 7348 },
    ]);
    const set = await client.setTrunks([
      { fqdn: three, sipSignalingPort: 1231 },
      { fqdn: two, sipSignalingPort: 9876 },
    ]);
    const expected = [
      { fqdn: two, sipSignalingPort: 9876 },
      { fqdn: three, sipSignalingPort: 1231 },
    ];
    expect(set).toEqual(expected);
    expect(await collect(client.listTrunks())).toEqual(expected);
  });

  it('sets, gets and deletes one trunk', async () => {
    const trunk = { fqdn: one, sipSignalingPort: 5061 };
    expect(await client.setTrunk(trunk)).toEqual(trunk);
    await client.setTrunk({ fqdn: two, sipSignalingPort: 5062 });
    expect(await client.getTrunk(one)).toEqual(trunk);
    await client.deleteTrunk(one);
    await expect(client.getTrunk(one)).rejects.toMatchObject({ code: 'NotFound' });
    expect(await collect(client.listTrunks())).toEqual([{ fqdn: two, sipSignalingPort: 5062 }]);
  });

  it('sets routes as a whole, and keeps their order and that of their trunks', async () => {
    await client.setTrunks([one, two].map((fqdn) => ({ fqdn, sipSignalingPort: 5061 })));
    const routes = [route('second', [two, one], 'The second'), route('first', [one]), route('last')];
    expect(await client.setRoutes(routes)).toEqual(routes);
    expect(await collect(client.listRoutes())).toEqual(routes);
    const fewer = [route('last'), route('second', [one])];
    await client.setRoutes(fewer);
    expect(await collect(client.listRoutes())).toEqual(fewer);
    // Trunks were not named, so they stay.
    expect(await collect(client.listTrunks())).toHaveLength(2);
  });

  it.each([
    ['a name twice', 400, 'DuplicatedRoute', () => client.setRoutes([route('same'), route('same')])],
    ['a trunk twice in a route', 400, 'RouteWithDuplicatedTrunk', () => client.setRoutes([route('a', [one, one])])],
    ['a trunk that was never there', 422, 'MissingDomain', () => client.setRoutes([route('a', ['no.elsewhere.com'])])],
    [
      'a port that is none',
      422,
      'InvalidTrunkSipSignalingPort',
      () => client.setTrunk({ fqdn: one, sipSignalingPort: 0 }),
    ],
    [
      'a name that is no domain',
      422,
      'InvalidTrunkFqdn',
      () => client.setTrunk({ fqdn: '-1', sipSignalingPort: 8239 }),
    ],
  ])('is refused %s', async (_, statusCode, code, call) => {
    await expect(call()).rejects.toMatchObject({
      statusCode,
      code: 'UnprocessableConfiguration',
      message: 'One or more request inputs are not valid.',
      details: { error: { innerError: { code } } },
    });
    expect(await collect(client.listRoutes())).toEqual([]);
    expect(await collect(client.listTrunks())).toEqual([]);
  });

  it('is refused to take away a trunk that a route needs', async () => {
    await client.setTrunks([{ fqdn: one, sipSignalingPort: 5061 }]);
    await client.setRoutes([route('a', [one])]);
    const missing = { statusCode: 422, details: { error: { innerError: { code: 'MissingTrunk' } } } };
    await expect(client.deleteTrunk(one)).rejects.toMatchObject(missing);
    await expect(client.setTrunks([{ fqdn: two, sipSignalingPort: 1234 }])).rejects.toMatchObject(missing);
    expect(await collect(client.listTrunks())).toEqual([{ fqdn: one, sipSignalingPort: 5061 }]);
  });
});
