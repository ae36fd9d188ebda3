// Deletes an identity: its tokens die at once, everything about it is erased by a job. Deleting it again succeeds.
import type { Resource } from '../geography/index.js';
import { type IdentityParts, ownIdentity } from './parts.js';

/** @throws {Fault} 401 `IdentityNotOwned` when another resource issued the id */
export async function deleteIdentity(parts: IdentityParts, resource: Resource, rawId: string): Promise<void> {
  const id = await ownIdentity(parts, resource, rawId);
  // The job first: whatever is stopped after it, the erasure will come to its end.
  const job = await parts.erasure.add(resource.immutableId, rawId);
  await parts.burials.bury(resource.immutableId, { kind: 'identity', rawId });
  await parts.store.remove(id);
  await parts.erasure.enqueue(job.id);
}
