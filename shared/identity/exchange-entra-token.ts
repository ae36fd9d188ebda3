// Exchanges an Entra ID token of a user for a token of a communication user of the resource, the same one every time.
// Which one follows from the object id by a keyed hash: the object id itself is stored nowhere.
import { Fault, faults } from '../http/index.js';
import { type EntraUserCaller, tokenScopes } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { identityFaults } from './faults.js';
import { type IssuedToken, signToken } from './issue-token.js';
import { tagKeyOf } from './door.js';
import type { IdentityParts } from './parts.js';
import { entraUserRawId } from './raw-id.js';
import { remainingMinutes } from './remaining-minutes.js';

/** @throws {Fault} 401 `IdentityNotOwned` while a deleted identity is being erased, 403 without a permission */
export async function exchangeEntraToken(
  parts: IdentityParts,
  resource: Resource,
  caller: EntraUserCaller,
): Promise<{ rawId: string; token: IssuedToken }> {
  const permissions = new Set([...caller.delegated].map((permission) => permission.toLowerCase()));
  const scopes = tokenScopes.filter((scope) => permissions.has(scope));
  if (scopes.length === 0) {
    throw new Fault(faults.forbidden, { message: 'The token holds no permission of this service, for example VoIP.' });
  }
  const expiresInMinutes = remainingMinutes(parts.clock, caller.expiresOn);
  const id = entraUserRawId(tagKeyOf(parts.keys, resource), resource.immutableId, caller.objectId);
  if (parts.burials.isBuried(id.rawId)) {
    throw new Fault(identityFaults.identityNotOwned);
  }
  let identity = await parts.store.find(id);
  if (identity === undefined) {
    await parts.store.add(id, parts.clock.now());
    identity = await parts.store.find(id);
    // Deleted in this very moment.
    if (identity === undefined) {
      throw new Fault(identityFaults.identityNotOwned);
    }
  }
  const request = { scopes, expiresInMinutes, keySlot: undefined, keyGeneration: undefined };
  return { rawId: id.rawId, token: signToken(parts, resource, id.rawId, identity.generation, request) };
}
