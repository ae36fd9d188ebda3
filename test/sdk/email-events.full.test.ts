// What becomes of a mail that the official client sends is told to a webhook as Event Grid would tell it.
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { EmailClient } from '@azure/communication-email';
import { isSystemEvent } from '@azure/eventgrid';
import { ClientSecretCredential } from '@azure/identity';
import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { startWebhook, type Webhook } from '../events/webhook.js';
import { collect, heldOptions } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;
let webhook: Webhook;
let client: EmailClient;

beforeAll(async () => {
  webhook = await startWebhook();
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
  client = new EmailClient(europe.connectionString, emulator.clientOptions);
  await emulator.stage('events', 'subscribe', { name: 'all-events', endpoint: webhook.url });
});
afterAll(async () => {
  await emulator?.dispose();
  await webhook?.close();
});

async function send(address: string, content: { plainText: string; html?: string }): Promise<string> {
  const message = { senderAddress: europe.mailSender, content: { subject: 'Tea', ...content } };
  const poller = await client.beginSend({ ...message, recipients: { to: [{ address }] } });
  return (await poller.pollUntilDone()).id;
}
const until = (id: string, count: number) =>
  vi.waitFor(() => {
    const found = webhook.events.filter(({ data }) => data['messageId'] === id);
    expect(found).toHaveLength(count);
    return found;
  }, 10_000);

it('A report comes for each outcome', async () => {
  const [delivered] = await until(await send('anna@example.com', { plainText: 'x' }), 1);
  const [bounced] = await until(await send('bounced+told@example.com', { plainText: 'x' }), 1);
  for (const [event, status] of [
    [delivered, 'Delivered'],
    [bounced, 'Bounced'],
  ] as const) {
    expect(event?.data).toMatchObject({ status, sender: europe.mailSender });
    expect(isSystemEvent('Microsoft.Communication.EmailDeliveryReportReceived', event as never)).toBe(true);
  }
});

it('A link that is followed is told where the owner of the domain wants that', async () => {
  const { entra, management } = emulator.ready;
  const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, {
    authorityHost: entra.authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
  const owner = new CommunicationServiceManagementClient(credential, '00000000-0000-0000-0000-000000000000', {
    endpoint: management,
    ...heldOptions(emulator),
  });
  const [service] = await collect(owner.emailServices.listBySubscription());
  const [, group = ''] = /resourceGroups\/([^/]+)\//.exec(service?.id ?? '') ?? [];
  await owner.domains.beginUpdateAndWait(
    group,
    service?.name ?? '',
    'AzureManagedDomain',
    { userEngagementTracking: 'Enabled' },
    { updateIntervalInMs: 50 },
  );
  const target = 'https://shop.example/offer';
  const id = await vi.waitFor(async () => {
    const sent = await send('clicks@example.com', { plainText: 'x', html: `<a href="${target}">Offer</a>` });
    const { link } = (await emulator.stage('email', 'last-link', { to: 'clicks@example.com' })) as { link: string };
    // A process goes on for some seconds with what it knows of a sender.
    expect(link).not.toBe(target);
    const dispatcher = new Agent({ connect: { ca: emulator.clientOptions.tlsOptions.ca as string } });
    const { statusCode, headers } = await request(link, { dispatcher });
    await dispatcher.close();
    expect([statusCode, headers['location']]).toEqual([302, target]);
    return sent;
  }, 15_000);
  const events = await until(id, 2);
  const clicked = events.find(({ data }) => data['engagementType'] === 'click');
  expect(clicked?.data).toMatchObject({ recipient: 'clicks@example.com', engagementContext: target });
});
