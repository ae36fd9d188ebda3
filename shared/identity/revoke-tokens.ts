// Ends every token of an identity that was issued so far.
import { Fault } from '../http/index.js';
import type { Resource } from '../geography/index.js';
import { identityFaults } from './faults.js';
import { type IdentityParts, ownIdentity } from './parts.js';

/** @throws {Fault} 401 `IdentityNotOwned` */
export async function revokeTokens(parts: IdentityParts, resource: Resource, rawId: string): Promise<void> {
  const generation = await parts.store.nextGeneration(await ownIdentity(parts, resource, rawId));
  if (generation === undefined) {
    throw new Fault(identityFaults.identityNotOwned);
  }
  await parts.revocations.revoke(rawId, generation);
}
