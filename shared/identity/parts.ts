// What the use cases of identity are made of.
import type { EntraVerifier, KeyRing, TokenSigner } from '../auth/index.js';
import type { Resource } from '../resources/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { Fault } from '../api/index.js';
import { identityFaults } from './faults.js';
import { isIssuedBy, parseUserRawId, type UserRawId } from './raw-id.js';
import type { RevocationLog } from './revocation-log.js';
import type { IdentityStore } from './store.js';

export interface IdentityParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: KeyRing;
  readonly signer: TokenSigner;
  /** Undefined when nobody signs in with Entra ID. */
  readonly entra: EntraVerifier | undefined;
  readonly store: IdentityStore;
  readonly revocations: RevocationLog;
  /** Sees to it that everything about an identity is erased; see delete-identity.ts for the order. */
  readonly erasure: {
    /** Makes the job; it will be done from now on, but is not hurried yet. */
    add(resourceId: string, rawId: string): Promise<{ readonly id: string }>;
    /** Has it done now. */
    enqueue(jobId: string): Promise<void>;
  };
}

/** Key of the tags in a resource's identity ids. */
export function tagKeyOf(keys: KeyRing, resource: Resource): Buffer {
  return keys.deriveKey('identity-tag', resource.masterSecretVersion);
}

/** @throws {Fault} 401 `IdentityNotOwned` unless this resource issued the id; no read */
export function ownIdentity(parts: IdentityParts, resource: Resource, rawId: string): UserRawId {
  const id = parseUserRawId(rawId);
  if (id === undefined || !isIssuedBy(tagKeyOf(parts.keys, resource), resource.immutableId, id)) {
    throw new Fault(identityFaults.identityNotOwned);
  }
  return id;
}
