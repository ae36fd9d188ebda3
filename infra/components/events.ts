// The geography's own topic, pinned to its region: by default Azure would copy its definitions to the paired region and
// might fail over to it, and for Brazil that is in the United States.
import { Topic } from '@pulumi/azure-native/eventgrid/topic.js';
import { TopicEventSubscription } from '@pulumi/azure-native/eventgrid/topicEventSubscription.js';
import type { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import type { Resource } from '@pulumi/pulumi';
import type { Identities } from './identities.js';
import type { StackContext } from './stack-context.js';

export function makeTopic({ plan, placed }: StackContext, identities: Identities): Topic {
  return new Topic('topic', {
    ...placed,
    topicName: plan.names.topic,
    // As the events of ACS are.
    inputSchema: 'EventGridSchema',
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
  parts: { readonly topic: Topic; readonly account: StorageAccount; readonly identities: Identities },
  dependsOn: readonly Resource[],
): void {
  const { eventWebhook } = plan.options;
  if (eventWebhook === undefined) {
    return;
  }
  new TopicEventSubscription(
    'subscription',
    {
      resourceGroupName: group.name,
      topicName: parts.topic.name,
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
