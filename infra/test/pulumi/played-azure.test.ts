// What the played Azure refuses, as Azure does: without that, an order of the stack that is wrong would pass.
import { expect, it } from 'vitest';
import { azureIdOf } from '../../render/azure-view.js';
import { PlayedAzure } from './played-azure.js';

const subscription = '22222222-2222-2222-2222-222222222222';
const inGroup = { resourceGroupName: 'dom', location: 'northeurope' };
const group = { type: 'azure-native:resources:ResourceGroup', name: 'group', inputs: inGroup };
const account = {
  type: 'azure-native:storage:StorageAccount',
  name: 'storage',
  inputs: { ...inGroup, accountName: 'domstorage', kind: 'StorageV2' },
};
const container = {
  type: 'azure-native:storage:BlobContainer',
  name: 'images',
  inputs: { resourceGroupName: 'dom', accountName: 'domstorage', containerName: 'images' },
};
type Resource = typeof group | typeof account | typeof container;

const idOf = ({ type, inputs }: Resource) => azureIdOf(subscription, type, inputs);
const put = (azure: PlayedAzure, resource: Resource, changed: Readonly<Record<string, unknown>> = {}) =>
  azure.put({ ...resource, id: idOf(resource), inputs: { ...resource.inputs, ...changed } });
const lockOf = (scope: string) => ({
  type: 'azure-native:authorization:ManagementLockByScope',
  name: 'lock',
  id: `${scope}/providers/Microsoft.Authorization/locks/lock`,
  inputs: { scope, lockName: 'lock', level: 'CanNotDelete' },
});

async function withAccount(): Promise<PlayedAzure> {
  const azure = new PlayedAzure();
  await put(azure, group);
  await put(azure, account);
  return azure;
}

it('makes nothing in what is not there yet', async () => {
  const azure = new PlayedAzure();
  await expect(put(azure, account)).rejects.toThrow('ParentResourceNotFound');
  await put(azure, group);
  await expect(put(azure, container)).rejects.toThrow('ParentResourceNotFound');
  await put(azure, account);
  await put(azure, container);
  expect(azure.all()).toHaveLength(3);
});

it('makes nothing that names what is not there', async () => {
  const azure = await withAccount();
  const topic = `${idOf(group)}/providers/Microsoft.EventGrid/topics/events`;
  await expect(put(azure, account, { tags: { topic } })).rejects.toThrow('LinkedResourceNotFound');
});

it.each([{ accountName: 'Dom-Storage' }, { accountName: 'do' }, { kind: 'StorageV3' }, { location: undefined }])(
  'refuses an account with %o',
  async (wrong) => {
    await expect(put(await withAccount(), account, wrong)).rejects.toThrow('Status=400');
  },
);

it('moves nothing to another location', async () => {
  const azure = await withAccount();
  await expect(put(azure, account, { location: 'westeurope' })).rejects.toThrow('InvalidResourceLocation');
});

it('deletes nothing that a lock is on, nor what lies in it, until the lock is gone', async () => {
  const azure = await withAccount();
  await put(azure, container);
  const lock = lockOf(idOf(account));
  await azure.put(lock);
  await expect(azure.delete(idOf(container))).rejects.toThrow('ScopeLocked');
  await expect(azure.delete(idOf(account))).rejects.toThrow('ScopeLocked');
  await azure.delete(lock.id);
  await azure.delete(idOf(account));
  expect(azure.all().map(({ name }) => name)).toEqual(['group']);
});

it('deletes with a group all that lies in it', async () => {
  const azure = await withAccount();
  await azure.delete(idOf(group));
  expect(azure.all()).toEqual([]);
});
