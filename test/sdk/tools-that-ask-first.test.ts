// What the Azure CLI and Terraform read before they make the first resource, by raw HTTP, each in the way of that tool:
// azure-cli `cloud register` and `login`, hashicorp/go-azure-sdk `sdk/internal/metadata`, go-azure-helpers, azurerm, azapi.
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { Agent, fetch } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const subscription = '11111111-2222-3333-4444-555555555555';
const inSubscription = `/subscriptions/${subscription}`;

let emulator: Emulator;
let dispatcher: Agent;
let token: string;
let readerToken: string;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'germany'] });
  dispatcher = new Agent({ connect: { ca: emulator.caCertificate } });
  const { entra, entraReader } = emulator.ready;
  // Where to sign in is read, not known.
  const { authentication } = (await metadata('2022-09-01')) as Cloud;
  [token, readerToken] = (await Promise.all(
    [entra, entraReader].map((application) =>
      signIn(authentication.loginEndpoint, application, `${authentication.audiences[0]}/.default`),
    ),
  )) as [string, string];
}, 90_000);
afterAll(async () => {
  await dispatcher?.close();
  await emulator?.dispose();
});

interface Cloud {
  readonly name: string;
  readonly resourceManager: string;
  readonly authentication: {
    readonly loginEndpoint: string;
    readonly audiences: readonly string[];
    readonly tenant?: string;
    readonly identityProvider?: string;
  };
  readonly suffixes: Readonly<Record<string, string>>;
  readonly microsoftGraphResourceId?: string;
}

async function metadata(version: string): Promise<unknown> {
  const answer = await fetch(`${emulator.ready.management}/metadata/endpoints?api-version=${version}`, { dispatcher });
  expect(answer.status).toBe(200);
  return answer.json();
}

async function signIn(
  loginEndpoint: string,
  { tenantId, clientId, clientSecret }: { tenantId: string; clientId: string; clientSecret: string },
  scope: string,
): Promise<string> {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: clientId,
    client_secret: clientSecret,
    scope,
  });
  const address = `${loginEndpoint.replace(/\/$/, '')}/${tenantId}/oauth2/v2.0/token`;
  const answer = await fetch(address, { method: 'POST', body, dispatcher });
  return ((await answer.json()) as { access_token: string }).access_token;
}

interface Asked {
  readonly version?: string;
  readonly body?: object;
  readonly as?: string;
}

interface Item {
  readonly name: string;
  readonly namespace: string;
  readonly resourceType: string;
  readonly apiVersions: readonly string[];
}

/** As far as a test looks into one. */
interface Body {
  readonly value: readonly Item[];
  readonly resourceTypes: readonly Item[];
  readonly error: { readonly code: string };
}

