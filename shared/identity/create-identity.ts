// Creating an identity, with or without a first token. Nothing is idempotent here: twice makes two identities.
import type { KeySlot, TokenScope } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { type IssuedToken, signToken } from './issue-token.js';
import { tagKeyOf } from './door.js';
import type { IdentityParts } from './parts.js';
import { mintUserRawId } from './raw-id.js';

export interface CreateIdentityRequest {
  /** Empty when no token is wanted. */
  readonly scopes: readonly TokenScope[];
  readonly expiresInMinutes: number;
  /** The key that signed the request, if one did; regenerating it will end the token. */
  readonly keySlot: KeySlot | undefined;
  readonly keyGeneration: number | undefined;
}

export async function createIdentity(
  parts: IdentityParts,
  resource: Resource,
  request: CreateIdentityRequest,
): Promise<{ rawId: string; token: IssuedToken | undefined }> {
  const tagKey = tagKeyOf(parts.keys, resource);
  let id = mintUserRawId(tagKey, resource.immutableId, parts.clock, parts.ids);
  while (!(await parts.store.add(id, parts.clock.now()))) {
    id = mintUserRawId(tagKey, resource.immutableId, parts.clock, parts.ids);
  }
  const token = request.scopes.length === 0 ? undefined : signToken(parts, resource, id.rawId, 1, request);
  return { rawId: id.rawId, token };
}
