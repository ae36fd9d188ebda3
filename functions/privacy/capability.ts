// Persons: who is who, and identify, export and erase through the whole data map. Domicile's own operations.
import type { BoundStore } from '../../shared/data-map/index.js';
import {
  eraseIdentifiers,
  eraseIdentifiersKind,
  exportIdentifiers,
  exportIdentifiersKind,
  type PrivacyParts,
} from '../../shared/privacy/index.js';
import type { Capability } from '../capability.js';
import { dataMap } from '../data-map.js';
import type { Foundation } from '../foundation.js';
import { ownVersion } from '../own-version.js';
import { privacyErasureOperations } from './erasures.js';
import { privacyExportOperations } from './exports.js';
import { privacyOperations } from './persons.js';
import type { PrivacyRecords } from './records.js';

/** @param stores the data map, bound, in the order of erasure */
export function privacyCapability(
  foundation: Foundation,
  records: PrivacyRecords,
  stores: readonly BoundStore[],
): Capability {
  const { config, clock, ids, signer, jobs, longRunning: operations, burials, door } = foundation;
  const { persons, receipts, audit, archives, copies } = records;
  const isOurs: PrivacyParts['isOurs'] = async (resource, rawId) => (await door.find(resource, rawId)) !== undefined;
  const privacy: PrivacyParts = { clock, ids, persons, stores, jobs, operations, burials, isOurs, receipts, audit };
  return {
    name: 'privacy',
    stores: [],
    operations: [
      ...privacyOperations(privacy),
      ...privacyExportOperations(privacy, archives),
      ...privacyErasureOperations(privacy),
    ],
    jobs: {
      [eraseIdentifiersKind]: eraseIdentifiers({
        stores,
        gone: dataMap.gone,
        clock,
        burials,
        operations,
        persons,
        receipts,
        receiptIssuer: { ...signer, geography: config.geography, version: ownVersion },
        audit,
      }),
      [exportIdentifiersKind]: exportIdentifiers({ stores, archives, copies, clock, audit, burials }),
    },
  };
}
