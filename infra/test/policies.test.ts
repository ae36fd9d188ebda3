// Each policy lets the real stacks pass and stops a stack that breaks it.
import type { PolicyResource, ResourceValidationPolicy, StackValidationPolicy } from '@pulumi/policy';
import { beforeAll, describe, expect, test } from 'vitest';
import { policies } from '../policies/policies.js';
import { at, listAt } from '../policies/read-props.js';
import type { RecordedResource } from '../render/recorded-resource.js';
import { everything, record, withTexts } from './sample-stacks.js';
import { setAll } from './rules/rule-row.js';

type Resources = readonly RecordedResource[];
const placed = 'azure-native:';

const add = (type: string, inputs: Readonly<Record<string, unknown>>) => (resources: Resources) => [
  ...resources,
  { type: `${placed}${type}`, name: 'added', inputs, dependsOn: [], protect: false },
];
const set = (type: string, path: string, value: unknown) => (resources: Resources) =>
  setAll(resources, type, path, value);

type Rule = Readonly<Record<string, unknown>>;
const changeRules = (change: (rules: readonly Rule[]) => readonly Rule[]) => (resources: Resources) =>
  resources.map((each) =>
    each.type === 'azure-native:network:NetworkSecurityGroup'
      ? { ...each, inputs: { ...each.inputs, securityRules: change(each.inputs['securityRules'] as readonly Rule[]) } }
      : each,
  );

/** @param value undefined takes the setting away */
const setSetting = (name: string, value: string | undefined) => (resources: Resources) => {
  const app = resources.find(({ type }) => type.endsWith(':WebApp'));
  const others = listAt(app?.inputs, 'siteConfig.appSettings').filter((each) => at(each, 'name') !== name);
  return set('web:WebApp', 'siteConfig.appSettings', [...others, ...(value === undefined ? [] : [{ name, value }])])(
    resources,
  );
};

/** Policies about the private profile only. */
const aboutPrivate = ['private-is-closed', 'subnets-have-rules'];

