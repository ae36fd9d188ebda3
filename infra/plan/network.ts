// The private profile: a virtual network, and a private endpoint for everything that the app keeps data, secrets or logs
// in, and for the app itself. Zone names: https://learn.microsoft.com/azure/private-link/private-endpoint-dns
import type { StackOptions } from './options.js';
import { appSubnetRules, endpointSubnetRules, type SecurityRulePlan } from './network-rules.js';

export type EndpointTarget = 'storageAccount' | 'vault' | 'eventDomain' | 'webPubSub' | 'logScope' | 'functionApp';

export interface PrivateEndpointPlan {
  readonly name: string;
  readonly target: EndpointTarget;
  /** Which of the target's services. */
  readonly groupId: string;
  /** By the names of {@link NetworkPlan.zones}. */
  readonly zones: readonly string[];
}

interface SubnetPlan {
  readonly prefix: string;
  readonly rules: readonly SecurityRulePlan[];
}

export interface NetworkPlan {
  readonly addressSpace: string;
  readonly appSubnet: SubnetPlan & { readonly delegatedTo: string };
  readonly endpointSubnet: SubnetPlan;
  /** Private zones by a short name. */
  readonly zones: Readonly<Record<string, string>>;
  readonly endpoints: readonly PrivateEndpointPlan[];
}

const zones = {
  blob: 'privatelink.blob.core.windows.net',
  queue: 'privatelink.queue.core.windows.net',
  table: 'privatelink.table.core.windows.net',
  vault: 'privatelink.vaultcore.azure.net',
  events: 'privatelink.eventgrid.azure.net',
  app: 'privatelink.azurewebsites.net',
  monitor: 'privatelink.monitor.azure.com',
  'logs-query': 'privatelink.oms.opinsights.azure.com',
  'logs-ingestion': 'privatelink.ods.opinsights.azure.com',
  'logs-agents': 'privatelink.agentsvc.azure-automation.net',
};

const endpoints: readonly PrivateEndpointPlan[] = [
  { name: 'blob', target: 'storageAccount', groupId: 'blob', zones: ['blob'] },
  { name: 'queue', target: 'storageAccount', groupId: 'queue', zones: ['queue'] },
  { name: 'table', target: 'storageAccount', groupId: 'table', zones: ['table'] },
  { name: 'vault', target: 'vault', groupId: 'vault', zones: ['vault'] },
  { name: 'events', target: 'eventDomain', groupId: 'domain', zones: ['events'] },
  {
    name: 'logs',
    target: 'logScope',
    groupId: 'azuremonitor',
    // Azure Monitor keeps what its agents are to do in blobs of its own.
    zones: ['monitor', 'logs-query', 'logs-ingestion', 'logs-agents', 'blob'],
  },
  // Its zone holds the name for publishing too.
  { name: 'app', target: 'functionApp', groupId: 'sites', zones: ['app'] },
];

const forWebPubSub: PrivateEndpointPlan = {
  name: 'pubsub',
  target: 'webPubSub',
  groupId: 'webpubsub',
  zones: ['pubsub'],
};

export function networkOf(options: Pick<StackOptions, 'profile' | 'hosting' | 'webPubSub'>): NetworkPlan | undefined {
  if (options.profile === 'public') {
    return undefined;
  }
  const prefix = '10.40.0.0/24';
  return {
    addressSpace: '10.40.0.0/16',
    appSubnet: {
      prefix,
      delegatedTo: options.hosting === 'flex' ? 'Microsoft.App/environments' : 'Microsoft.Web/serverFarms',
      rules: appSubnetRules(prefix),
    },
    endpointSubnet: { prefix: '10.40.1.0/24', rules: endpointSubnetRules },
    zones: options.webPubSub ? { ...zones, pubsub: 'privatelink.webpubsub.azure.com' } : zones,
    endpoints: options.webPubSub ? [...endpoints, forWebPubSub] : endpoints,
  };
}
