// The arguments that a promise rests on: written out here a second time, so that nobody changes one in passing. An argument
// that is left out is as bad as a wrong one: defaults are Azure's to change.
import type { Profile } from '../plan/options.js';

interface SafetyArguments {
  readonly type: string;
  readonly expected: Readonly<Record<string, unknown>>;
}

/** Whatever is more than a day old goes, as snapshot or version too. */
function lifecycle(container: string) {
  const expired = { delete: { daysAfterCreationGreaterThan: 1 } };
  return {
    name: container,
    enabled: true,
    type: 'Lifecycle',
    definition: {
      filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: [`${container}/`] },
      actions: { baseBlob: expired, snapshot: expired, version: expired },
    },
  };
}

export function safetyArguments(profile: Profile): readonly SafetyArguments[] {
  const isPrivate = profile === 'private';
  const publicNetworkAccess = isPrivate ? 'Disabled' : 'Enabled';
  const defaultAction = isPrivate ? 'Deny' : 'Allow';
  return [
    {
      type: 'storage:StorageAccount',
      expected: {
        kind: 'StorageV2',
        sku: { name: 'Standard_ZRS' },
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        minimumTlsVersion: 'TLS1_2',
        enableHttpsTrafficOnly: true,
        allowCrossTenantReplication: false,
        allowedCopyScope: 'AAD',
        defaultToOAuthAuthentication: true,
        isLocalUserEnabled: false,
        isSftpEnabled: false,
        isHnsEnabled: false,
        publicNetworkAccess,
        networkRuleSet: { defaultAction, bypass: 'AzureServices' },
        encryption: { requireInfrastructureEncryption: true, keySource: 'Microsoft.Storage' },
        sasPolicy: { sasExpirationPeriod: '00.01:00:00', expirationAction: 'Block' },
      },
    },
    {
      type: 'storage:BlobServiceProperties',
      expected: {
        blobServicesName: 'default',
        deleteRetentionPolicy: { enabled: false },
        containerDeleteRetentionPolicy: { enabled: false },
        isVersioningEnabled: false,
        changeFeed: { enabled: false },
        restorePolicy: { enabled: false },
      },
    },
    { type: 'storage:BlobContainer', expected: { publicAccess: 'None' } },
    {
      type: 'storage:ManagementPolicy',
      expected: {
        managementPolicyName: 'default',
        policy: { rules: [lifecycle('recordings'), lifecycle('exports'), lifecycle('eventdeadletters')] },
      },
    },
    {
      type: 'web:WebApp',
      expected: {
        httpsOnly: true,
        clientAffinityEnabled: false,
        identity: { type: 'UserAssigned' },
        siteConfig: {
          minTlsVersion: '1.2',
          scmMinTlsVersion: '1.2',
          http20Enabled: true,
          ftpsState: 'Disabled',
          remoteDebuggingEnabled: false,
        },
      },
    },
    { type: 'web:WebAppFtpAllowed', expected: { allow: false } },
    { type: 'web:WebAppScmAllowed', expected: { allow: false } },
    {
      type: 'keyvault:Vault',
      expected: {
        properties: {
          enableRbacAuthorization: true,
          enableSoftDelete: true,
          enablePurgeProtection: true,
          softDeleteRetentionInDays: 90,
          publicNetworkAccess,
          networkAcls: { defaultAction, bypass: 'AzureServices' },
        },
      },
    },
    {
      type: 'eventgrid:Topic',
      expected: {
        dataResidencyBoundary: 'WithinRegion',
        disableLocalAuth: true,
        minimumTlsVersionAllowed: '1.2',
        publicNetworkAccess,
      },
    },
    {
      type: 'operationalinsights:Workspace',
      expected: {
        retentionInDays: 30,
        features: { disableLocalAuth: true, immediatePurgeDataOn30Days: true, enableDataExport: false },
      },
    },
    { type: 'operationalinsights:Table', expected: { retentionInDays: 30, totalRetentionInDays: 30 } },
    {
      type: 'applicationinsights:Component',
      expected: {
        ingestionMode: 'LogAnalytics',
        disableLocalAuth: true,
        disableIpMasking: false,
        retentionInDays: 30,
        immediatePurgeDataOn30Days: true,
      },
    },
    { type: 'authorization:RoleAssignment', expected: { principalType: 'ServicePrincipal' } },
  ];
}
