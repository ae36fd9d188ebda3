// The private profile: a virtual network, and a private endpoint for everything that the app keeps data or secrets in.
// Zone names: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
import type { StackOptions } from './options.js';

export interface PrivateEndpointPlan {
  readonly name: string;
  readonly target: 'storageAccount' | 'vault' | 'topic' | 'webPubSub';
  /** Which of the target's services. */
  readonly groupId: string;
  readonly zone: string;
}

export interface NetworkPlan {
  readonly addressSpace: string;
  readonly appSubnet: { readonly prefix: string; readonly delegatedTo: string };
  readonly endpointSubnet: { readonly prefix: string };
  readonly endpoints: readonly PrivateEndpointPlan[];
}

const endpoints: readonly PrivateEndpointPlan[] = [
  { name: 'blob', target: 'storageAccount', groupId: 'blob', zone: 'privatelink.blob.core.windows.net' },
  { name: 'queue', target: 'storageAccount', groupId: 'queue', zone: 'privatelink.queue.core.windows.net' },
  { name: 'table', target: 'storageAccount', groupId: 'table', zone: 'privatelink.table.core.windows.net' },
  { name: 'vault', target: 'vault', groupId: 'vault', zone: 'privatelink.vaultcore.azure.net' },
  { name: 'topic', target: 'topic', groupId: 'topic', zone: 'privatelink.eventgrid.azure.net' },
];

const forWebPubSub: PrivateEndpointPlan = {
  name: 'pubsub',
  target: 'webPubSub',
  groupId: 'webpubsub',
  zone: 'privatelink.webpubsub.azure.com',
};

export function networkOf(options: Pick<StackOptions, 'profile' | 'hosting' | 'webPubSub'>): NetworkPlan | undefined {
  if (options.profile === 'public') {
    return undefined;
  }
  return {
    addressSpace: '10.40.0.0/16',
    appSubnet: {
      prefix: '10.40.0.0/24',
      delegatedTo: options.hosting === 'flex' ? 'Microsoft.App/environments' : 'Microsoft.Web/serverFarms',
    },
    endpointSubnet: { prefix: '10.40.1.0/24' },
    endpoints: options.webPubSub ? [...endpoints, forWebPubSub] : endpoints,
  };
}
