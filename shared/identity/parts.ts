// What the use cases of identity are made of.
import type { Burials } from '../announcements/index.js';
import type { EntraVerifier, KeyRing, TokenSigner } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import type { Clock } from '../time/clock.js';
import type { Ids } from '../time/ids.js';
import { Fault } from '../http/index.js';
import { identityFaults } from './faults.js';
import type { IdentityDoor } from './door.js';
import type { UserRawId } from './raw-id.js';
import type { Revocations } from './revocations.js';
import type { IdentityStore } from './store.js';

export interface IdentityParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly keys: KeyRing;
  readonly signer: TokenSigner;
  /** Undefined when nobody signs in with Entra ID. */
  readonly entra: EntraVerifier | undefined;
  readonly door: IdentityDoor;
  readonly store: IdentityStore;
  readonly revocations: Revocations;
  readonly burials: Burials;
  /** Sees to it that everything about an identity is erased; see delete-identity.ts for the order. */
  readonly erasure: {
    /** Makes the job; it will be done from now on, but is not hurried yet. */
    add(resourceId: string, rawId: string): Promise<{ readonly id: string }>;
    /** Has it done now. */
    enqueue(jobId: string): Promise<void>;
  };
}

/** @throws {Fault} 401 `IdentityNotOwned` unless this resource issued the id; no read */
export async function ownIdentity(
  { door }: Pick<IdentityParts, 'door'>,
  resource: Resource,
  rawId: string,
): Promise<UserRawId> {
  const id = await door.find(resource, rawId);
  if (id === undefined) {
    throw new Fault(identityFaults.identityNotOwned);
  }
  return id;
}
