// How each type of the program is called in Azure Resource Manager, in the version that the provider sends, and where its
// properties go. Names differ where the provider's authors renamed something.

export interface ArmType {
  /** With parents, as `Microsoft.Storage/storageAccounts/blobServices`. */
  readonly type: string;
  readonly apiVersion: string;
  /** Inputs that hold the name, the parents' first; a text in quotes is fixed. */
  readonly name: readonly string[];
  /** Input → name on the wire. */
  readonly renamed?: Readonly<Record<string, string>>;
  /** Paths of objects in `properties` whose fields, but for those named, the provider puts into `properties` of their own. */
  readonly nested?: Readonly<Record<string, readonly string[]>>;
  /** Renamed somewhere inside of the properties. */
  readonly renamedInside?: Readonly<Record<string, string>>;
  /** Inputs that are properties, although most types have one of this name beside them. */
  readonly inside?: readonly string[];
  /** It belongs to another resource, which this input names. */
  readonly extension?: 'scope' | 'resourceUri';
}

const storage = '2024-01-01';
const web = '2025-05-01';
const cdn = '2025-06-01';

const armTypes: Readonly<Record<string, ArmType>> = {
  'resources:ResourceGroup': {
    type: 'Microsoft.Resources/resourceGroups',
    apiVersion: '2024-03-01',
    name: ['resourceGroupName'],
  },
  'storage:StorageAccount': {
    type: 'Microsoft.Storage/storageAccounts',
    apiVersion: storage,
    name: ['accountName'],
    renamed: {
      enableHttpsTrafficOnly: 'supportsHttpsTrafficOnly',
      networkRuleSet: 'networkAcls',
    },
  },
  'storage:BlobServiceProperties': {
    type: 'Microsoft.Storage/storageAccounts/blobServices',
    apiVersion: storage,
    name: ['accountName', 'blobServicesName'],
  },
  'storage:BlobContainer': {
    type: 'Microsoft.Storage/storageAccounts/blobServices/containers',
    apiVersion: storage,
    name: ['accountName', "'default'", 'containerName'],
  },
  'storage:Queue': {
    type: 'Microsoft.Storage/storageAccounts/queueServices/queues',
    apiVersion: storage,
    name: ['accountName', "'default'", 'queueName'],
  },
  'storage:Table': {
    type: 'Microsoft.Storage/storageAccounts/tableServices/tables',
    apiVersion: storage,
    name: ['accountName', "'default'", 'tableName'],
  },
  'storage:ManagementPolicy': {
    type: 'Microsoft.Storage/storageAccounts/managementPolicies',
    apiVersion: storage,
    name: ['accountName', 'managementPolicyName'],
  },
  'managedidentity:UserAssignedIdentity': {
    type: 'Microsoft.ManagedIdentity/userAssignedIdentities',
    apiVersion: '2023-01-31',
    name: ['resourceName'],
  },
  'authorization:RoleAssignment': {
    type: 'Microsoft.Authorization/roleAssignments',
    apiVersion: '2022-04-01',
    name: ['roleAssignmentName'],
    extension: 'scope',
  },
  'authorization:ManagementLockByScope': {
    type: 'Microsoft.Authorization/locks',
    apiVersion: '2020-05-01',
    name: ['lockName'],
    extension: 'scope',
  },
  'keyvault:Vault': { type: 'Microsoft.KeyVault/vaults', apiVersion: '2024-11-01', name: ['vaultName'] },
  'keyvault:Secret': {
    type: 'Microsoft.KeyVault/vaults/secrets',
    apiVersion: '2024-11-01',
    name: ['vaultName', 'secretName'],
  },
  'eventgrid:Domain': { type: 'Microsoft.EventGrid/domains', apiVersion: '2025-02-15', name: ['domainName'] },
  'eventgrid:DomainEventSubscription': {
    type: 'Microsoft.EventGrid/domains/eventSubscriptions',
    apiVersion: '2025-02-15',
    name: ['domainName', 'eventSubscriptionName'],
    nested: {
      destination: ['endpointType'],
      'deadLetterWithResourceIdentity.deadLetterDestination': ['endpointType'],
    },
  },
  'operationalinsights:Workspace': {
    type: 'Microsoft.OperationalInsights/workspaces',
    apiVersion: '2023-09-01',
    name: ['workspaceName'],
    inside: ['sku'],
  },
  'operationalinsights:Table': {
    type: 'Microsoft.OperationalInsights/workspaces/tables',
    apiVersion: '2023-09-01',
    name: ['workspaceName', 'tableName'],
  },
  'operationalinsights:SavedSearch': {
    type: 'Microsoft.OperationalInsights/workspaces/savedSearches',
    apiVersion: '2023-09-01',
    name: ['workspaceName', 'savedSearchId'],
  },
  'monitor:DataCollectionEndpoint': {
    type: 'Microsoft.Insights/dataCollectionEndpoints',
    apiVersion: '2022-06-01',
    name: ['dataCollectionEndpointName'],
  },
  'monitor:DataCollectionRule': {
    type: 'Microsoft.Insights/dataCollectionRules',
    apiVersion: '2022-06-01',
    name: ['dataCollectionRuleName'],
  },
  'applicationinsights:Component': {
    type: 'Microsoft.Insights/components',
    apiVersion: '2020-02-02',
    name: ['resourceName'],
    renamed: {
      applicationType: 'Application_Type',
      disableIpMasking: 'DisableIpMasking',
      disableLocalAuth: 'DisableLocalAuth',
      flowType: 'Flow_Type',
      immediatePurgeDataOn30Days: 'ImmediatePurgeDataOn30Days',
      ingestionMode: 'IngestionMode',
      requestSource: 'Request_Source',
      retentionInDays: 'RetentionInDays',
      workspaceResourceId: 'WorkspaceResourceId',
    },
  },
  'applicationinsights:Workbook': {
    type: 'Microsoft.Insights/workbooks',
    apiVersion: '2023-06-01',
    name: ['resourceName'],
  },
  'applicationinsights:WebTest': {
    type: 'Microsoft.Insights/webtests',
    apiVersion: '2022-06-15',
    name: ['webTestName'],
    renamed: {
      syntheticMonitorId: 'SyntheticMonitorId',
      webTestKind: 'Kind',
      enabled: 'Enabled',
      frequency: 'Frequency',
      timeout: 'Timeout',
      retryEnabled: 'RetryEnabled',
      locations: 'Locations',
      description: 'Description',
      request: 'Request',
      validationRules: 'ValidationRules',
    },
    renamedInside: {
      location: 'Id',
      requestUrl: 'RequestUrl',
      httpVerb: 'HttpVerb',
      parseDependentRequests: 'ParseDependentRequests',
      expectedHttpStatusCode: 'ExpectedHttpStatusCode',
      sSLCheck: 'SSLCheck',
    },
  },
  'monitor:DiagnosticSetting': {
    type: 'Microsoft.Insights/diagnosticSettings',
    apiVersion: '2021-05-01-preview',
    name: ['name'],
    extension: 'resourceUri',
  },
  'monitor:ActionGroup': {
    type: 'Microsoft.Insights/actionGroups',
    apiVersion: '2024-10-01-preview',
    name: ['actionGroupName'],
  },
  'monitor:PrivateLinkScope': {
    type: 'Microsoft.Insights/privateLinkScopes',
    apiVersion: '2023-06-01-preview',
    name: ['scopeName'],
  },
  'monitor:PrivateLinkScopedResource': {
    type: 'Microsoft.Insights/privateLinkScopes/scopedResources',
    apiVersion: '2023-06-01-preview',
    name: ['scopeName', 'name'],
  },
  'monitor:MetricAlert': {
    type: 'Microsoft.Insights/metricAlerts',
    apiVersion: '2018-03-01',
    name: ['ruleName'],
    renamedInside: { odataType: 'odata.type' },
  },
  'monitor:ScheduledQueryRule': {
    type: 'Microsoft.Insights/scheduledQueryRules',
    apiVersion: '2025-01-01-preview',
    name: ['ruleName'],
  },
  'web:AppServicePlan': { type: 'Microsoft.Web/serverfarms', apiVersion: web, name: ['name'] },
  'web:WebApp': { type: 'Microsoft.Web/sites', apiVersion: web, name: ['name'] },
  'web:WebAppFtpAllowed': {
    type: 'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
    apiVersion: web,
    name: ['name', "'ftp'"],
  },
  'web:WebAppScmAllowed': {
    type: 'Microsoft.Web/sites/basicPublishingCredentialsPolicies',
    apiVersion: web,
    name: ['name', "'scm'"],
  },
  'web:Certificate': { type: 'Microsoft.Web/certificates', apiVersion: web, name: ['name'] },
  'web:SiteCertificate': {
    type: 'Microsoft.Web/sites/certificates',
    apiVersion: web,
    name: ['name', 'certificateName'],
  },
  'web:WebAppHostNameBinding': {
    type: 'Microsoft.Web/sites/hostNameBindings',
    apiVersion: web,
    name: ['name', 'hostName'],
  },
  'webpubsub:WebPubSub': {
    type: 'Microsoft.SignalRService/webPubSub',
    apiVersion: '2024-03-01',
    name: ['resourceName'],
  },
  'webpubsub:WebPubSubHub': {
    type: 'Microsoft.SignalRService/webPubSub/hubs',
    apiVersion: '2024-03-01',
    name: ['resourceName', 'hubName'],
  },
  'containerinstance:ContainerGroup': {
    type: 'Microsoft.ContainerInstance/containerGroups',
    apiVersion: '2024-05-01-preview',
    name: ['containerGroupName'],
    nested: { 'containers[]': ['name'] },
    inside: ['sku'],
  },
  'network:VirtualNetwork': {
    type: 'Microsoft.Network/virtualNetworks',
    apiVersion: '2024-05-01',
    name: ['virtualNetworkName'],
    nested: { 'subnets[].delegations[]': ['name'], 'subnets[]': ['name'] },
  },
  'network:NetworkSecurityGroup': {
    type: 'Microsoft.Network/networkSecurityGroups',
    apiVersion: '2024-05-01',
    name: ['networkSecurityGroupName'],
    nested: { 'securityRules[]': ['name'] },
  },
  'network:PrivateEndpoint': {
    type: 'Microsoft.Network/privateEndpoints',
    apiVersion: '2024-05-01',
    name: ['privateEndpointName'],
    nested: { 'privateLinkServiceConnections[]': ['name'] },
  },
  'network:PrivateDnsZoneGroup': {
    type: 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups',
    apiVersion: '2024-05-01',
    name: ['privateEndpointName', 'privateDnsZoneGroupName'],
    nested: { 'privateDnsZoneConfigs[]': ['name'] },
  },
  'privatedns:PrivateZone': {
    type: 'Microsoft.Network/privateDnsZones',
    apiVersion: '2024-06-01',
    name: ['privateZoneName'],
  },
  'privatedns:VirtualNetworkLink': {
    type: 'Microsoft.Network/privateDnsZones/virtualNetworkLinks',
    apiVersion: '2024-06-01',
    name: ['privateZoneName', 'virtualNetworkLinkName'],
  },
  'dns:Zone': { type: 'Microsoft.Network/dnsZones', apiVersion: '2023-07-01-preview', name: ['zoneName'] },
  'dns:RecordSet': {
    type: 'Microsoft.Network/dnsZones',
    apiVersion: '2023-07-01-preview',
    name: ['zoneName', 'relativeRecordSetName'],
    renamed: { ttl: 'TTL', cnameRecord: 'CNAMERecord', txtRecords: 'TXTRecords' },
  },
  'cdn:Profile': { type: 'Microsoft.Cdn/profiles', apiVersion: cdn, name: ['profileName'] },
  'cdn:Secret': { type: 'Microsoft.Cdn/profiles/secrets', apiVersion: cdn, name: ['profileName', 'secretName'] },
  'cdn:AFDEndpoint': {
    type: 'Microsoft.Cdn/profiles/afdEndpoints',
    apiVersion: cdn,
    name: ['profileName', 'endpointName'],
  },
  'cdn:AFDOriginGroup': {
    type: 'Microsoft.Cdn/profiles/originGroups',
    apiVersion: cdn,
    name: ['profileName', 'originGroupName'],
  },
  'cdn:AFDOrigin': {
    type: 'Microsoft.Cdn/profiles/originGroups/origins',
    apiVersion: cdn,
    name: ['profileName', 'originGroupName', 'originName'],
  },
  'cdn:AFDCustomDomain': {
    type: 'Microsoft.Cdn/profiles/customDomains',
    apiVersion: cdn,
    name: ['profileName', 'customDomainName'],
  },
  'cdn:Route': {
    type: 'Microsoft.Cdn/profiles/afdEndpoints/routes',
    apiVersion: cdn,
    name: ['profileName', 'endpointName', 'routeName'],
  },
};

const provider = 'azure-native:';

/** @throws {Error} for a type that the table does not know */
export function armTypeOf(token: string, inputs: Readonly<Record<string, unknown>>): ArmType {
  const found = armTypes[token.slice(provider.length)];
  if (found === undefined) {
    throw new Error(`How ${token} is called in Azure is missing in infra/render/arm-types.ts.`);
  }
  // The kind of a DNS record is part of its type.
  return token === 'azure-native:dns:RecordSet'
    ? { ...found, type: `${found.type}/${String(inputs['recordType'])}` }
    : found;
}

/** The name with its parents', as a list. */
export function armNameOf({ name }: ArmType, inputs: Readonly<Record<string, unknown>>): readonly string[] {
  return name.map((part) => (part.startsWith("'") ? part.slice(1, -1) : String(inputs[part])));
}
