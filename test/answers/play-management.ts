// Every operation of management, called so that each of its answers is seen.
import type { CallOptions } from '../app/call-app.js';
import { eraseInSubscription } from './play-subscription.js';
import type { Answered, Scene } from './scene.js';

const subscriptionId = '11111111-2222-3333-4444-555555555555';
const inGroup = { subscriptionId, resourceGroupName: 'group' };

type Manage = (operation: string, params?: Readonly<Record<string, string>>, body?: object) => Promise<Answered>;

export async function playManagement(scene: Scene): Promise<void> {
  const { call, manager } = scene;
  const manage: Manage = (operation, params = {}, body) => {
    const options: CallOptions = { headers: manager, params: { ...inGroup, ...params } };
    return call(`management-${operation}`, body === undefined ? options : { ...options, body });
  };
  await playServices(manage);
  await playEmail(manage);
  await playOptOut(scene, manage);
}

async function playServices(manage: Manage): Promise<void> {
  const params = { communicationServiceName: 'answers' };
  const body = {
    location: 'global',
    tags: { a: 'b' },
    identity: { type: 'UserAssigned', userAssignedIdentities: { '/subscriptions/1/identities/2': {} } },
    properties: { dataLocation: 'Europe', linkedDomains: ['/subscriptions/1/domains/2'] },
  };
  await manage('check-name', {}, { name: 'answers', type: 'Microsoft.Communication/CommunicationServices' });
  const made = await manage('put-service', params, body);
  await manage('put-service', params, body);
  await manage('check-name', {}, { name: 'answers', type: 'Microsoft.Communication/CommunicationServices' });
  await manage('get-service', params);
  await manage('update-service', params, { tags: { a: 'c' } });
  await manage('list-services');
  await manage('list-services-of-group');
  await manage('list-keys', params);
  await manage('regenerate-key', params, { keyType: 'Primary' });
  await manage('get-operation-status', operationOf(made.headers['azure-asyncoperation']));
  await manage('get-operation-result', operationOf(made.headers['azure-asyncoperation']));
  await manage('list-operations');
  await playItem(
    manage,
    'smtp-user',
    'smtp-users',
    { ...params, smtpUsername: 'anna' },
    {
      username: 'anna@contoso.example',
      entraApplicationId: subscriptionId,
      tenantId: subscriptionId,
    },
  );
  await manage('list-secret-versions');
  await manage('replace-keys', {}, { keysForHours: 24 });
  const deleting = await manage('delete-service', params);
  await manage('get-operation-result', operationOf(deleting.headers['location']));
  await manage('delete-service', { communicationServiceName: 'never-there' });
}

async function playEmail(manage: Manage): Promise<void> {
  const service = { emailServiceName: 'answers' };
  const body = { location: 'global', properties: { dataLocation: 'Europe' } };
  await manage('put-email-service', service, body);
  await manage('put-email-service', service, body);
  await manage('get-email-service', service);
  await manage('update-email-service', service, { tags: { a: 'b' } });
  await manage('list-email-services');
  await manage('list-email-services-of-group');
  await manage('list-exchange-domains');
  const domain = { ...service, domainName: 'contoso.example' };
  const wanted = { location: 'global', tags: { a: 'b' }, properties: { domainManagement: 'CustomerManaged' } };
  await manage('put-domain', domain, wanted);
  await manage('put-domain', domain, wanted);
  await manage('get-domain', domain);
  await manage('list-domains', service);
  await manage('update-domain', domain, { properties: { userEngagementTracking: 'Enabled' } });
  await manage('initiate-verification', domain, { verificationType: 'Domain' });
  await manage('cancel-verification', domain, { verificationType: 'Domain' });
  await playItem(manage, 'sender', 'senders', { ...domain, senderUsername: 'anna' }, { username: 'anna' });
  const list = { ...domain, suppressionListName: 'list' };
  await manage('put-suppression-list', list, { properties: { listName: 'list' } });
  await playItem(
    manage,
    'suppressed-address',
    'suppressed-addresses',
    { ...list, addressId: 'anna' },
    {
      email: 'anna@contoso.example',
      firstName: 'Anna',
      notes: 'asked for it',
    },
  );
  await playItem(
    manage,
    'suppression-list',
    'suppression-lists',
    { ...list, suppressionListName: 'other' },
    {
      listName: 'other',
    },
  );
  await manage('delete-domain', domain);
  await manage('delete-domain', domain);
  await manage('delete-email-service', service);
  await manage('delete-email-service', { emailServiceName: 'never-there' });
}

async function playOptOut(scene: Scene, manage: Manage): Promise<void> {
  const service = { emailServiceName: 'opted-out' };
  const [domain, email] = [{ ...service, domainName: 'contoso.example' }, 'out@contoso.example'];
  await manage('put-email-service', service, { location: 'global', properties: { dataLocation: 'Europe' } });
  const managed = { location: 'global', properties: { domainManagement: 'CustomerManaged' } };
  await manage('put-domain', domain, managed);
  const list = { ...domain, suppressionListName: 'list' };
  await manage('put-suppression-list', list, { properties: { listName: 'list' } });
  await manage('put-suppressed-address', { ...list, addressId: 'out' }, { properties: { email } });
  await eraseInSubscription(scene, [email]);
  await manage('lift-opt-out', domain, { email });
}

async function playItem(
  manage: Manage,
  noun: string,
  plural: string,
  params: Readonly<Record<string, string>>,
  properties: object,
): Promise<void> {
  await manage(`put-${noun}`, params, { properties });
  await manage(`put-${noun}`, params, { properties });
  await manage(`get-${noun}`, params);
  await manage(`list-${plural}`, params);
  await manage(`delete-${noun}`, params);
  await manage(`delete-${noun}`, params);
}

function operationOf(address = ''): { location: string; operationId: string } {
  const [, location = '', , operationId = ''] =
    /locations\/([^/]+)\/(operationStatuses|operationResults)\/([^/]+)$/.exec(new URL(address).pathname) ?? [];
  return { location, operationId };
}
