// The private profile: every door to the outside is closed, and what speaks with what inside is written down.
import type { StackValidationPolicy } from '@pulumi/policy';
import { at, deviations, listAt } from './read-props.js';

const closed = { publicNetworkAccess: 'Disabled' };
const closedLogs = { publicNetworkAccessForIngestion: 'Disabled', publicNetworkAccessForQuery: 'Disabled' };

/** What must stand in a stack whose group says that it is private. */
const whenPrivate: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  'storage:StorageAccount': { ...closed, 'networkRuleSet.defaultAction': 'Deny' },
  'keyvault:Vault': {
    'properties.publicNetworkAccess': 'Disabled',
    'properties.networkAcls.defaultAction': 'Deny',
  },
  'eventgrid:Domain': closed,
  'webpubsub:WebPubSub': closed,
  // Publishing goes through the same door.
  'web:WebApp': closed,
  'operationalinsights:Workspace': closedLogs,
  'applicationinsights:Component': closedLogs,
  'monitor:DataCollectionEndpoint': { 'networkAcls.publicNetworkAccess': 'Disabled' },
  'monitor:PrivateLinkScope': {
    'accessModeSettings.ingestionAccessMode': 'PrivateOnly',
    'accessModeSettings.queryAccessMode': 'PrivateOnly',
  },
};

export const privateIsClosed: StackValidationPolicy = {
  name: 'private-is-closed',
  description:
    'Who chose the private profile relies on it that data, secrets, logs, the app and its publishing are reached from the network only.',
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    const group = resources.find(({ type }) => type === 'azure-native:resources:ResourceGroup');
    if (at(group?.props, 'tags.profile') !== 'private') {
      return;
    }
    for (const { type, props, urn } of resources) {
      for (const problem of deviations(props, whenPrivate[type.replace('azure-native:', '')] ?? {})) {
        report(`${problem} in the private profile.`, urn);
      }
    }
  },
};

const everybody = ['*', 'Internet', '0.0.0.0/0'];

export const subnetsHaveRules: StackValidationPolicy = {
  name: 'subnets-have-rules',
  description: "Azure's own rules let everything out and the whole network in; ours name what may, and deny the rest.",
  enforcementLevel: 'mandatory',
  validateStack: ({ resources }, report) => {
    for (const { type, props, urn } of resources) {
      if (type === 'azure-native:network:VirtualNetwork') {
        for (const subnet of listAt(props, 'subnets')) {
          if (at(subnet, 'networkSecurityGroup.id') === undefined) {
            report(`The subnet ${String(at(subnet, 'name'))} has no rules.`, urn);
          }
        }
      }
      if (type === 'azure-native:network:NetworkSecurityGroup') {
        for (const problem of ['Inbound', 'Outbound'].flatMap((direction) => ruleProblems(props, direction))) {
          report(problem, urn);
        }
      }
    }
  },
};

function ruleProblems(props: unknown, direction: string): readonly string[] {
  const rules = listAt(props, 'securityRules').filter((rule) => at(rule, 'direction') === direction);
  const allowing = rules.filter((rule) => at(rule, 'access') === 'Allow');
  const last = Math.max(...allowing.map((rule) => Number(at(rule, 'priority'))), 0);
  const deniesTheRest = rules.some(
    (rule) =>
      at(rule, 'access') === 'Deny' &&
      Number(at(rule, 'priority')) > last &&
      ['protocol', 'sourceAddressPrefix', 'destinationAddressPrefix', 'destinationPortRange'].every(
        (field) => at(rule, field) === '*',
      ),
  );
  const open = allowing.filter(
    (rule) => direction === 'Inbound' && everybody.includes(String(at(rule, 'sourceAddressPrefix'))),
  );
  return [
    ...(deniesTheRest ? [] : [`${direction}: nothing denies the rest`]),
    ...open.map((rule) => `${String(at(rule, 'name'))} lets everybody in`),
  ];
}
