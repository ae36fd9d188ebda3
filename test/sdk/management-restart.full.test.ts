// A resource made by management is there again after a restart, at the host that is asked for then, and gone after a reset.
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';

let data: string;
let emulator: Emulator | undefined;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'domicile-management-'));
});
afterAll(async () => {
  await emulator?.dispose();
  await rm(data, { recursive: true, force: true });
});

async function start() {
  emulator = await startEmulator({ data, geographies: ['europe'] });
  const { entra, management } = emulator.ready;
  const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, {
    authorityHost: entra.authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
  const subscription = '22222222-2222-3333-4444-555555555555';
  const options = { endpoint: management, ...emulator.clientOptions };
  const { communicationServices } = new CommunicationServiceManagementClient(credential, subscription, options);
  const identities = (connectionString = '') =>
    new CommunicationIdentityClient(connectionString, {
      ...(emulator as Emulator).clientOptions,
      retryOptions: { maxRetries: 0 },
    });
  return { running: emulator, communicationServices, identities };
}

it('the script of docs/management.md does what it says', async () => {
  const readyFile = join(data, 'ready.json');
  await using running = await startEmulator({ ephemeral: true, geographies: ['germany', 'europe'], readyFile });
  const [, script = ''] =
    /```js\n(\/\/ create-resource[^]*?)```/.exec(readFileSync('docs/management.md', 'utf8')) ?? [];
  const here = script.replace("'ready.json'", JSON.stringify(readyFile));
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: running.ready.ca };
  const { stdout } = await promisify(execFile)('node', ['--input-type=module', '--eval', here], { env });
  expect(stdout).toMatch(/^sunshine answers at localhost:\d+, and its data stays in Europe\.$/m);
  expect(stdout).toContain('Gone, with everything of it.');
}, 60_000);

it('a resource outlives a restart with its keys, and goes with a reset', async () => {
  const before = await start();
  const wanted = { location: 'global', dataLocation: 'Europe' };
  const poll = { updateIntervalInMs: 50 };
  await before.communicationServices.beginCreateOrUpdateAndWait('group', 'lasting', wanted, poll);
  const keys = await before.communicationServices.listKeys('group', 'lasting');
  await before.identities(keys.primaryConnectionString).createUser();
  await before.running.dispose();

  const after = await start();
  const again = await after.communicationServices.listKeys('group', 'lasting');
  expect(again.primaryKey).toBe(keys.primaryKey);
  await after.identities(again.primaryConnectionString).createUser();
  await after.running.reset();
  await expect(after.communicationServices.get('group', 'lasting')).rejects.toMatchObject({ statusCode: 404 });
  await expect(after.identities(again.primaryConnectionString).createUser()).rejects.toThrow();
}, 60_000);
