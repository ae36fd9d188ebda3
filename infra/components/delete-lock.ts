// Locks on what cannot be brought back: there are no backups, so nobody deletes account or vault in passing, whatever his
// role. https://learn.microsoft.com/azure/azure-resource-manager/management/lock-resources
import { ManagementLockByScope } from '@pulumi/azure-native/authorization/managementLockByScope.js';
import type { Output, Resource } from '@pulumi/pulumi';
import type { StackContext } from './stack-context.js';

/**
 * A lock stops what goes through Azure Resource Manager, not what the app deletes in its tables, queues and blobs.
 *
 * @param scopes ids by a short name
 * @param dependsOn all that lies in what is locked: made before the locks, and so deleted after them
 */
export function makeDeleteLocks(
  { plan }: StackContext,
  scopes: Readonly<Record<string, Output<string>>>,
  dependsOn: readonly Resource[],
): void {
  if (!plan.options.deleteLock) {
    return;
  }
  for (const [name, scope] of Object.entries(scopes)) {
    new ManagementLockByScope(
      `lock-${name}`,
      {
        scope,
        lockName: 'domicile-no-deletion',
        level: 'CanNotDelete',
        notes: 'There are no backups. docs/deploy.md says how a stack comes to its end.',
      },
      { dependsOn: [...dependsOn] },
    );
  }
}
