// Each policy lets the real stacks pass and stops a stack that breaks it.
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { beforeAll, describe, expect, test } from 'vitest';
import { policies } from '../policies/policies.js';
import type { RecordedResource } from '../render/recorded-resource.js';
import { everything, record } from './sample-stacks.js';
import { setAll } from './rules/rule-row.js';

type Resources = readonly RecordedResource[];
const placed = 'azure-native:';

const add = (type: string, inputs: Readonly<Record<string, unknown>>) => (resources: Resources) => [
  ...resources,
  { type: `${placed}${type}`, name: 'added', inputs, dependsOn: [], protect: false },
];
const set = (type: string, path: string, value: unknown) => (resources: Resources) =>
  setAll(resources, type, path, value);

/** What each must stop; every policy has some. */
const mutants: Readonly<Record<string, readonly ((resources: Resources) => Resources)[]>> = {
  'within-geography': [
    set('storage:StorageAccount', 'location', 'polandcentral'),
    set('storage:StorageAccount', 'location', 'global'),
    set('resources:ResourceGroup', 'location', 'southcentralus'),
    set('eventgrid:Topic', 'location', 'West US'),
  ],
  'no-geo-replication': ['Standard_GRS', 'Standard_RAGRS', 'Standard_GZRS', 'StandardV2_GZRS', undefined].map((sku) =>
    set('storage:StorageAccount', 'sku.name', sku),
  ),
  'no-copy-anywhere': [
    add('storage:ObjectReplicationPolicy', {}),
    add('storage:BlobInventoryPolicy', {}),
    add('operationalinsights:DataExport', {}),
    add('webpubsub:WebPubSubReplica', {}),
    set('storage:StorageAccount', 'allowCrossTenantReplication', undefined),
  ],
  'no-shared-keys': [
    set('storage:StorageAccount', 'allowSharedKeyAccess', undefined),
    set('storage:StorageAccount', 'allowBlobPublicAccess', true),
    set('storage:BlobContainer', 'publicAccess', 'Blob'),
    set('web:WebAppScmAllowed', 'allow', true),
  ],
  'no-local-auth': [
    set('eventgrid:Topic', 'disableLocalAuth', undefined),
    set('operationalinsights:Workspace', 'features.disableLocalAuth', false),
    set('applicationinsights:Component', 'disableLocalAuth', false),
    set('webpubsub:WebPubSub', 'disableLocalAuth', false),
    set('keyvault:Vault', 'properties.enableRbacAuthorization', false),
  ],
  'no-secrets-in-settings': [
    ...[
      'DOMICILE_MASTER_SECRET',
      'DOMICILE_RETIRED_MASTER_SECRETS',
      'DOMICILE_TOKEN_KEY',
      'DOMICILE_HOP_KEY',
      'DOMICILE_CALLBACK_KEY',
    ].map((name) => ({ name, value: 'AAAA' })),
    { name: 'AzureWebJobsStorage', value: 'x' },
    { name: 'HARMLESS', value: 'DefaultEndpointsProtocol=https;AccountKey=abc' },
  ].map((setting) => set('web:WebApp', 'siteConfig.appSettings', [setting])),
  'transport-is-encrypted': [
    set('storage:StorageAccount', 'minimumTlsVersion', 'TLS1_0'),
    set('storage:StorageAccount', 'enableHttpsTrafficOnly', false),
    set('web:WebApp', 'httpsOnly', undefined),
    set('eventgrid:Topic', 'minimumTlsVersionAllowed', '1.0'),
  ],
  'nothing-deleted-is-kept': [
    ...['deleteRetentionPolicy.enabled', 'containerDeleteRetentionPolicy.enabled', 'isVersioningEnabled'].map((path) =>
      set('storage:BlobServiceProperties', path, true),
    ),
    set('storage:BlobServiceProperties', 'changeFeed', undefined),
    set('storage:BlobServiceProperties', 'restorePolicy.enabled', true),
    set('storage:StorageAccount', 'immutableStorageWithVersioning', { enabled: true }),
  ],
  'lifecycle-covers-personal-data': [
    add('storage:BlobContainer', { containerName: 'voicemails', publicAccess: 'None' }),
    set('storage:ManagementPolicy', 'policy.rules', []),
    (resources) => resources.filter(({ type }) => !type.endsWith(':ManagementPolicy')),
  ],
  'topic-stays-in-region': [
    set('eventgrid:Topic', 'dataResidencyBoundary', 'WithinGeopair'),
    set('eventgrid:Topic', 'dataResidencyBoundary', undefined),
  ],
  'dead-letters-stay-in-account': [
    set('eventgrid:TopicEventSubscription', 'deadLetterWithResourceIdentity', undefined),
    set('eventgrid:TopicEventSubscription', 'deadLetterDestination', { endpointType: 'StorageBlob' }),
    add('eventgrid:EventSubscription', {}),
  ],
  'logs-end-on-time': [
    set('operationalinsights:Table', 'totalRetentionInDays', 365),
    set('operationalinsights:Table', 'totalRetentionInDays', undefined),
    set('operationalinsights:Workspace', 'retentionInDays', 90),
    set('operationalinsights:Workspace', 'features.immediatePurgeDataOn30Days', undefined),
    set('applicationinsights:Component', 'disableIpMasking', true),
  ],
  'logs-stay-in-geography': [
    set(
      'monitor:DiagnosticSetting',
      'workspaceId',
      '/subscriptions/x/resourceGroups/y/providers/z/workspaces/dom-uk-logs',
    ),
    set('monitor:DiagnosticSetting', 'storageAccountId', '/subscriptions/x'),
    set('applicationinsights:Component', 'workspaceResourceId', undefined),
  ],
};

