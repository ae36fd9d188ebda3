// The master secret of a running deployment is replaced, by the command and through the official clients: as an operator and
// an application see it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatClient, newUser, type TestUser } from '../sdk/clients.js';
import { createSandbox, type Sandbox } from './command-line.js';

let sandbox: Sandbox;
let folder: string;
let emulator: Emulator;

beforeAll(async () => {
  [sandbox, folder] = await Promise.all([createSandbox(), mkdtemp(join(tmpdir(), 'domicile-secret-'))]);
});
afterAll(async () => {
  await emulator?.dispose();
  await Promise.all([sandbox?.remove(), rm(folder, { recursive: true, force: true })]);
});

/** As an app that starts again with the settings of an update. */
async function restartWith(masterSecrets: number): Promise<EmulatorResource> {
  await emulator?.dispose();
  emulator = await startEmulator({ data: folder, geographies: ['europe'], masterSecrets });
  return emulator.resources[0] as EmulatorResource;
}

function run(...args: string[]) {
  const { authorityHost, tenantId, clientId, clientSecret } = emulator.ready.entra;
  return sandbox.run(['master-secret', ...args, '--app', emulator.ready.geographies['europe']?.app ?? ''], {
    NODE_EXTRA_CA_CERTS: emulator.ready.ca,
    AZURE_AUTHORITY_HOST: authorityHost,
    AZURE_TENANT_ID: tenantId,
    AZURE_CLIENT_ID: clientId,
    AZURE_CLIENT_SECRET: clientSecret,
  }).outcome;
}

async function toldKey(): Promise<string> {
  const { entra, management } = emulator.ready;
  const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, {
    authorityHost: entra.authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
  const subscription = '00000000-0000-0000-0000-000000000000';
  const options = { endpoint: management, ...emulator.clientOptions };
  const client = new CommunicationServiceManagementClient(credential, subscription, options);
  return (await client.communicationServices.listKeys('domicile', 'contoso-europe')).primaryKey ?? '';
}

/** Whether the key opens the resource, at the address that it has now. */
async function opens({ endpoint }: EmulatorResource, key: string): Promise<boolean> {
  const options = { ...emulator.clientOptions, retryOptions: { maxRetries: 0 } };
  const client = new CommunicationIdentityClient(`endpoint=${endpoint};accesskey=${key}`, options);
  return client.createUser().then(
    () => true,
    (error: { statusCode?: number }) => {
      expect(error.statusCode).toBe(401);
      return false;
    },
  );
}

async function reads({ endpoint }: EmulatorResource, { token }: TestUser, threadId: string): Promise<string> {
  const thread = chatClient(emulator, endpoint, token).getChatThreadClient(threadId);
  return thread.getProperties().then(
    ({ topic }) => topic,
    (error: { statusCode?: number }) => String(error.statusCode),
  );
}

describe('acs-domicile master-secret', () => {
  it('gives resources new keys while applications go on with the old ones, until these end', async () => {
    const before = await restartWith(1);
    const oldKey = before.accessKey;
    const anna = await newUser(emulator, before);
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Kept' });
    const threadId = chatThread?.id ?? '';

    const europe = await restartWith(2);
    expect(await reads(europe, anna, threadId)).toBe('Kept');
    expect((await run('status')).stdout).toMatch(/europe +1 +1 +1 +0 +none\n +europe +2 current +0 +0 +0 +none\n/);
    expect(await toldKey()).toBe(oldKey);

    const replaced = await run('replace-keys', '--keys-for', '12h');
    expect(replaced).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/europe +contoso-europe +2 +\S+Z +\S+Z\n/),
    });
    const newKey = await toldKey();
    expect(newKey).not.toBe(oldKey);
    expect([await opens(europe, oldKey), await opens(europe, newKey)]).toEqual([true, true]);
    expect(await reads(europe, anna, threadId)).toBe('Kept');
    expect((await run('status')).stdout).toMatch(/europe +1 +1 +0 +1 +\S+Z\n +europe +2 current +0 +1 +0 +none\n/);
    const again = await run('replace-keys', '--keys-for', '12h');
    expect(again).toMatchObject({ code: 0, stdout: 'Every resource has such keys already.\n' });

    await emulator.clock.advance('PT12H');
    expect([await opens(europe, oldKey), await opens(europe, newKey)]).toEqual([false, true]);
    expect(await reads(europe, anna, threadId)).toBe('Kept');
    await emulator.clock.advance('PT24H');
    expect(await reads(europe, anna, threadId)).toBe('401');
    const status = JSON.parse((await run('status', '--json')).stdout) as object[];
    expect(status).toMatchObject([
      {
        geography: 'europe',
        current: 2,
        versions: [
          { made: 1, keys: 0, drainingTokens: 0 },
          { made: 0, keys: 1 },
        ],
      },
    ]);
    expect((await restartWith(2)).accessKey).toBe(newKey);
  }, 120_000);

  it.each([
    [['status'], 2, /--app is missing/],
    [['replace-keys', '--app', 'https://localhost:1'], 2, /--keys-for is missing/],
    [['replace-keys', '--app', 'https://localhost:1', '--keys-for', '91d'], 2, /at most 90d/],
    [['replace-keys', '--app', 'https://localhost:1', '--keys-for', 'soon'], 2, /at most 90d/],
    [['drop'], 2, /drop/],
  ])('says what is wrong with %j', async (args, code, reason) => {
    const outcome = await sandbox.run(['master-secret', ...args]).outcome;
    expect(outcome).toMatchObject({ code, stderr: expect.stringMatching(reason) });
  });
});
