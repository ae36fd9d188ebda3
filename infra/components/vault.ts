// The key vault: secrets of the service only, nothing about persons. The values come encrypted from the stack's
// configuration; the app's settings refer to them.
import { Secret } from '@pulumi/azure-native/keyvault/secret.js';
import { Vault } from '@pulumi/azure-native/keyvault/vault.js';
import { type Output, secret, unsecret } from '@pulumi/pulumi';
import type { SecretName, SecretValues } from '../plan/settings.js';
import type { StackContext } from './stack-context.js';

export interface VaultWithSecrets {
  readonly vault: Vault;
  readonly secrets: readonly Secret[];
  /** Where each secret is, with its version: changing one changes the setting, and so restarts the app. */
  readonly addresses: Readonly<Partial<Record<SecretName, Output<string>>>>;
}

export function makeVault({ plan, placed, group }: StackContext, values: SecretValues): VaultWithSecrets {
  const { options, names, isPrivate } = plan;
  const { protect } = options;
  const vault = new Vault(
    'vault',
    {
      ...placed,
      vaultName: names.vault,
      properties: {
        tenantId: options.tenantId,
        sku: { family: 'A', name: 'standard' },
        enableRbacAuthorization: true,
        enableSoftDelete: true,
        // As long as Azure allows: without the master secret every access key is lost.
        softDeleteRetentionInDays: 90,
        // Cannot be taken back, and Azure refuses an explicit false.
        ...(options.purgeProtection && { enablePurgeProtection: true }),
        enabledForDeployment: false,
        enabledForDiskEncryption: false,
        enabledForTemplateDeployment: false,
        publicNetworkAccess: isPrivate ? 'Disabled' : 'Enabled',
        networkAcls: { defaultAction: isPrivate ? 'Deny' : 'Allow', bypass: 'AzureServices' },
      },
    },
    { protect },
  );
  const secrets = Object.entries(values).map(([secretName, value]) => {
    const made = new Secret(
      `secret-${secretName}`,
      {
        resourceGroupName: group.name,
        vaultName: vault.name,
        secretName,
        properties: { value: secret(value), contentType: 'text/plain', attributes: { enabled: true } },
      },
      { protect },
    );
    return [secretName, made] as const;
  });
  // An address is no secret, and as one it would hide all settings of the app from whoever previews a change.
  const addresses = secrets.map(([name, made]) => [name, unsecret(made.properties.secretUriWithVersion)] as const);
  return {
    vault,
    secrets: secrets.map(([, made]) => made),
    addresses: Object.fromEntries(addresses) as VaultWithSecrets['addresses'],
  };
}
