// Persons: who is who, and identify, export and erase through the whole data map. Domicile's own operations.
import type { BoundStore } from '../../shared/data-map/index.js';
import {
  eraseIdentifiers,
  eraseIdentifiersKind,
  exportIdentifiers,
  exportIdentifiersKind,
  leftByAzurite,
  type PrivacyParts,
} from '../../shared/privacy/index.js';
import type { RecordStore } from '../../shared/resources/index.js';
import type { Capability } from '../capability.js';
import { dataMap } from '../data-map.js';
import type { Foundation } from '../foundation.js';
import { ownVersion } from '../own-version.js';
import { privacyErasureOperations } from './erasures.js';
import { privacyExportOperations } from './exports.js';
import { geographyReceiptOperations } from './geography-receipts.js';
import { privacyOperations } from './persons.js';
import type { PrivacyRecords } from './records.js';
import { subscriptionPrivacyOperations } from './subscription.js';

/** @param stores the data map, bound, in the order of erasure */
export function privacyCapability(
  foundation: Foundation,
  records: PrivacyRecords,
  management: RecordStore,
  stores: readonly BoundStore[],
): Capability {
  const { config, clock, ids, signer, jobs, longRunning: operations, burials, door, peers, groups } = foundation;
  const { persons, receipts, audit, archives, copies } = records;
  const isOurs: PrivacyParts['isOurs'] = async (resource, rawId) => (await door.find(resource, rawId)) !== undefined;
  const isHidden: PrivacyParts['isHidden'] = (identifier) => burials.isHidden(identifier);
  const leftByStorage = config.isEmulator ? leftByAzurite : [];
  const kept = { receipts, audit, leftByStorage };
  const served = { jobs, operations, burials, isHidden, isOurs };
  const privacy: PrivacyParts = { clock, ids, persons, stores, ...served, ...kept };
  return {
    name: 'privacy',
    stores: [],
    operations: [
      ...privacyOperations(privacy),
      ...privacyExportOperations(privacy, archives),
      ...privacyErasureOperations(privacy),
      ...subscriptionPrivacyOperations({
        privacy,
        archives,
        geography: config.geography,
        peers,
        records: management,
        groups,
      }),
      ...geographyReceiptOperations(receipts),
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
        receiptIssuer: {
          ...signer,
          geography: config.geography,
          version: ownVersion,
          leftByStorage,
          others: () => peers.slugs,
        },
        audit,
      }),
      [exportIdentifiersKind]: exportIdentifiers({ stores, archives, copies, clock, audit, burials, persons }),
    },
  };
}
