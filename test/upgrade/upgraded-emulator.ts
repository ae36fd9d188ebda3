// The emulator of this build on the data folder of version 0.1.0.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import type { ChatClient } from '@azure/communication-chat';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { scanStorage } from '../scan/scan-storage.js';
import { chatClient, identityClient } from '../sdk/clients.js';
import { signedCall } from '../sdk/signed-call.js';
import { type DataFolderFacts, unpackDataFolder } from './data-folder-0.1.0.js';

type PersonName = keyof DataFolderFacts['people'];

export interface UpgradedEmulator {
  readonly facts: DataFolderFacts;
  readonly emulator: Emulator;
  readonly contoso: EmulatorResource;
  /** Connection string of the storage. */
  readonly storage: string;
  readonly management: CommunicationServiceManagementClient;
  chatOf(name: PersonName): Promise<ChatClient>;
  call(method: string, path: string, body?: object): ReturnType<typeof signedCall>;
  health(): Promise<unknown>;
  /** Which of these marks are anywhere in storage. */
  found(marks: readonly string[]): Promise<string[]>;
  /** An operation of privacy once it has ended; until then product time goes on. */
  ended(operationId: string): Promise<Record<string, unknown>>;
  /** The same while product time stands. */
  endedByItself(operationId: string): Promise<Record<string, unknown>>;
  stop(): Promise<void>;
}

const maxRounds = 40;

export async function startUpgraded(): Promise<UpgradedEmulator> {
  const folder = await mkdtemp(join(tmpdir(), 'domicile-upgrade-'));
  const facts = await unpackDataFolder(folder);
  const emulator = await startEmulator({ data: folder, geographies: ['europe'], port: 0 });
  const contoso = emulator.resources[0] as EmulatorResource;
  const storage = emulator.ready.geographies['europe']?.storage ?? '';
  const call = (method: string, path: string, body?: object) => signedCall(contoso, method, path, body);
  const ended = async (operationId: string, goOn: () => Promise<unknown> = async () => undefined) => {
    for (let round = 0; round < maxRounds; round++) {
      const { body } = await call('GET', `/privacy/operations/${operationId}`);
      if (body['status'] !== 'running') {
        return body;
      }
      await delay(200);
      await goOn();
    }
    throw new Error('The operation has no end.');
  };
  return {
    facts,
    emulator,
    contoso,
    storage,
    management: managementOf(emulator, facts.subscription),
    chatOf: async (name) => {
      const user = { communicationUserId: facts.people[name] };
      const { token } = await identityClient(emulator, contoso).getToken(user, ['chat']);
      return chatClient(emulator, contoso.endpoint, token);
    },
    call,
    health: async () => (await fetch(`${contoso.httpEndpoint}/health`)).json(),
    found: async (marks) => [...new Set((await scanStorage(storage, marks)).hits.map((hit) => hit.mark))],
    ended: (operationId) => ended(operationId, () => emulator.clock.advance('PT1M')),
    endedByItself: (operationId) => ended(operationId),
    stop: async () => {
      await emulator.dispose();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function managementOf(emulator: Emulator, subscription: string): CommunicationServiceManagementClient {
  const { entra, management } = emulator.ready;
  const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, {
    authorityHost: entra.authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
  const options = { endpoint: management, ...emulator.clientOptions };
  return new CommunicationServiceManagementClient(credential, subscription, options);
}
