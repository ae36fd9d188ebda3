// What Azure Resource Manager itself answers, beside its providers: the Azure CLI and Terraform ask for it before they make
// the first resource.
import type { ManagementParts } from '../../shared/management/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { groupOperations } from './groups.js';
import { metadataOperations } from './metadata.js';
import { providerOperations } from './providers.js';
import { subscriptionOperations } from './subscriptions.js';

/** Where people sign in when the settings name no authority. */
const publicAuthority = 'https://login.microsoftonline.com';

export function resourceManagerCapability({ config }: Foundation, parts: ManagementParts): Capability {
  const { entra, isEmulator } = config;
  return {
    name: 'resource-manager',
    stores: [],
    operations: [
      ...metadataOperations({ authority: entra?.authorityHost ?? publicAuthority, isEmulator }),
      ...subscriptionOperations(parts, entra?.tenantId ?? ''),
      ...providerOperations(),
      ...groupOperations(parts),
    ],
  };
}
