// Web PubSub, when wanted: it keeps the WebSockets of live chat, and what clients say over them goes to the app. It stores
// nothing.
import { WebPubSub } from '@pulumi/azure-native/webpubsub/webPubSub.js';
import { WebPubSubHub } from '@pulumi/azure-native/webpubsub/webPubSubHub.js';
import { hasSockets, liveHub, upstreamAddressOf, upstreamAudience } from '../plan/live.js';
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

/** Whoever connects has a token of the app; each frame is handed to it, with a token of the hub's own identity. */
export function makeLiveHub({ plan, group }: StackContext, webPubSub: WebPubSub | undefined): void {
  if (webPubSub === undefined || !hasSockets(plan.options)) {
    return;
  }
  new WebPubSubHub('live-hub', {
    resourceGroupName: group.name,
    resourceName: webPubSub.name,
    hubName: liveHub,
    properties: {
      anonymousConnectPolicy: 'deny',
      eventHandlers: [
        {
          urlTemplate: upstreamAddressOf(plan.names),
          userEventPattern: '*',
          systemEvents: ['connected', 'disconnected'],
          auth: { type: 'ManagedIdentity', managedIdentity: { resource: upstreamAudience } },
        },
      ],
    },
  });
}
