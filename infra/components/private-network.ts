// The private profile: a network of the geography, with a private endpoint for each service that holds data or secrets.
import { PrivateDnsZoneGroup } from '@pulumi/azure-native/network/privateDnsZoneGroup.js';
import { PrivateEndpoint } from '@pulumi/azure-native/network/privateEndpoint.js';
import { VirtualNetwork } from '@pulumi/azure-native/network/virtualNetwork.js';
import { PrivateZone } from '@pulumi/azure-native/privatedns/privateZone.js';
import { VirtualNetworkLink } from '@pulumi/azure-native/privatedns/virtualNetworkLink.js';
import { interpolate, type Output, type Resource } from '@pulumi/pulumi';
import type { PrivateEndpointPlan } from '../plan/network.js';
import type { StackContext } from './stack-context.js';

export interface PrivateNetwork {
  readonly appSubnetId: Output<string>;
  /** Must be there before the app starts, or it reaches neither its storage nor its secrets. */
  readonly ready: readonly Resource[];
}

type Targets = Readonly<Partial<Record<PrivateEndpointPlan['target'], Output<string>>>>;

export function makePrivateNetwork(
  { plan, placed, group }: StackContext,
  targets: Targets,
): PrivateNetwork | undefined {
  const { network, names, tags } = plan;
  if (network === undefined) {
    return undefined;
  }
  const { appSubnet, endpointSubnet } = network;
  const resourceGroupName = group.name;
  const virtualNetwork = new VirtualNetwork('network', {
    ...placed,
    virtualNetworkName: names.network,
    addressSpace: { addressPrefixes: [network.addressSpace] },
    subnets: [
      {
        name: 'app',
        addressPrefix: appSubnet.prefix,
        delegations: [{ name: 'app', serviceName: appSubnet.delegatedTo }],
      },
      { name: 'endpoints', addressPrefix: endpointSubnet.prefix, defaultOutboundAccess: false },
    ],
  });
  const subnetId = (name: string) => interpolate`${virtualNetwork.id}/subnets/${name}`;

  const ready = network.endpoints.flatMap(({ name, target, groupId, zone: privateZoneName }) => {
    const privateLinkServiceId = targets[target];
    if (privateLinkServiceId === undefined) {
      throw new Error(`The plan has an endpoint for ${target}, which is not there.`);
    }
    // Zones and links are names only, and Azure keeps them everywhere.
    const everywhere = { resourceGroupName, location: 'global', tags: { ...tags } };
    const zone = new PrivateZone(`zone-${name}`, { ...everywhere, privateZoneName });
    const link = new VirtualNetworkLink(`zone-link-${name}`, {
      ...everywhere,
      privateZoneName: zone.name,
      virtualNetworkLinkName: names.network,
      virtualNetwork: { id: virtualNetwork.id },
      registrationEnabled: false,
    });
    const endpoint = new PrivateEndpoint(`endpoint-${name}`, {
      ...placed,
      privateEndpointName: `${names.network}-${name}`,
      subnet: { id: subnetId('endpoints') },
      privateLinkServiceConnections: [{ name, groupIds: [groupId], privateLinkServiceId }],
    });
    const records = new PrivateDnsZoneGroup(`endpoint-records-${name}`, {
      resourceGroupName,
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: 'default',
      privateDnsZoneConfigs: [{ name, privateDnsZoneId: zone.id }],
    });
    return [link, records];
  });
  return { appSubnetId: subnetId('app'), ready };
}
