// The package, unpacked far from the project, runs in the local host on a real Azurite and answers the official SDKs.
import { pathToFileURL } from 'node:url';
import { ChatClient } from '@azure/communication-chat';
import { AzureCommunicationTokenCredential } from '@azure/communication-common';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { wellKnownMasterSecret } from '../../shared/auth/index.js';
import { type HostProcess, startHostProcess } from '../emulator/host/host-process.js';
import { composeForReading } from '../house/composed-app.js';
import { type Azurite, startAzurite } from '../storage/azurite.js';
import { unpackPackage, type UnpackedPackage } from './unpacked-package.js';

let azurite: Azurite;
let unpacked: UnpackedPackage;
let host: HostProcess;

beforeAll(async () => {
  [azurite, unpacked] = await Promise.all([startAzurite(), unpackPackage()]);
  host = await startHostProcess({
    fixture: pathToFileURL(unpacked.entry).href,
    hostJson: unpacked.hostJson,
    settings: {
      DOMICILE_GEOGRAPHY: 'europe',
      DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
      DOMICILE_DEFAULT_RESOURCE: 'contoso-europe',
      DOMICILE_EMULATOR: '1',
      DOMICILE_HOSTS: JSON.stringify({ 'localhost:{port}': 'contoso-europe' }),
      AzureWebJobsStorage: azurite.connectionString,
    },
  });
}, 60_000);

afterAll(async () => {
  await host?.stop();
  await azurite?.stop();
  await unpacked?.remove();
});

it('sends and reads messages, also those that need code loaded on first use', async () => {
  const { accessKey } = (await host.call('provision')) as { accessKey: string };
  const endpoint = `https://localhost:${host.port}`;
  const options = { tlsOptions: { ca: host.ca } };
  const identity = new CommunicationIdentityClient(`endpoint=${endpoint}/;accesskey=${accessKey}`, options);
  const { token } = await identity.createUserAndToken(['chat']);
  const chat = new ChatClient(endpoint, new AzureCommunicationTokenCredential(token), options);
  const { chatThread } = await chat.createChatThread({ topic: 'From the package' });
  const thread = chat.getChatThreadClient(chatThread?.id ?? '');

  const text = await thread.sendMessage({ content: 'Hello' });
  expect((await thread.getMessage(text.id)).content?.message).toBe('Hello');
  const html = await thread.sendMessage({ content: '<b onclick="run()">Hello</b>' }, { type: 'html' });
  expect((await thread.getMessage(html.id)).content?.message).toBe('<b>Hello</b>');
});

it('registers every operation, and what stands beside them', async () => {
  const { operations } = await composeForReading();
  const beside = ['health', 'token-keys', 'callback-keys', 'unknown-route', 'work-job', 'sweep'];
  expect(host.functions.map(({ name }) => name)).toEqual(
    expect.arrayContaining([...operations.map(({ name }) => name), ...beside]),
  );
});
