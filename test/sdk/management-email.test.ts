// Email resources and what belongs to them, with the official client, asked at a geography that is not theirs.
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, heldOptions } from './clients.js';

let emulator: Emulator;
let client: CommunicationServiceManagementClient;
const group = 'mail';
const service = 'Post-Office';
const domain = 'post.example.com';
const quickly = { updateIntervalInMs: 50 };

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'germany'] });
  const { entra, management } = emulator.ready;
  const credential = new ClientSecretCredential(entra.tenantId, entra.clientId, entra.clientSecret, {
    authorityHost: entra.authorityHost,
    disableInstanceDiscovery: true,
    ...emulator.clientOptions,
  });
  client = new CommunicationServiceManagementClient(credential, '99999999-2222-3333-4444-555555555555', {
    endpoint: management,
    ...heldOptions(emulator),
  });
  await client.emailServices.beginCreateOrUpdateAndWait(
    group,
    service,
    { location: 'global', dataLocation: 'Germany', tags: { a: 'b' } },
    quickly,
  );
  const wanted = { location: 'global', domainManagement: 'CustomerManaged' };
  await client.domains.beginCreateOrUpdateAndWait(group, service, domain, wanted, quickly);
}, 90_000);
afterAll(() => emulator?.dispose());

describe('An email resource', () => {
  it('is created, changed, listed and deleted in its geography', async () => {
    const made = await client.emailServices.get(group, service);
    expect(made).toMatchObject({ name: service, dataLocation: 'Germany', provisioningState: 'Succeeded' });
    const changed = await client.emailServices.beginUpdateAndWait(group, service, { tags: { a: 'c' } }, quickly);
    expect(changed.tags).toEqual({ a: 'c' });
    const other = { location: 'global', dataLocation: 'Europe' };
    await client.emailServices.beginCreateOrUpdateAndWait(group, 'other', other, quickly);
    const listed = await collect(client.emailServices.listBySubscription());
    expect(listed.map(({ name, dataLocation }) => [name, dataLocation])).toEqual([
      ['other', 'Europe'],
      [service, 'Germany'],
    ]);
    await client.emailServices.beginDeleteAndWait(group, 'other', quickly);
    expect((await collect(client.emailServices.listByResourceGroup(group))).map(({ name }) => name)).toEqual([service]);
    expect(await client.emailServices.listVerifiedExchangeOnlineDomains()).toEqual([]);
  }, 30_000);

  it('has domains that say what to publish, and are verified', async () => {
    const found = await client.domains.get(group, service, domain);
    expect(found).toMatchObject({
      name: domain,
      type: 'Microsoft.Communication/emailServices/domains',
      fromSenderDomain: domain,
      verificationRecords: { domain: { type: 'TXT', name: domain }, dkim: { type: 'CNAME' } },
      verificationStates: { domain: { status: 'NotStarted' } },
    });
    await client.domains.beginInitiateVerificationAndWait(group, service, domain, { verificationType: 'SPF' }, quickly);
    const states = async () => (await client.domains.get(group, service, domain)).verificationStates;
    expect(await states()).toMatchObject({ spf: { status: 'Verified' }, domain: { status: 'NotStarted' } });
    await client.domains.beginCancelVerificationAndWait(group, service, domain, { verificationType: 'SPF' }, quickly);
    expect(await states()).toMatchObject({ spf: { status: 'NotStarted' } });
    const tracked = { userEngagementTracking: 'Enabled' };
    expect(await client.domains.beginUpdateAndWait(group, service, domain, tracked, quickly)).toMatchObject(tracked);
    const managed = { location: 'global', domainManagement: 'AzureManaged' };
    await client.domains.beginCreateOrUpdateAndWait(group, service, 'AzureManagedDomain', managed, quickly);
    const names = (await collect(client.domains.listByEmailServiceResource(group, service))).map(({ name }) => name);
    expect(names).toEqual(['AzureManagedDomain', domain]);
  }, 30_000);

  it('can have the one domain of Azure, with the one sender in it', async () => {
    const managed = { location: 'global', domainManagement: 'AzureManaged' };
    const put = (name: string, wanted = managed) =>
      client.domains.beginCreateOrUpdateAndWait(group, service, name, wanted, quickly);
    const made = await put('AzureManagedDomain');
    expect(made).toMatchObject({ name: 'AzureManagedDomain', fromSenderDomain: made.mailFromSenderDomain });
    expect(made.fromSenderDomain).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}\.azurecomm\.net$/,
    );
    expect((await client.domains.get(group, service, 'azuremanageddomain')).fromSenderDomain).toBe(
      made.fromSenderDomain,
    );
    const senders = () => collect(client.senderUsernames.listByDomains(group, service, 'AzureManagedDomain'));
    const only = { name: 'DoNotReply', username: 'DoNotReply', displayName: 'DoNotReply' };
    expect(await senders()).toEqual([expect.objectContaining(only)]);
    // Whoever renames it keeps it so, also when the domain is put again.
    const named = { username: 'DoNotReply', displayName: 'The office' };
    await client.senderUsernames.createOrUpdate(group, service, 'AzureManagedDomain', 'donotreply', named);
    await put('AzureManagedDomain');
    expect(await senders()).toEqual([expect.objectContaining({ ...only, displayName: 'The office' })]);

    const refused = { statusCode: 400, code: 'BadRequest' };
    await expect(put('any.example.com')).rejects.toMatchObject(refused);
    const custom = { location: 'global', domainManagement: 'CustomerManaged' };
    await expect(put('AZUREMANAGEDDOMAIN', custom)).rejects.toMatchObject(refused);
    const other = client.senderUsernames.createOrUpdate(group, service, 'AzureManagedDomain', 'anna', {
      username: 'anna',
    });
    await expect(other).rejects.toMatchObject(refused);
    await client.domains.beginDeleteAndWait(group, service, 'AzureManagedDomain', quickly);
  }, 30_000);

  it('has senders, and suppression lists with addresses; a domain takes them along', async () => {
    const { senderUsernames, suppressionLists, suppressionListAddresses } = client;
    const sender = { username: 'Info', displayName: 'The office' };
    expect(await senderUsernames.createOrUpdate(group, service, domain, 'info', sender)).toMatchObject({
      name: 'info',
      ...sender,
      dataLocation: 'Germany',
    });
    await suppressionLists.createOrUpdate(group, service, domain, 'list-1', { listName: 'bounced' });
    for (const number of [1, 2]) {
      const parameters = { email: `anna${number}@example.com`, firstName: 'Anna' };
      await suppressionListAddresses.createOrUpdate(group, service, domain, 'list-1', `id-${number}`, parameters);
    }
    const listed = await collect(suppressionListAddresses.list(group, service, domain, 'list-1'));
    expect(listed.map(({ email }) => email)).toEqual(['anna1@example.com', 'anna2@example.com']);
    await suppressionListAddresses.delete(group, service, domain, 'list-1', 'id-1');
    await suppressionListAddresses.delete(group, service, domain, 'list-1', 'id-1');
    await expect(suppressionListAddresses.get(group, service, domain, 'list-1', 'id-1')).rejects.toMatchObject({
      statusCode: 404,
    });
    expect((await collect(senderUsernames.listByDomains(group, service, domain))).length).toBe(1);
    expect(
      (await collect(suppressionLists.listByDomain(group, service, domain))).map(({ listName }) => listName),
    ).toEqual(['bounced']);
    await client.domains.beginDeleteAndWait(group, service, domain, quickly);
    await expect(suppressionLists.get(group, service, domain, 'list-1')).rejects.toMatchObject({ statusCode: 404 });
    await expect(senderUsernames.createOrUpdate(group, service, domain, 'info', sender)).rejects.toMatchObject({
      code: 'ParentResourceNotFound',
    });
  }, 30_000);
});

describe('A communication resource', () => {
  it('has SMTP users', async () => {
    const wanted = { location: 'global', dataLocation: 'Germany' };
    await client.communicationServices.beginCreateOrUpdateAndWait(group, 'smtp', wanted, quickly);
    const user = { username: 'mailer', entraApplicationId: 'app', tenantId: 'tenant' };
    expect(await client.smtpUsernames.createOrUpdate(group, 'smtp', 'mailer-1', user)).toMatchObject(user);
    expect((await collect(client.smtpUsernames.list(group, 'smtp'))).map(({ name }) => name)).toEqual(['mailer-1']);
    await client.smtpUsernames.delete(group, 'smtp', 'mailer-1');
    expect(await collect(client.smtpUsernames.list(group, 'smtp'))).toEqual([]);
  }, 30_000);
});
