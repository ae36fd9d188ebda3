// The private profile: a network of the geography whose subnets have rules, with the zones that private endpoints are found
// by.
import { NetworkSecurityGroup } from '@pulumi/azure-native/network/networkSecurityGroup.js';
import { VirtualNetwork } from '@pulumi/azure-native/network/virtualNetwork.js';
import { PrivateZone } from '@pulumi/azure-native/privatedns/privateZone.js';
import { VirtualNetworkLink } from '@pulumi/azure-native/privatedns/virtualNetworkLink.js';
import { interpolate, type Output } from '@pulumi/pulumi';
import type { SecurityRulePlan } from '../plan/network-rules.js';
import type { StackContext } from './stack-context.js';

export interface PrivateNetwork {
  readonly appSubnetId: Output<string>;
  readonly endpointSubnetId: Output<string>;
  /** With the link to the network, without which nobody asks the zone. */
  readonly zones: ReadonlyMap<string, { readonly zone: PrivateZone; readonly link: VirtualNetworkLink }>;
}

export function makePrivateNetwork(context: StackContext): PrivateNetwork | undefined {
  const { plan, placed, group } = context;
  const { network, names, tags } = plan;
  if (network === undefined) {
    return undefined;
  }
  const { appSubnet, endpointSubnet } = network;
  const virtualNetwork = new VirtualNetwork('network', {
    ...placed,
    virtualNetworkName: names.network,
    addressSpace: { addressPrefixes: [network.addressSpace] },
    subnets: [
      {
        name: 'app',
        addressPrefix: appSubnet.prefix,
        networkSecurityGroup: { id: makeRules(context, 'app', appSubnet.rules).id },
        delegations: [{ name: 'app', serviceName: appSubnet.delegatedTo }],
      },
      {
        name: 'endpoints',
        addressPrefix: endpointSubnet.prefix,
        networkSecurityGroup: { id: makeRules(context, 'endpoints', endpointSubnet.rules).id },
        // Without it the rules do not hold for endpoints.
        privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled',
        defaultOutboundAccess: false,
      },
    ],
  });
  const subnetId = (name: string) => interpolate`${virtualNetwork.id}/subnets/${name}`;

  const zones = Object.entries(network.zones).map(([name, privateZoneName]) => {
    // Zones and links are names only, and Azure keeps them everywhere.
    const everywhere = { resourceGroupName: group.name, location: 'global', tags: { ...tags } };
    const zone = new PrivateZone(`zone-${name}`, { ...everywhere, privateZoneName });
    const link = new VirtualNetworkLink(`zone-link-${name}`, {
      ...everywhere,
      privateZoneName: zone.name,
      virtualNetworkLinkName: names.network,
      virtualNetwork: { id: virtualNetwork.id },
      registrationEnabled: false,
    });
    return [name, { zone, link }] as const;
  });
  return { appSubnetId: subnetId('app'), endpointSubnetId: subnetId('endpoints'), zones: new Map(zones) };
}

function makeRules({ plan, placed }: StackContext, subnet: string, rules: readonly SecurityRulePlan[]) {
  return new NetworkSecurityGroup(`rules-${subnet}`, {
    ...placed,
    networkSecurityGroupName: `${plan.names.network}-${subnet}`,
    securityRules: rules.map(({ name, why, direction, access, priority, protocol, port, from, to }) => ({
      name,
      description: why,
      direction,
      access,
      priority,
      protocol,
      sourceAddressPrefix: from,
      sourcePortRange: '*',
      destinationAddressPrefix: to,
      destinationPortRange: port,
    })),
  });
}
