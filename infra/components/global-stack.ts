// The global stack: a DNS zone with a wildcard name for each geography. No request passes through it, and nothing lies in
// it but names, unless somebody chose Front Door.
import { RecordSet } from '@pulumi/azure-native/dns/recordSet.js';
import { Zone } from '@pulumi/azure-native/dns/zone.js';
import { ResourceGroup } from '@pulumi/azure-native/resources/resourceGroup.js';
import type { Output } from '@pulumi/pulumi';
import type { GlobalPlan } from '../plan/global-plan.js';
import { makeFrontDoor } from './front-door.js';

export interface GlobalOutputs {
  /** To be entered where the domain is registered. */
  readonly nameServers: Output<string[]>;
}

const ttl = 3600;

export function makeGlobalStack(plan: GlobalPlan): GlobalOutputs {
  const { protect, domain: zoneName, tags } = plan;
  const group = new ResourceGroup(
    'group',
    { resourceGroupName: plan.resourceGroup, location: plan.region, tags: { ...tags } },
    { protect },
  );
  const resourceGroupName = group.name;
  const zone = new Zone(
    'zone',
    { resourceGroupName, zoneName, zoneType: 'Public', location: 'global', tags: { ...tags } },
    { protect },
  );
  const inZone = { resourceGroupName, zoneName: zone.name, ttl };
  const door = makeFrontDoor(plan, resourceGroupName);
  for (const { geography, record, appHost } of plan.hosts) {
    const entrance = door.get(geography);
    new RecordSet(`name-${geography}`, {
      ...inZone,
      recordType: 'CNAME',
      relativeRecordSetName: record,
      cnameRecord: { cname: entrance?.host ?? appHost },
    });
    new RecordSet(`proof-${geography}`, {
      ...inZone,
      recordType: 'TXT',
      relativeRecordSetName: `asuid.${geography}`,
      txtRecords: [{ value: [plan.domainVerificationId] }],
    });
    if (entrance === undefined) {
      continue;
    }
    new RecordSet(`door-proof-${geography}`, {
      ...inZone,
      recordType: 'TXT',
      relativeRecordSetName: `_dnsauth.${geography}`,
      txtRecords: [{ value: [entrance.validationToken] }],
    });
  }
  return { nameServers: zone.nameServers };
}