/** What each must stop; every policy has some. */
const mutants: Readonly<Record<string, readonly ((resources: Resources) => Resources)[]>> = {
  'within-geography': [
    set('storage:StorageAccount', 'location', 'polandcentral'),
    set('storage:StorageAccount', 'location', 'global'),
    set('resources:ResourceGroup', 'location', 'southcentralus'),
    set('eventgrid:Domain', 'location', 'West US'),
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
    set('eventgrid:Domain', 'disableLocalAuth', undefined),
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
      'DOMICILE_MAIL',
    ].map((name) => ({ name, value: 'AAAA' })),
    { name: 'AzureWebJobsStorage', value: 'x' },
    { name: 'HARMLESS', value: 'DefaultEndpointsProtocol=https;AccountKey=abc' },
  ].map((setting) => set('web:WebApp', 'siteConfig.appSettings', [setting])),
  'master-secrets-stay': [
    setSetting('DOMICILE_MASTER_SECRET_VERSION', '3'),
    setSetting('DOMICILE_MASTER_SECRET_VERSION', undefined),
    setSetting('DOMICILE_MASTER_SECRET_VERSION', '0'),
    setSetting('DOMICILE_RETIRED_MASTER_SECRETS', '@Microsoft.KeyVault(SecretUri=x)'),
  ],
  'transport-is-encrypted': [
    set('storage:StorageAccount', 'minimumTlsVersion', 'TLS1_0'),
    set('storage:StorageAccount', 'enableHttpsTrafficOnly', false),
    set('web:WebApp', 'httpsOnly', undefined),
    set('eventgrid:Domain', 'minimumTlsVersionAllowed', '1.0'),
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
  'events-stay-in-region': [
    set('eventgrid:Domain', 'dataResidencyBoundary', 'WithinGeopair'),
    set('eventgrid:Domain', 'dataResidencyBoundary', undefined),
    add('eventgrid:Topic', { dataResidencyBoundary: 'WithinGeopair' }),
  ],
  'dead-letters-stay-in-account': [
    set('eventgrid:DomainEventSubscription', 'deadLetterWithResourceIdentity', undefined),
    set('eventgrid:DomainEventSubscription', 'deadLetterDestination', { endpointType: 'StorageBlob' }),
    add('eventgrid:EventSubscription', {}),
  ],
  'live-chat-is-not-traced': [
    set('webpubsub:WebPubSub', 'liveTraceConfiguration.enabled', 'true'),
    set('webpubsub:WebPubSub', 'liveTraceConfiguration', undefined),
    set('webpubsub:WebPubSub', 'resourceLogConfiguration', { categories: [] }),
  ],
  'live-hub-is-known': [
    set('webpubsub:WebPubSubHub', 'properties.anonymousConnectPolicy', 'allow'),
    set('webpubsub:WebPubSubHub', 'properties.eventHandlers', [{ urlTemplate: 'https://x/', auth: { type: 'None' } }]),
    set('webpubsub:WebPubSubHub', 'properties.eventHandlers', [
      { urlTemplate: 'http://x/', auth: { type: 'ManagedIdentity' } },
    ]),
  ],
  'gateway-keeps-nothing': ['volumes', 'diagnostics', 'initContainers', 'extensions'].map((name) =>
    set('containerinstance:ContainerGroup', name, [{}]),
  ),
  'gateway-is-what-was-built': [
    set('containerinstance:ContainerGroup', 'restartPolicy', 'Never'),
    set('containerinstance:ContainerGroup', 'containers', [{ image: 'contoso.azurecr.io/gateway:latest' }]),
    set('containerinstance:ContainerGroup', 'containers', [
      { image: `x/y@sha256:${'a'.repeat(64)}`, environmentVariables: [{ name: 'GATEWAY_SECRET', value: 'shown' }] },
    ]),
  ],
  'gateway-takes-nothing-else': [
    set('containerinstance:ContainerGroup', 'ipAddress.ports', [{ port: 22, protocol: 'TCP' }]),
    set('containerinstance:ContainerGroup', 'ipAddress.ports', [{ port: 25, protocol: 'UDP' }]),
  ],
  'gateway-keeps-its-name': [
    set('containerinstance:ContainerGroup', 'ipAddress.autoGeneratedDomainNameLabelScope', 'Unsecure'),
    set('containerinstance:ContainerGroup', 'ipAddress.autoGeneratedDomainNameLabelScope', undefined),
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
    set('monitor:DataCollectionRule', 'destinations.logAnalytics', []),
    set('monitor:DataCollectionRule', 'destinations.logAnalytics', [
      { workspaceResourceId: '/x/workspaces/dom-uk-logs' },
    ]),
    set('monitor:DataCollectionRule', 'destinations.storageAccounts', [{}]),
    set('monitor:DataCollectionRule', 'destinations.eventHubsDirect', [{}]),
  ],
  'rows-are-as-declared': [
    set('monitor:DataCollectionRule', 'dataFlows', []),
    set('monitor:DataCollectionRule', 'dataFlows', [
      { streams: ['Microsoft-Syslog'], outputStream: 'Microsoft-Syslog' },
    ]),
    set('monitor:DataCollectionRule', 'streamDeclarations', {}),
    set('monitor:DataCollectionRule', 'dataSources', { syslog: [{}] }),
  ],
  'alerts-are-heard': [
    set('monitor:ActionGroup', 'enabled', false),
    (resources) =>
      ['emailReceivers', 'webhookReceivers'].reduce(
        (all: Resources, list) => setAll(all, 'monitor:ActionGroup', list, []),
        resources,
      ),
    set('monitor:MetricAlert', 'actions', []),
    set('monitor:MetricAlert', 'enabled', false),
    set('monitor:ScheduledQueryRule', 'actions.actionGroups', undefined),
  ],
  'app-cannot-change-its-code': [
    set('authorization:RoleAssignment', 'condition', undefined),
    set('authorization:RoleAssignment', 'conditionVersion', '1.0'),
    set('authorization:RoleAssignment', 'condition', "(@Resource[x:name] StringNotEquals 'other')"),
    set('authorization:RoleAssignment', 'principalId', 'one for all'),
    add('authorization:RoleAssignment', {
      principalId: '${app-identity.principalId}',
      roleDefinitionId: '/x/ba92f5b4-2d11-453d-a403-e96b0029c9fe',
      scope: '/x/blobServices/default/containers/deployments',
    }),
    add('authorization:RoleAssignment', {
      principalId: '${app-identity.principalId}',
      roleDefinitionId: '/x/b24988ac-6180-42a0-ab88-20f7382dd24c',
      scope: '/subscriptions/x/resourceGroups/y',
    }),
    (resources) =>
      setAll(
        resources,
        'web:WebApp',
        'functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId',
        at(resources.find(({ type }) => type.endsWith(':WebApp'))?.inputs, 'keyVaultReferenceIdentity'),
      ),
  ],
  'private-is-closed': [
    ...['storage:StorageAccount', 'eventgrid:Domain', 'webpubsub:WebPubSub', 'web:WebApp'].map((type) =>
      set(type, 'publicNetworkAccess', 'Enabled'),
    ),
    set('web:WebApp', 'publicNetworkAccess', undefined),
    set('storage:StorageAccount', 'networkRuleSet.defaultAction', 'Allow'),
    set('keyvault:Vault', 'properties.publicNetworkAccess', 'Enabled'),
    set('keyvault:Vault', 'properties.networkAcls.defaultAction', 'Allow'),
    ...['operationalinsights:Workspace', 'applicationinsights:Component'].flatMap((type) =>
      ['Ingestion', 'Query'].map((way) => set(type, `publicNetworkAccessFor${way}`, 'Enabled')),
    ),
    set('monitor:DataCollectionEndpoint', 'networkAcls.publicNetworkAccess', 'Enabled'),
    set('monitor:PrivateLinkScope', 'accessModeSettings.ingestionAccessMode', 'Open'),
    set('monitor:PrivateLinkScope', 'accessModeSettings.queryAccessMode', 'Open'),
  ],
  'subnets-have-rules': [
    set('network:VirtualNetwork', 'subnets', [{ name: 'app', addressPrefix: '10.40.0.0/24' }]),
    set('network:NetworkSecurityGroup', 'securityRules', []),
    changeRules((rules) => rules.filter(({ direction, access }) => direction !== 'Inbound' || access !== 'Deny')),
    changeRules((rules) => rules.filter(({ direction, access }) => direction !== 'Outbound' || access !== 'Deny')),
    changeRules((rules) => rules.map((rule) => (rule['access'] === 'Deny' ? { ...rule, priority: 50 } : rule))),
    ...['Internet', '*', '0.0.0.0/0'].map((sourceAddressPrefix) =>
      changeRules((rules) =>
        rules.map((rule) => (rule['access'] === 'Allow' ? { ...rule, sourceAddressPrefix } : rule)),
      ),
    ),
  ],
  'what-has-no-copy-is-locked': [
    set('authorization:ManagementLockByScope', 'level', 'ReadOnly'),
    set('authorization:ManagementLockByScope', 'scope', '/subscriptions/x/storageAccounts/other'),
    ...['storage', 'vault'].map(
      (name) => (resources: Resources) => resources.filter((each) => each.name !== `lock-${name}`),
    ),
  ],
};

let stacks: readonly Resources[];
let europe: Resources;
let privateBrazil: Resources;

beforeAll(async () => {
  const recorded = [
    await record('europe', { ...everything, ...withTexts }),
    await record('brazil', { profile: 'private', ...everything }),
    await record('switzerland'),
    await record('india', { masterSecrets: [1, 2].map((byte) => Buffer.alloc(32, byte).toString('base64')) }),
    await record('global'),
    // A stack may do without, if it says so.
    await record('norway', { alertEmails: [], unheardAlerts: true, deleteLock: false }),
  ];
  stacks = recorded.map(({ resources }) => resources);
  [europe, privateBrazil] = stacks as [Resources, Resources];
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
    const whole = aboutPrivate.includes(policy.name) ? privateBrazil : europe;
    for (const [n, mutate] of broken.entries()) {
      expect(violations(policy, mutate(whole)), `mutant ${n}`).not.toEqual([]);
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
