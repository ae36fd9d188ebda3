// The one door that answers whether an identity is one of a resource's own. Nothing else takes an id apart to find out:
// ids that were made elsewhere look different, and whoever asks must not mind.
import type { KeyRing } from '../auth/index.js';
import type { Resource } from '../geography/index.js';
import { isIssuedBy, parseUserRawId, type UserRawId } from './raw-id.js';

/** `ours`: this resource issued it; `unknown`: it names this resource, which never issued it; `foreign`: anything else. */
export type Standing = 'ours' | 'unknown' | 'foreign';

export interface IdentityDoor {
  standingOf(resource: Resource, rawId: string): Promise<Standing>;
  /** The parts of an id of the resource's own; undefined for any other. */
  find(resource: Resource, rawId: string): Promise<UserRawId | undefined>;
}

/** Key of the tags in a resource's identity ids. */
export function tagKeyOf(keys: KeyRing, resource: Resource): Buffer {
  return keys.deriveKey('identity-tag', resource.masterSecretVersion);
}

/** The tag in an id tells whose it is, without a read. */
export function createIdentityDoor(keys: KeyRing): IdentityDoor {
  const isOurs = (resource: Resource, id: UserRawId) => isIssuedBy(tagKeyOf(keys, resource), resource.immutableId, id);
  return {
    find: async (resource, rawId) => {
      const id = parseUserRawId(rawId);
      return id !== undefined && isOurs(resource, id) ? id : undefined;
    },
    standingOf: async (resource, rawId) => {
      const id = parseUserRawId(rawId);
      if (id?.resourceId !== resource.immutableId) {
        return 'foreign';
      }
      return isOurs(resource, id) ? 'ours' : 'unknown';
    },
  };
}
