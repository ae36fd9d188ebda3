// Identities as records. Their ids hold the immutable id of the resource, so they go into no other.
import { z } from 'zod';
import { type IdentityStore, takeIdentity } from '../../shared/identity/index.js';
import type { RecordKind } from '../capability.js';

const IdentityRecord = z.object({
  rawId: z.string(),
  /** Product ms. */
  createdOn: z.int().nonnegative(),
  /** Of its tokens: how often they were revoked, and one. */
  generation: z.int().positive(),
});

export function identityRecords(store: IdentityStore): RecordKind<z.infer<typeof IdentityRecord>> {
  return {
    name: 'identities',
    schema: IdentityRecord,
    give: ({ immutableId }) => store.all(immutableId),
    take: (resource, identity) => takeIdentity(store, resource, identity),
  };
}
