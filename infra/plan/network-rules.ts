// Who may speak with whom in the private network: what is not named is denied, both ways. Azure's own rules behind these
// would let everything out and the whole network in.
// https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview

export interface SecurityRulePlan {
  readonly name: string;
  readonly direction: 'Inbound' | 'Outbound';
  readonly access: 'Allow' | 'Deny';
  /** The lowest is looked at first. */
  readonly priority: number;
  readonly protocol: 'Tcp' | '*';
  readonly port: string;
  /** An address range, `*`, or one of Azure's names for many ranges. */
  readonly from: string;
  readonly to: string;
  readonly why: string;
}

const everything = { protocol: '*', port: '*', from: '*', to: '*' } as const;
const https = { protocol: 'Tcp', port: '443' } as const;

const denyTheRest: readonly SecurityRulePlan[] = [
  {
    name: 'deny-in',
    direction: 'Inbound',
    access: 'Deny',
    priority: 4096,
    ...everything,
    why: 'Nothing else has business here.',
  },
  {
    name: 'deny-out',
    direction: 'Outbound',
    access: 'Deny',
    priority: 4096,
    ...everything,
    why: 'Nothing else has business out there.',
  },
];

/** Endpoints are only ever called. */
export const endpointSubnetRules: readonly SecurityRulePlan[] = [
  {
    name: 'https-from-network',
    direction: 'Inbound',
    access: 'Allow',
    priority: 100,
    ...https,
    from: 'VirtualNetwork',
    to: '*',
    why: 'The app, and whoever calls, publishes or reads logs from this network or one that is joined to it.',
  },
  ...denyTheRest,
];

/** @param prefix the subnet's own range */
export function appSubnetRules(prefix: string): readonly SecurityRulePlan[] {
  const among = { access: 'Allow', priority: 100, protocol: '*', port: '*', from: prefix, to: prefix } as const;
  return [
    { name: 'own-subnet-in', direction: 'Inbound', ...among, why: 'The platform moves its instances about.' },
    { name: 'own-subnet-out', direction: 'Outbound', ...among, why: 'The platform moves its instances about.' },
    {
      name: 'platform-in',
      direction: 'Inbound',
      access: 'Allow',
      priority: 110,
      protocol: '*',
      port: '*',
      from: 'AzureLoadBalancer',
      to: '*',
      why: 'How the platform asks its instances whether they live.',
    },
    {
      name: 'https-to-network',
      direction: 'Outbound',
      access: 'Allow',
      priority: 110,
      ...https,
      from: '*',
      to: 'VirtualNetwork',
      why: 'The private endpoints, and other geographies in joined networks.',
    },
    {
      name: 'https-to-internet',
      direction: 'Outbound',
      access: 'Allow',
      priority: 120,
      ...https,
      from: '*',
      to: 'Internet',
      why: 'Entra ID, other geographies, and addresses that events and callbacks go to.',
    },
    ...denyTheRest,
  ];
}
