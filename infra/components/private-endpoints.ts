// Private endpoints, and the records by which they are found.
import { PrivateDnsZoneGroup } from '@pulumi/azure-native/network/privateDnsZoneGroup.js';
import { PrivateEndpoint } from '@pulumi/azure-native/network/privateEndpoint.js';
import type { Output, Resource } from '@pulumi/pulumi';
import type { EndpointTarget } from '../plan/network.js';
import type { PrivateNetwork } from './private-network.js';
import type { StackContext } from './stack-context.js';

/**
 * @param targets ids; endpoints of the plan for other targets are not made here
 * @returns what must be there before something is reached through them
 */
export function makePrivateEndpoints(
  { plan, placed, group }: StackContext,
  network: PrivateNetwork | undefined,
  targets: Readonly<Partial<Record<EndpointTarget, Output<string>>>>,
): readonly Resource[] {
  if (network === undefined) {
    return [];
  }
  return (plan.network?.endpoints ?? []).flatMap(({ name, target, groupId, zones: zoneNames }) => {
    const privateLinkServiceId = targets[target];
    if (privateLinkServiceId === undefined) {
      return [];
    }
    const endpoint = new PrivateEndpoint(`endpoint-${name}`, {
      ...placed,
      privateEndpointName: `${plan.names.network}-${name}`,
      subnet: { id: network.endpointSubnetId },
      privateLinkServiceConnections: [{ name, groupIds: [groupId], privateLinkServiceId }],
    });
    const zones = zoneNames.map((zoneName) => {
      const found = network.zones.get(zoneName);
      if (found === undefined) {
        throw new Error(`The plan has an endpoint in the zone ${zoneName}, which is not there.`);
      }
      return { zoneName, ...found };
    });
    const records = new PrivateDnsZoneGroup(`endpoint-records-${name}`, {
      resourceGroupName: group.name,
      privateEndpointName: endpoint.name,
      privateDnsZoneGroupName: 'default',
      privateDnsZoneConfigs: zones.map(({ zoneName, zone }) => ({ name: zoneName, privateDnsZoneId: zone.id })),
    });
    return [...zones.map(({ link }) => link), records];
  });
}
