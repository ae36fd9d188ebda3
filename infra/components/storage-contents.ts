// Tables, queues and containers, which the app does not make itself, and the lifecycle rules of the containers.
import { BlobContainer } from '@pulumi/azure-native/storage/blobContainer.js';
import type { BlobServiceProperties } from '@pulumi/azure-native/storage/blobServiceProperties.js';
import { ManagementPolicy } from '@pulumi/azure-native/storage/managementPolicy.js';
import { Queue } from '@pulumi/azure-native/storage/queue.js';
import type { StorageAccount } from '@pulumi/azure-native/storage/storageAccount.js';
import { Table } from '@pulumi/azure-native/storage/table.js';
import type { Resource } from '@pulumi/pulumi';
import type { LifecycleRule } from '../../shared/retention/lifecycle-rules.js';
import type { StackContext } from './stack-context.js';

export interface StorageContents {
  /** By name. */
  readonly containers: ReadonlyMap<string, BlobContainer>;
  /** Everything that was made. */
  readonly all: readonly Resource[];
}

export function makeStorageContents(
  { plan, group }: StackContext,
  account: StorageAccount,
  blobService: BlobServiceProperties,
): StorageContents {
  const { tables, queues, containers } = plan.storage;
  const where = { resourceGroupName: group.name, accountName: account.name };
  const holdsData = { protect: plan.options.protect };
  const tablesAndQueues = [
    ...tables.map((tableName) => new Table(`table-${tableName}`, { ...where, tableName }, holdsData)),
    ...queues.map((queueName) => new Queue(`queue-${queueName}`, { ...where, queueName }, holdsData)),
  ];
  // After the blob service, so that no blob is ever written while deleting would only hide it.
  const made = containers.map(({ name: containerName }) => {
    const options = { ...holdsData, dependsOn: [blobService] };
    const args = { ...where, containerName, publicAccess: 'None' as const };
    return [containerName, new BlobContainer(`container-${containerName}`, args, options)] as const;
  });
  const rules = containers.flatMap(({ lifecycle }) => ('container' in lifecycle ? [armRule(lifecycle)] : []));
  const lifecycle = new ManagementPolicy(
    'lifecycle',
    { ...where, managementPolicyName: 'default', policy: { rules } },
    { dependsOn: [blobService] },
  );
  return { containers: new Map(made), all: [...tablesAndQueues, ...made.map(([, container]) => container), lifecycle] };
}

/** Snapshots and versions too: there are none, unless somebody switches them on. */
function armRule({ container, daysAfterCreation }: LifecycleRule) {
  const expired = { delete: { daysAfterCreationGreaterThan: daysAfterCreation } };
  return {
    name: container,
    enabled: true,
    type: 'Lifecycle',
    definition: {
      // With the slash: without it, every container whose name begins like this one would be meant.
      filters: { blobTypes: ['blockBlob', 'appendBlob'], prefixMatch: [`${container}/`] },
      actions: {
        baseBlob: expired,
        snapshot: expired,
        version: expired,
      },
    },
  };
}
