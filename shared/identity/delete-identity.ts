// Deletes an identity: its tokens die first, then its directory row goes. Deleting it again succeeds.
import type { Resource } from '../resources/index.js';
import { type IdentityParts, ownIdentity } from './parts.js';

/** @throws {Fault} 401 `IdentityNotOwned` when another resource issued the id */
export async function deleteIdentity(parts: IdentityParts, resource: Resource, rawId: string): Promise<void> {
  const id = ownIdentity(parts, resource, rawId);
  // In this order: a stop in between leaves an identity whose tokens are dead, and the client repeats the call.
  await parts.revocations.bury(rawId);
  await parts.store.remove(id);
}
