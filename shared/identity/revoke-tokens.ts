// Ends every token of an identity that was issued so far.
import { Fault } from '../api/index.js';
import type { Resource } from '../resources/index.js';
import { identityFaults } from './faults.js';
import { type IdentityParts, ownIdentity } from './parts.js';

/** @throws {Fault} 401 `IdentityNotOwned` */
export async function revokeTokens(parts: IdentityParts, resource: Resource, rawId: string): Promise<void> {
  const generation = await parts.store.nextGeneration(ownIdentity(parts, resource, rawId));
  if (generation === undefined) throw new Fault(identityFaults.identityNotOwned);
  await parts.revocations.revoke(rawId, generation);
}
