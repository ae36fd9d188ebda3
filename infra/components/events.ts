// The geography's own Event Grid domain, pinned to its region: by default Azure would copy its definitions to the paired
// region and might fail over to it, and for Brazil that is in the United States. A domain, because each resource is a topic of
// its own in it: so `topic` says which resource an event is of, and subscriptions are made for one.
import { Domain } from '@pulumi/azure-native/eventgrid/domain.js';
import { DomainEventSubscription } from '@pulumi/azure-native/eventgrid/domainEventSubscription.js';
import type { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import type { Resource } from '@pulumi/pulumi';
import type { Identities } from './identities.js';
import type { StackContext } from './stack-context.js';

export function makeEventDomain({ plan, placed }: StackContext, identities: Identities): Domain {
  return new Domain('events', {
    ...placed,
    domainName: plan.names.eventDomain,
    // As the events of ACS are.
    inputSchema: 'EventGridSchema',
    // A topic comes with the first subscription to a resource, and goes with the last; nobody has to make one.
    autoCreateTopicWithFirstSubscription: true,
    autoDeleteTopicWithLastSubscription: true,
    dataResidencyBoundary: 'WithinRegion',
    disableLocalAuth: true,
    minimumTlsVersionAllowed: '1.2',
    publicNetworkAccess: plan.isPrivate ? 'Disabled' : 'Enabled',
    identity: identities.events.id.apply((id) => ({ type: 'UserAssigned', userAssignedIdentities: { [id]: {} } })),
  });
}

/** What cannot be delivered lies in the geography's own account, where it is soon removed: dead letters are whole events. */
export function makeSubscription(
  { plan, group }: StackContext,
  parts: { readonly eventDomain: Domain; readonly account: StorageAccount; readonly identities: Identities },
  dependsOn: readonly Resource[],
): void {
  const { eventWebhook } = plan.options;
  if (eventWebhook === undefined) {
    return;
  }
  new DomainEventSubscription(
    'subscription',
    {
      resourceGroupName: group.name,
      domainName: parts.eventDomain.name,
      eventSubscriptionName: 'webhook',
      destination: { endpointType: 'WebHook', endpointUrl: eventWebhook, minimumTlsVersionAllowed: '1.2' },
      eventDeliverySchema: 'EventGridSchema',
      retryPolicy: { maxDeliveryAttempts: 10, eventTimeToLiveInMinutes: 60 },
      deadLetterWithResourceIdentity: {
        identity: { type: 'UserAssigned', userAssignedIdentity: parts.identities.events.id },
        deadLetterDestination: {
          endpointType: 'StorageBlob',
          resourceId: parts.account.id,
          blobContainerName: plan.storage.deadLetterContainer,
        },
      },
    },
    { dependsOn: [...dependsOn] },
  );
}
