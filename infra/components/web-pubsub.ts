// Web PubSub, when wanted: a way for live notifications. It stores nothing; its hub belongs to the code that will use it.
import { WebPubSub } from '@pulumi/azure-native/webpubsub/webPubSub.js';
import type { StackContext } from './stack-context.js';

export function makeWebPubSub({ plan, placed }: StackContext): WebPubSub | undefined {
  if (!plan.options.webPubSub) {
    return undefined;
  }
  return new WebPubSub('web-pubsub', {
    ...placed,
    resourceName: plan.names.webPubSub,
    kind: 'WebPubSub',
    sku: { name: 'Standard_S1', capacity: 1 },
    identity: { type: 'SystemAssigned' },
    disableLocalAuth: true,
    disableAadAuth: false,
    publicNetworkAccess: plan.isPrivate ? 'Disabled' : 'Enabled',
    tls: { clientCertEnabled: false },
    liveTraceConfiguration: { enabled: 'false' },
    // Another region would be a replica, and there is none.
    regionEndpointEnabled: 'Enabled',
  });
}