let stacks: readonly Resources[];
let europe: Resources;

beforeAll(async () => {
  const recorded = [
    await record('europe', everything),
    await record('brazil', { profile: 'private', ...everything }),
    await record('switzerland'),
    await record('global'),
  ];
  stacks = recorded.map(({ resources }) => resources);
  europe = stacks[0] ?? [];
});

describe.each(policies)('$name', (policy) => {
  test('gives its reason', () => expect(policy.description.length).toBeGreaterThan(40));

  test('lets the real stacks pass', () => {
    for (const stack of stacks) {
      expect(violations(policy, stack)).toEqual([]);
    }
  });

  test('stops each stack that breaks it', () => {
    const broken = mutants[policy.name] ?? [];
    expect(broken.length).toBeGreaterThan(0);
    for (const [n, mutate] of broken.entries()) {
      expect(violations(policy, mutate(europe)), `mutant ${n}`).not.toEqual([]);
    }
  });
});

function violations(policy: ResourceValidationPolicy | StackValidationPolicy, resources: Resources): string[] {
  const found: string[] = [];
  const report = (message: string) => void found.push(message);
  const common = {
    getConfig: () => ({}) as never,
    stackTags: new Map<string, string>(),
    notApplicable: (): never => {
      throw new Error('not applicable');
    },
  };
  const all = resources.map(({ type, name, inputs, protect }) => ({
    type,
    name,
    urn: `urn:pulumi:test::domicile::${type}::${name}`,
    props: inputs as Record<string, unknown>,
    opts: { protect, ignoreChanges: [], aliases: [], customTimeouts: {}, additionalSecretOutputs: [] } as never,
    isType: () => false,
    asType: () => undefined,
    dependencies: [],
    propertyDependencies: {},
  }));
  if ('validateStack' in policy) {
    void policy.validateStack({ ...common, resources: all as PolicyResource[] }, report);
  } else {
    const validations = [policy.validateResource ?? []].flat();
    for (const resource of all) {
      for (const validate of validations) {
        void validate({ ...common, ...resource }, report);
      }
    }
  }
  return found;
}
