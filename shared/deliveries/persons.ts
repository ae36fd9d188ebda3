// Whom a delivery is about, as keyed hashes: nobody can be read from them, and who knows a person finds theirs.
import { keyedHash } from '../auth/index.js';
import type { PersonalIdentifier } from '../data-map/index.js';

/** Enough that no two meet by chance. */
const hashBytes = 18;

/** Another one in each resource. */
export function hashOfPerson(key: Buffer, resourceId: string, identifier: PersonalIdentifier): string {
  return shortHash(key, 'who', resourceId, identifier.kind, textOf(identifier));
}

export function hashOfDestination(key: Buffer, destination: string): string {
  return shortHash(key, 'destination', destination);
}

export function hashOfLane(key: Buffer, resourceId: string, destination: string, lane: string): Buffer {
  return keyedHash(key, 'lane', resourceId, destination, lane).subarray(0, hashBytes);
}

function shortHash(key: Buffer, ...parts: string[]): string {
  return keyedHash(key, ...parts)
    .subarray(0, hashBytes)
    .toString('base64url');
}

function textOf(identifier: PersonalIdentifier): string {
  switch (identifier.kind) {
    case 'identity':
      return identifier.rawId;
    case 'phoneNumber':
      return identifier.e164;
    case 'email':
      return identifier.address.toLowerCase();
    case 'name':
      return identifier.name;
  }
}
