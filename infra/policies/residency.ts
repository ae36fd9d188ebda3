// Everything that has a place is in the geography, and nothing makes a copy elsewhere.
import type { StackValidationPolicy } from '@pulumi/policy';
import { geographyOf, isGeographySlug } from '../../shared/geography/catalogue.js';
import { at } from './read-props.js';
import { resourceRule } from './resource-rule.js';

/** Global services of Azure: names, rules and routes; nothing about persons is at rest in them. */
const globalTypes = new Set([
  'azure-native:cdn:AFDEndpoint',
  'azure-native:cdn:Profile',
  'azure-native:dns:Zone',
  'azure-native:monitor:ActionGroup',
  'azure-native:monitor:MetricAlert',
  'azure-native:monitor:PrivateLinkScope',
  'azure-native:privatedns:PrivateZone',
  'azure-native:privatedns:VirtualNetworkLink',
  'azure-native:trafficmanager:Profile',
]);

const groupType = 'azure-native:resources:ResourceGroup';

/** A stack without the tag is the global one: there, only names are, and nothing else may have a place. */
export const withinGeography: StackValidationPolicy = {
  name: 'within-geography',
  description:
    'What is at rest about a resource lies in its geography and nowhere else; the lists of regions are closed.',
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const group = resources.find(({ type }) => type === groupType);
    const slug = at(group?.props, 'tags.geography');
    const regions = typeof slug === 'string' && isGeographySlug(slug) ? geographyOf(slug).regions : undefined;
    for (const { type, props, urn } of resources) {
      const location: unknown = at(props, 'location');
      if (typeof location !== 'string' || (regions === undefined && type === groupType)) {
        continue;
      }
      if (location === 'global' && globalTypes.has(type)) {
        continue;
      }
      // Azure also answers with the name for people: "North Europe".
      if (regions?.includes(location.toLowerCase().replaceAll(' ', ''))) {
        continue;
      }
      const allowed =
        regions === undefined ? 'only global services may be here' : `its regions are ${regions.join(', ')}`;
      report(
        `${type} is placed in ${location}, which is outside of ${String(slug ?? 'the global stack')}; ${allowed}.`,
        urn,
      );
    }
  },
};

export const noGeoReplication = resourceRule({
  name: 'no-geo-replication',
  why: 'Geo-redundant storage copies everything to the paired region; for Brazil that is in the United States.',
  checks: {
    'storage:StorageAccount': (props) => {
      const sku = String(at(props, 'sku.name'));
      return /^Standard(V2)?_(ZRS|LRS)$/.test(sku) ? [] : [`The sku ${sku} is not one that stays in its region`];
    },
  },
});

const forbidden = (what: string) => () => [what];

export const noCopyAnywhere = resourceRule({
  name: 'no-copy-anywhere',
  why: 'There is one copy of the data of a geography; nobody could say where a second one is and when it is deleted.',
  checks: {
    'storage:ObjectReplicationPolicy': forbidden('Object replication copies blobs to another account'),
    'storage:BlobInventoryPolicy': forbidden('A blob inventory is a list of names kept elsewhere'),
    'storage:StorageAccount': (props) =>
      at(props, 'allowCrossTenantReplication') === false ? [] : ['allowCrossTenantReplication must be false'],
    'operationalinsights:DataExport': forbidden('A data export copies logs to another account'),
    'webpubsub:WebPubSubReplica': forbidden('A replica of Web PubSub is in another region'),
  },
});
