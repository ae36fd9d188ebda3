// Identities and their tokens. Contract: identity 2023-10-01 (SDK @azure/communication-identity).
import { revocations as announced } from '../../shared/announcements/index.js';
import { bind } from '../../shared/data-map/index.js';
import { identities, type IdentityParts, IdentityStore } from '../../shared/identity/index.js';
import { openShards } from '../../shared/storage/index.js';
import type { Capability } from '../capability.js';
import type { Foundation } from '../foundation.js';
import { identityOperations } from './identities.js';
import { identityRecords } from './records.js';
import { identityRequestLog } from './request-log.js';

/** @param erasure sees to it that everything about a deleted identity is erased */
export function identityCapability(foundation: Foundation, erasure: IdentityParts['erasure']): Capability {
  const { storage, clock, ids, keys, signer, entra, revocations, burials, door } = foundation;
  const tables = openShards(storage, identities);
  const store = new IdentityStore(tables);
  const parts: IdentityParts = { clock, ids, keys, signer, entra, door, store, revocations, burials, erasure };
  return {
    name: 'identity',
    stores: [bind(identities, { tables, burials }), bind(announced, storage.table(announced))],
    operations: identityOperations(parts),
    logs: [identityRequestLog],
    records: [identityRecords(store)],
  };
}
