// Resources as Azure Resource Manager manages them (SDK @azure/arm-communication).
import type { Operation } from '../../shared/api/index.js';
import type { BoundStore } from '../../shared/data-map/index.js';
import { eraseResource, eraseResourceKind, type ManagementParts } from '../../shared/management/index.js';
import { RecordStore, resources } from '../../shared/resources/index.js';
import type { Capability } from '../capability.js';
import { dataMap } from '../data-map.js';
import type { Foundation } from '../foundation.js';
import { masterSecretOperations } from './master-secret.js';
import { managementOperationOperations } from './operations.js';
import { managementOperations } from './services.js';

export function managementParts(foundation: Foundation): ManagementParts {
  const { config, storage, clock, ids, keys, peers, due, directory, groups, hosts, jobs, longRunning } = foundation;
  const { geography } = config;
  return {
    geography,
    clock,
    ids,
    keys,
    peers,
    records: new RecordStore(storage.table(resources), geography, clock, due),
    directory,
    groups,
    hosts,
    jobs,
    operations: longRunning,
  };
}

/**
 * @param others operations of management that other services have
 * @param stores the data map, bound, in the order of erasure
 */
export function managementCapability(
  parts: ManagementParts,
  others: readonly Operation[],
  stores: readonly BoundStore[],
): Capability {
  const services = managementOperations(parts);
  return {
    name: 'management',
    stores: [],
    operations: [
      ...services,
      ...managementOperationOperations(parts, [...services, ...others]),
      ...masterSecretOperations(parts),
    ],
    jobs: { [eraseResourceKind]: eraseResource({ ...parts, stores, gone: dataMap.gone }) },
  };
}
