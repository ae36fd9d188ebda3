// Issuing a user access token for an identity of the resource.
import { Fault } from '../http/index.js';
import { issueUserToken, type KeySlot, type TokenScope } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { identityFaults } from './faults.js';
import { type IdentityParts, ownIdentity } from './parts.js';

export interface TokenRequest {
  readonly scopes: readonly TokenScope[];
  readonly expiresInMinutes: number;
  /** The key that signed the request, if one did; regenerating it will end the token. */
  readonly keySlot: KeySlot | undefined;
  readonly keyGeneration: number | undefined;
}

export interface IssuedToken {
  readonly token: string;
  /** Product time, ms. */
  readonly expiresOn: number;
}

/** @throws {Fault} 401 `IdentityNotOwned` when another resource issued the identity, or it was deleted */
export async function issueToken(
  parts: IdentityParts,
  resource: Resource,
  rawId: string,
  request: TokenRequest,
): Promise<IssuedToken> {
  const identity = await parts.store.find(await ownIdentity(parts, resource, rawId));
  // The tombstone is what deletes; the row may outlive it when the process ended in between.
  if (identity === undefined || parts.burials.isBuried(rawId)) {
    throw new Fault(identityFaults.identityNotOwned);
  }
  return signToken(parts, resource, rawId, identity.generation, request);
}

export function signToken(
  parts: IdentityParts,
  resource: Resource,
  rawId: string,
  identityGeneration: number,
  request: TokenRequest,
): IssuedToken {
  const { keySlot, keyGeneration } = request;
  return issueUserToken(parts.signer, {
    rawId,
    scopes: new Set(request.scopes),
    resourceId: resource.immutableId,
    resourceLocation: resource.geography,
    identityGeneration,
    ...(keySlot !== undefined && keyGeneration !== undefined && { key: { slot: keySlot, generation: keyGeneration } }),
    now: parts.clock.now(),
    expiresInMinutes: request.expiresInMinutes,
  });
}
