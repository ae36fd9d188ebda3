// What Resource Manager answers beside its providers, called so that each of its answers is seen.
import type { CallOptions } from '../app/call-app.js';
import type { Scene } from './scene.js';

const subscriptionId = '11111111-2222-3333-4444-555555555555';

export async function playResourceManager({ call, manager }: Scene): Promise<void> {
  const ask = (operation: string, options: CallOptions = {}) =>
    call(`resource-manager-${operation}`, {
      headers: manager,
      ...options,
      params: { subscriptionId, resourceGroupName: 'answers', ...options.params },
    });
  for (const version of ['2015-01-01', '2018-05-01', '2020-06-01', '2022-09-01']) {
    await ask('get-metadata', { headers: {}, query: { 'api-version': version } });
  }
  await ask('list-tenants');
  await ask('list-subscriptions');
  await ask('get-subscription');
  await ask('list-locations');
  await ask('list-providers');
  const params = { providerNamespace: 'Microsoft.Communication' };
  await ask('get-provider', { params });
  await ask('register-provider', { params });
  const body = { location: 'westeurope', tags: { a: 'b' }, managedBy: '/subscriptions/1' };
  await ask('put-group', { body });
  await ask('put-group', { body });
  await ask('get-group');
  await ask('get-group', { method: 'HEAD' });
  await ask('list-groups');
  await ask('list-group-resources', {
    params: { subscriptionId: `${'0'.repeat(8)}-0000-0000-0000-${'0'.repeat(12)}`, resourceGroupName: 'domicile' },
  });
  await ask('delete-group');
}
