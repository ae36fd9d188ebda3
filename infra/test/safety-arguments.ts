// The arguments that a promise rests on: written out here a second time, so that nobody changes one in passing. An argument
// that is left out is as bad as a wrong one: defaults are Azure's to change.
import { expect } from 'vitest';
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

const subnet = { networkSecurityGroup: { id: expect.stringContaining('/networkSecurityGroups/') as unknown } };

const inNetwork: readonly SafetyArguments[] = [
  {
    type: 'network:VirtualNetwork',
    expected: { subnets: [subnet, { ...subnet, privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled' }] },
  },
  {
    type: 'network:NetworkSecurityGroup',
    expected: {
      securityRules: expect.arrayContaining(
        ['Inbound', 'Outbound'].map((direction) =>
          expect.objectContaining({
            direction,
            access: 'Deny',
            priority: 4096,
            sourceAddressPrefix: '*',
            destinationAddressPrefix: '*',
            protocol: '*',
          }),
        ),
      ) as unknown,
    },
  },
  {
    type: 'monitor:PrivateLinkScope',
    expected: { accessModeSettings: { ingestionAccessMode: 'PrivateOnly', queryAccessMode: 'PrivateOnly' } },
  },
];

export function safetyArguments(profile: Profile): readonly SafetyArguments[] {
  const isPrivate = profile === 'private';
  const publicNetworkAccess = isPrivate ? 'Disabled' : 'Enabled';
  const defaultAction = isPrivate ? 'Deny' : 'Allow';
  const ofLogs = {
    publicNetworkAccessForIngestion: publicNetworkAccess,
    publicNetworkAccessForQuery: publicNetworkAccess,
  };
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
        policy: {
          rules: [
            'recordings',
            'exports',
            'callbacksbodies',
            'mailsbodies',
            'textsbodies',
            'eventdeadletters',
            'eventrowsbodies',
          ].map(lifecycle),
        },
      },
    },
    {
      type: 'web:WebApp',
      expected: {
        httpsOnly: true,
        publicNetworkAccess,
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
      type: 'eventgrid:Domain',
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
        ...ofLogs,
      },
    },
    {
      type: 'monitor:DataCollectionEndpoint',
      expected: { networkAcls: { publicNetworkAccess } },
    },
    {
      type: 'monitor:DataCollectionRule',
      expected: {
        destinations: {
          logAnalytics: [{ workspaceResourceId: expect.stringMatching(/\/workspaces\/[a-z-]+-logs$/) as unknown }],
        },
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
        ...ofLogs,
      },
    },
    ...(isPrivate ? inNetwork : []),
    { type: 'authorization:RoleAssignment', expected: { principalType: 'ServicePrincipal' } },
  ];
}