async function ask(method: string, path: string, { version = '2022-09-01', body, as = token }: Asked = {}) {
  const answer = await fetch(`${emulator.ready.management}${path}?api-version=${version}`, {
    method,
    headers: { authorization: `Bearer ${as}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    dispatcher,
  });
  const text = await answer.text();
  return { status: answer.status, body: (text === '' ? undefined : JSON.parse(text)) as Body };
}

describe('The metadata document', () => {
  it('says to `az cloud register` where to sign in, in the first form', async () => {
    const { authorityHost } = emulator.ready.entra;
    for (const version of ['2015-01-01', '2018-01-01', '2018-05-01']) {
      const document = (await metadata(version)) as Record<string, string> & Pick<Cloud, 'authentication'>;
      expect(document.authentication.loginEndpoint).toBe(`${authorityHost}/`);
      expect(document.authentication.audiences[0]).toBe('https://management.core.windows.net/');
      // The CLI does not go on without it.
      expect(document['graphEndpoint']).toBe(`${authorityHost}/`);
      expect(document['galleryEndpoint']).toMatch(/^https:/);
    }
  });

  it.each(['2019-05-01', '2019-10-01', '2020-06-01'])('is a list of clouds in version %s', async (version) => {
    const clouds = (await metadata(version)) as (Cloud & Record<string, string>)[];
    expect(clouds).toHaveLength(1);
    const [cloud] = clouds;
    expect(cloud?.resourceManager).toBe(`${emulator.ready.management}/`);
    // Another tenant or provider would make Terraform take it for an Azure Stack, which azurerm refuses.
    expect(cloud?.authentication).toMatchObject({ tenant: 'common', identityProvider: 'AAD' });
    // Names that azure-cli reads without asking whether they are there (`ARM_CLOUD_METADATA_URL`).
    for (const name of ['sqlManagement', 'batch', 'gallery', 'graphAudience', 'vmImageAliasDoc', 'media']) {
      expect([name, typeof cloud?.[name]]).toEqual([name, 'string']);
    }
    expect(cloud?.suffixes).toMatchObject({
      storage: expect.any(String),
      keyVaultDns: expect.any(String),
      sqlServerHostname: expect.any(String),
    });
  });

  it.each(['2022-09-01', '2023-11-01'])(
    'is one cloud in version %s, with what go-azure-sdk insists on',
    async (version) => {
      const cloud = (await metadata(version)) as Cloud & Record<string, string>;
      expect(cloud.name).not.toBe('');
      expect(cloud.resourceManager).toBe(`${emulator.ready.management}/`);
      expect(cloud.microsoftGraphResourceId).not.toBe('');
      expect(cloud.authentication.loginEndpoint).toBe(emulator.ready.entra.authorityHost);
      // azurerm makes an authorizer for each of them before anything else.
      const needed = ['storage', 'keyVaultDns', 'mhsmDns', 'attestationEndpoint', 'synapseAnalytics'];
      expect(Object.keys(cloud.suffixes)).toEqual(expect.arrayContaining(needed));
    },
  );

  it('names no service that somebody else runs', async () => {
    const documents = await Promise.all(['2015-01-01', '2018-05-01', '2020-06-01', '2022-09-01'].map(metadata));
    const { management, entra } = emulator.ready;
    const addresses = [...JSON.stringify(documents).matchAll(/https:\/\/[^/"]+/g)].map(([address]) => address);
    const elsewhere = new Set(addresses.filter((address) => !address.endsWith('.invalid')));
    expect(elsewhere).toEqual(
      new Set([
        management,
        entra.authorityHost,
        // Audiences of tokens, not addresses.
        'https://management.core.windows.net',
        'https://management.azure.com',
      ]),
    );
  });

  it('is there at every geography and host, needs its version, and nothing else', async () => {
    for (const { endpoint } of emulator.resources) {
      const answer = await fetch(`${endpoint}/metadata/endpoints?api-version=2020-06-01`, { dispatcher });
      expect([answer.status, await answer.json()]).toMatchObject([200, [{ resourceManager: `${endpoint}/` }]]);
    }
    const without = await fetch(`${emulator.ready.management}/metadata/endpoints`, { dispatcher });
    expect(without.status).toBe(400);
  });
});

describe('A tool that looks around', () => {
  it('finds the tenant and the subscriptions, as `az login` does', async () => {
    const { tenantId } = emulator.ready.entra;
    const tenants = await ask('GET', '/tenants', { version: '2022-12-01', as: readerToken });
    expect(tenants).toMatchObject({ status: 200, body: { value: [{ id: `/tenants/${tenantId}`, tenantId }] } });
    const { body } = await ask('GET', '/subscriptions', { version: '2022-12-01', as: readerToken });
    expect(body.value).toMatchObject([
      { subscriptionId: '00000000-0000-0000-0000-000000000000', tenantId, state: 'Enabled' },
    ]);
    const any = await ask('GET', inSubscription, { version: '2022-12-01' });
    expect(any).toMatchObject({ status: 200, body: { id: inSubscription, subscriptionId: subscription, tenantId } });
    expect((await ask('GET', '/subscriptions/none')).status).toBe(400);
    expect((await fetch(`${emulator.ready.management}/tenants?api-version=2022-12-01`, { dispatcher })).status).toBe(
      401,
    );
  });

  it('finds the provider registered, with its types and versions', async () => {
    const listed = (await ask('GET', `${inSubscription}/providers`, { as: readerToken })).body.value;
    expect(listed.map(({ namespace }) => namespace)).toContain('Microsoft.Communication');
    const { body } = await ask('GET', `${inSubscription}/providers/microsoft.communication`, { version: '2021-04-01' });
    expect(body).toMatchObject({ namespace: 'Microsoft.Communication', registrationState: 'Registered' });
    const type = body.resourceTypes.find(({ resourceType }) => resourceType === 'CommunicationServices');
    expect(type?.apiVersions).toContain('2023-03-31');
    const register = `${inSubscription}/providers/Microsoft.Communication/register`;
    expect(await ask('POST', register)).toMatchObject({ status: 200, body: { registrationState: 'Registered' } });
    expect((await ask('POST', register, { as: readerToken })).status).toBe(403);
    const other = await ask('GET', `${inSubscription}/providers/Microsoft.Compute`);
    expect(other).toMatchObject({ status: 404, body: { error: { code: 'InvalidResourceNamespace' } } });
  });

  it('finds the regions that a group can name', async () => {
    const { body } = await ask('GET', `${inSubscription}/locations`, { version: '2022-12-01' });
    const names = body.value.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['westeurope', 'germanywestcentral', 'eastus']));
  });
});

describe('A resource group', () => {
  const group = `${inSubscription}/resourceGroups/Tools`;
  const version = '2023-07-01';

  it('is made, found, changed, listed and deleted, as azurerm_resource_group does it', async () => {
    expect((await ask('GET', group, { version })).body.error.code).toBe('ResourceGroupNotFound');
    expect((await ask('HEAD', group, { version })).status).toBe(404);
    const made = await ask('PUT', group, { version, body: { location: 'West Europe', tags: { team: 'clouds' } } });
    expect(made).toEqual({
      status: 201,
      body: {
        id: group,
        name: 'Tools',
        type: 'Microsoft.Resources/resourceGroups',
        location: 'westeurope',
        tags: { team: 'clouds' },
        properties: { provisioningState: 'Succeeded' },
      },
    });
    expect(await ask('GET', group.toLowerCase(), { version })).toEqual({ status: 200, body: made.body });
    expect(await ask('HEAD', group, { version })).toEqual({ status: 204, body: undefined });
    const changed = await ask('PUT', group, { version, body: { location: 'westeurope', tags: { team: 'rain' } } });
    expect(changed).toMatchObject({ status: 200, body: { tags: { team: 'rain' } } });
    const moved = await ask('PUT', group, { version, body: { location: 'eastus' } });
    expect(moved).toMatchObject({ status: 409, body: { error: { code: 'InvalidResourceGroupLocation' } } });
    const { body } = await ask('GET', `${inSubscription}/resourcegroups`, { version: '2021-04-01' });
    expect(body.value).toMatchObject([{ id: group, location: 'westeurope' }]);
    expect(await ask('GET', `${group}/resources`, { version: '2021-04-01' })).toEqual({
      status: 200,
      body: { value: [] },
    });
    expect((await ask('DELETE', group, { version, as: readerToken })).status).toBe(403);
    expect((await ask('DELETE', group, { version })).status).toBe(200);
    expect((await ask('GET', group, { version })).status).toBe(404);
    expect((await ask('DELETE', group, { version })).status).toBe(404);
  });

  it('lies in the geography of its location, and is found from every other', async () => {
    const elsewhere = `${inSubscription}/resourceGroups/far`;
    expect((await ask('PUT', elsewhere, { body: { location: 'germanywestcentral' } })).status).toBe(201);
    for (const { endpoint } of emulator.resources) {
      const answer = await fetch(`${endpoint}${elsewhere}?api-version=2022-09-01`, {
        headers: { authorization: `Bearer ${token}` },
        dispatcher,
      });
      expect(await answer.json()).toMatchObject({ location: 'germanywestcentral' });
    }
    const again = await ask('PUT', elsewhere, { body: { location: 'northeurope' } });
    expect(again).toMatchObject({ status: 409 });
    expect((await ask('GET', '/subscriptions')).body.value).toHaveLength(2);
    expect((await ask('DELETE', elsewhere)).status).toBe(200);
  });

  it('is there while a resource stands in it, and is not deleted with it', async () => {
    const where = `${inSubscription}/resourceGroups/Full`;
    const service = `${where}/providers/Microsoft.Communication/communicationServices/in-the-group`;
    const body = { location: 'global', properties: { dataLocation: 'Germany' } };
    expect((await ask('PUT', service, { version: '2023-03-31', body })).status).toBe(201);
    expect(await ask('GET', where)).toMatchObject({ status: 200, body: { name: 'Full', location: 'global' } });
    expect((await ask('PUT', where, { body: { location: 'northeurope' } })).status).toBe(201);
    expect((await ask('GET', `${inSubscription}/resourceGroups`)).body.value).toMatchObject([
      { name: 'Full', location: 'northeurope' },
    ]);
    expect((await ask('GET', `${where}/resources`)).body.value).toMatchObject([{ id: service, name: 'in-the-group' }]);
    const refused = await ask('DELETE', where);
    expect(refused).toMatchObject({ status: 409, body: { error: { code: 'ResourceGroupNotEmpty' } } });
    expect((await ask('DELETE', service, { version: '2023-03-31' })).status).toBe(202);
  });

  it('has the location of a region, and a name that a group can have', async () => {
    const global = await ask('PUT', group, { body: { location: 'global' } });
    expect(global).toMatchObject({ status: 400, body: { error: { code: 'LocationNotAvailableForResourceGroup' } } });
    expect(
      (await ask('PUT', `${inSubscription}/resourceGroups/no%20name`, { body: { location: 'uksouth' } })).status,
    ).toBe(400);
  });
});
