// The storage account that holds everything of the geography. Every argument that a promise rests on is given, also where
// it is the default today.
import { BlobServiceProperties } from '@pulumi/azure-native/storage/blobServiceProperties.js';
import { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import type { StackContext } from './stack-context.js';

export function makeStorageAccount({ plan, placed }: StackContext): StorageAccount {
  const { options, names, storage, isPrivate } = plan;
  const encrypted = { enabled: true, keyType: 'Account' };
  return new StorageAccount(
    'storage',
    {
      ...placed,
      accountName: names.storageAccount,
      kind: 'StorageV2',
      // Never a geo-redundant one: those copy to the paired region, whoever's country that is in.
      sku: { name: storage.sku },
      accessTier: 'Hot',
      allowSharedKeyAccess: false,
      defaultToOAuthAuthentication: true,
      allowBlobPublicAccess: false,
      minimumTlsVersion: 'TLS1_2',
      enableHttpsTrafficOnly: true,
      allowCrossTenantReplication: false,
      allowedCopyScope: 'AAD',
      isLocalUserEnabled: false,
      isSftpEnabled: false,
      isHnsEnabled: false,
      sasPolicy: { sasExpirationPeriod: '00.01:00:00', expirationAction: 'Block' },
      encryption: {
        keySource: 'Microsoft.Storage',
        requireInfrastructureEncryption: true,
        services: { blob: encrypted, file: encrypted, queue: encrypted, table: encrypted },
      },
      publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled',
      // Trusted services, so that Event Grid can put dead letters down by its identity.
      networkRuleSet: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' },
    },
    { protect: options.protect },
  );
}

/**
 * Switches off everything that would keep a deleted blob: with soft delete on, deleting only hides a blob, and no lifecycle
 * rule touches it then. Azure's own default is off, the portal's is seven days.
 */
export function makeBlobService({ plan, group }: StackContext, account: StorageAccount): BlobServiceProperties {
  return new BlobServiceProperties(
    'blob-service',
    {
      resourceGroupName: group.name,
      accountName: account.name,
      blobServicesName: 'default',
      deleteRetentionPolicy: { enabled: false, allowPermanentDelete: false },
      containerDeleteRetentionPolicy: { enabled: false },
      isVersioningEnabled: false,
      changeFeed: { enabled: false },
      restorePolicy: { enabled: false },
      lastAccessTimeTrackingPolicy: { enable: false },
      cors: { corsRules: [] },
    },
    { protect: plan.options.protect },
  );
}
