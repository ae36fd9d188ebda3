// Proof outlives the resource: the receipts of one that is deleted are listed by who has the right `privacy` of the
// geography, signed in with the official credential.
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EmulatorResource, type EntraApplication, startEmulator } from 'acs-domicile/emulator';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { signedCall } from './signed-call.js';

const group = 'group';
const quickly = { updateIntervalInMs: 50 };

let emulator: Emulator;
let client: CommunicationServiceManagementClient;
let contoso: EmulatorResource;

function credentialOf({ authorityHost, tenantId, clientId, clientSecret }: EntraApplication): ClientSecretCredential {
  const options = { authorityHost, disableInstanceDiscovery: true, ...emulator.clientOptions };
  return new ClientSecretCredential(tenantId, clientId, clientSecret, options);
}

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'germany'] });
  [contoso] = emulator.resources as [EmulatorResource];
  const { entra, management } = emulator.ready;
  client = new CommunicationServiceManagementClient(credentialOf(entra), '11111111-2222-3333-4444-555555555555', {
    endpoint: management,
    ...emulator.clientOptions,
  });
}, 90_000);
afterAll(() => emulator?.dispose());

interface ListedReceipt {
  readonly resourceId: string;
  readonly receiptId: string;
  readonly receipt: string;
}

async function list(path: string, who: EntraApplication = emulator.ready.entra, geography = 'europe') {
  const { token } = await credentialOf(who).getToken('https://communication.azure.com/.default');
  const address = path.startsWith('http') ? path : `${emulator.ready.geographies[geography]?.app ?? ''}${path}`;
  const { pathname, search } = new URL(address);
  const version = search.includes('api-version') ? '' : `${search === '' ? '?' : '&'}api-version=2026-12-01`;
  // Plain HTTP answers on the same port.
  const base = (emulator.ready.geographies[geography]?.app ?? '').replace(/^https/, 'http');
  const answer = await fetch(`${base}${pathname}${search}${version}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  const body = (await answer.json()) as { value?: ListedReceipt[]; nextLink?: string };
  return { status: answer.status, ...body };
}

/** A resource of Europe with as many receipts, made newest last. */
async function eraseAt(resource: EmulatorResource, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const identifiers = [`somebody.${n}@example.org`];
    expect((await signedCall(resource, 'POST', '/privacy/:erase', { identifiers })).status).toBe(202);
  }
  await emulator.clock.advance('PT15M');
}

it('The receipts of a deleted resource are listed with those of the geography, by nobody who has another right', async () => {
  const inEurope = { location: 'global', dataLocation: 'Europe' };
  const { hostName = '', immutableResourceId = '' } = await client.communicationServices.beginCreateOrUpdateAndWait(
    group,
    'passing',
    inEurope,
    quickly,
  );
  const { primaryKey = '' } = await client.communicationServices.listKeys(group, 'passing');
  const endpoint = `https://${hostName}`;
  const passing = { ...contoso, endpoint, httpEndpoint: `http://${hostName}`, accessKey: primaryKey };
  await eraseAt(passing, 2);
  await eraseAt(contoso, 3);
  const before = (await signedCall(passing, 'GET', '/privacy/receipts')).body['value'] as ListedReceipt[];
  expect(before).toHaveLength(2);
  await client.communicationServices.beginDeleteAndWait(group, 'passing', quickly);
  await emulator.clock.advance('PT15M');
  await expect(client.communicationServices.get(group, 'passing')).rejects.toMatchObject({ statusCode: 404 });

  const ofIt = await list(`/privacy/geography/receipts?resourceId=${immutableResourceId.toUpperCase()}`);
  expect(ofIt).toMatchObject({ status: 200, value: before });
  for (const { resourceId, receipt } of ofIt.value ?? []) {
    expect(decodeJwt(receipt)).toMatchObject({ resourceId, geography: 'europe' });
  }

  // Page by page, every one once, whatever the page.
  const whole = (await list('/privacy/geography/receipts')).value ?? [];
  expect(whole.map(({ resourceId }) => resourceId).sort()).toEqual(
    [...Array<string>(2).fill(immutableResourceId), ...Array<string>(3).fill(contoso.immutableResourceId)].sort(),
  );
  for (const size of [1, 2, 3, 4, 5]) {
    const paged: ListedReceipt[] = [];
    let next: string | undefined = `/privacy/geography/receipts?maxPageSize=${size}`;
    while (next !== undefined) {
      const page: Awaited<ReturnType<typeof list>> = await list(next);
      expect(page.value?.length).toBeLessThanOrEqual(size);
      paged.push(...(page.value ?? []));
      next = page.nextLink;
    }
    expect(paged).toEqual(whole);
  }
  expect((await list('/privacy/geography/receipts', emulator.ready.entra, 'germany')).value).toEqual([]);

  expect((await list('/privacy/geography/receipts', emulator.ready.entraReader)).status).toBe(403);
  const byKey = await signedCall(contoso, 'GET', '/privacy/geography/receipts');
  expect(byKey.status).toBe(401);
}, 90_000);
