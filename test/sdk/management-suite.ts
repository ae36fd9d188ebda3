// Managing resources as a program does: the official client, signed in with Entra ID, against several geographies.
import { CommunicationServiceManagementClient } from '@azure/arm-communication';
import { CommunicationIdentityClient } from '@azure/communication-identity';
import { ClientSecretCredential } from '@azure/identity';
import { type Emulator, type EntraApplication, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { GeographySlug } from '../../shared/geography/index.js';
import { scanStorage } from '../scan/scan-storage.js';
import { chatClient, collect, heldOptions } from './clients.js';

const subscription = '11111111-2222-3333-4444-555555555555';
const group = 'Weather-Group';

/** Tests it among these, the first and the last of which are two. */
export function testManagement(slugs: readonly GeographySlug[]): void {
  const [first = 'europe', last = first] = [slugs[0], slugs.at(-1)];
  let emulator: Emulator;
  let client: CommunicationServiceManagementClient;

  beforeAll(async () => {
    emulator = await startEmulator({ ephemeral: true, geographies: slugs });
    client = clientOf(emulator.ready.entra);
  }, 90_000);
  afterAll(() => emulator?.dispose());

  function clientOf(application: EntraApplication, endpoint = emulator.ready.management) {
    const { authorityHost, tenantId, clientId, clientSecret } = application;
    const credential = new ClientSecretCredential(tenantId, clientId, clientSecret, {
      authorityHost,
      disableInstanceDiscovery: true,
      ...emulator.clientOptions,
    });
    return new CommunicationServiceManagementClient(credential, subscription, { endpoint, ...heldOptions(emulator) });
  }

  const dataLocationOf = (slug: string) => emulator.ready.geographies[slug]?.dataLocation ?? '';
  const create = (name: string, slug: string, more: object = {}) =>
    client.communicationServices.beginCreateOrUpdateAndWait(
      group,
      name,
      { location: 'global', dataLocation: dataLocationOf(slug), ...more },
      { updateIntervalInMs: 50 },
    );
  const remove = (name: string) =>
    client.communicationServices.beginDeleteAndWait(group, name, { updateIntervalInMs: 50 });
  const identityClientOf = (connectionString = '') =>
    new CommunicationIdentityClient(connectionString, { ...emulator.clientOptions, retryOptions: { maxRetries: 0 } });

  describe.each(slugs)('In %s', (slug) => {
    it('a resource is created, used, changed, listed and deleted', async () => {
      const name = `Weather-${slug}`;
      const made = await create(name, slug, { tags: { team: 'clouds' } });
      expect(made).toMatchObject({
        id: `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Communication/communicationServices/${name}`,
        name,
        type: 'Microsoft.Communication/CommunicationServices',
        location: 'global',
        tags: { team: 'clouds' },
        provisioningState: 'Succeeded',
        dataLocation: dataLocationOf(slug),
        publicNetworkAccess: 'Enabled',
        disableLocalAuth: false,
      });
      expect(made.hostName).toMatch(/^localhost:\d+$/);
      const { clientId } = emulator.ready.entra;
      expect(made.systemData).toMatchObject({
        createdBy: clientId,
        createdByType: 'Application',
        createdAt: expect.any(Date),
        lastModifiedBy: clientId,
        lastModifiedByType: 'Application',
      });

      // Keys from the list work with the data-plane clients, at the host that the answer names.
      const keys = await client.communicationServices.listKeys(group, name);
      expect(keys.primaryConnectionString).toBe(`endpoint=https://${made.hostName}/;accesskey=${keys.primaryKey}`);
      const { user, token } = await identityClientOf(keys.primaryConnectionString).createUserAndToken(['chat']);
      expect(user.communicationUserId).toContain(made.immutableResourceId);
      const chat = chatClient(emulator, `https://${made.hostName}`, token);
      const { chatThread } = await chat.createChatThread({ topic: `mark-of-${slug}` });
      expect((await collect(chat.listChatThreads())).map(({ id }) => id)).toEqual([chatThread?.id]);
      const storage = emulator.ready.geographies[slug]?.storage ?? '';
      expect((await scanStorage(storage, [`mark-of-${slug}`])).hits).not.toEqual([]);

      // A regenerated key replaces the old one; the other stays good.
      const renewed = await client.communicationServices.regenerateKey(group, name, { keyType: 'Primary' });
      expect(renewed.primaryKey).not.toBe(keys.primaryKey);
      expect(renewed.secondaryKey).toBe(keys.secondaryKey);
      await expect(identityClientOf(keys.primaryConnectionString).createUser()).rejects.toMatchObject({
        statusCode: 401,
      });
      await identityClientOf(keys.secondaryConnectionString).createUser();
      await identityClientOf(renewed.primaryConnectionString).createUser();

      const updated = await client.communicationServices.update(group, name, { tags: { team: 'rain' } });
      expect(updated.tags).toEqual({ team: 'rain' });
      await expect(create(name, slug === last ? first : last)).rejects.toMatchObject({ statusCode: 409 });
      const again = await client.communicationServices.get(group.toUpperCase(), name.toLowerCase());
      expect(again).toMatchObject({ tags: { team: 'rain' }, immutableResourceId: made.immutableResourceId });

      const taken = { name, type: 'Microsoft.Communication/CommunicationServices' };
      expect(await client.communicationServices.checkNameAvailability(taken)).toMatchObject({
        nameAvailable: false,
        reason: 'AlreadyExists',
      });
      expect((await collect(client.communicationServices.listBySubscription())).map((each) => each.name)).toContain(
        name,
      );

      await remove(name);
      await expect(client.communicationServices.get(group, name)).rejects.toMatchObject({ statusCode: 404 });
      await expect(identityClientOf(renewed.primaryConnectionString).createUser()).rejects.toThrow();
      expect(await client.communicationServices.checkNameAvailability(taken)).toEqual({ nameAvailable: true });
      await remove(name);
    }, 60_000);
  });

  describe('Over all geographies', () => {
    it('lists merge, and name the group that was asked for', async () => {
      await Promise.all(slugs.map((slug) => create(`merged-${slug}`, slug)));
      const listed = await collect(client.communicationServices.listByResourceGroup(group));
      expect(listed.map(({ name, dataLocation }) => [name, dataLocation])).toEqual(
        slugs.map((slug) => [`merged-${slug}`, dataLocationOf(slug)]),
      );
      expect(await collect(client.communicationServices.listByResourceGroup('another'))).toEqual([]);
      await Promise.all(slugs.map((slug) => remove(`merged-${slug}`)));
    }, 60_000);

    it('a resource that refuses keys lets nobody in with one', async () => {
      await create('no-keys', last, { disableLocalAuth: true });
      const { primaryConnectionString } = await client.communicationServices.listKeys(group, 'no-keys');
      await expect(identityClientOf(primaryConnectionString).createUser()).rejects.toMatchObject({ statusCode: 401 });
      await client.communicationServices.update(group, 'no-keys', { disableLocalAuth: false });
      await identityClientOf(primaryConnectionString).createUser();
      await remove('no-keys');
    }, 60_000);

    it('the resource that nobody has created stands in a group of its own', async () => {
      const seeded = clientOf(emulator.ready.entra);
      seeded.subscriptionId = '00000000-0000-0000-0000-000000000000';
      const listed = await collect(seeded.communicationServices.listByResourceGroup('domicile'));
      expect(listed.map(({ name, hostName }) => ({ name, endpoint: `https://${hostName}` }))).toEqual(
        emulator.resources.map(({ name, endpoint }) => ({ name, endpoint })),
      );
      const { primaryKey } = await seeded.communicationServices.listKeys('domicile', `contoso-${last}`);
      expect(primaryKey).toBe(emulator.resources.find(({ geography }) => geography === last)?.accessKey);
      await expect(
        seeded.communicationServices.beginDeleteAndWait('domicile', `contoso-${last}`),
      ).rejects.toMatchObject({
        statusCode: 409,
      });
    });

    it('who may only read cannot create, change or see keys', async () => {
      await create('readable', first);
      const reader = clientOf(emulator.ready.entraReader);
      expect((await reader.communicationServices.get(group, 'readable')).name).toBe('readable');
      const refused = { statusCode: 403 };
      await expect(reader.communicationServices.listKeys(group, 'readable')).rejects.toMatchObject(refused);
      await expect(reader.communicationServices.update(group, 'readable', {})).rejects.toMatchObject(refused);
      await expect(reader.communicationServices.beginDeleteAndWait(group, 'readable')).rejects.toMatchObject(refused);
      await remove('readable');
    }, 60_000);

    it('what it does not take is refused with a code', async () => {
      await expect(client.communicationServices.get(group, 'nobody')).rejects.toMatchObject({
        code: 'ResourceNotFound',
      });
      await expect(
        client.communicationServices.beginCreateOrUpdate(group, 'atlantic', {
          location: 'global',
          dataLocation: 'Atlantis',
        }),
      ).rejects.toMatchObject({ statusCode: 400, code: 'InvalidDataLocation' });
      await create('hub', last);
      const hub = { resourceId: '/x', connectionString: 'y' };
      await expect(
        client.communicationServices.linkNotificationHub(group, 'hub', { linkNotificationHubParameters: hub }),
      ).rejects.toMatchObject({ statusCode: 501 });
      await remove('hub');
      const operations = (await collect(client.operations.list())).map(({ name }) => name);
      expect(operations).toContain('Microsoft.Communication/communicationServices/regenerateKey/action');
    }, 60_000);
  });
}
