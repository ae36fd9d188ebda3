// The resource of a geography that nobody has to create: its immutable id follows from the master secret and its name,
// so that it has the same keys after every restart, also when storage begins empty.
import { keyedHash, type KeyRing } from '../auth/index.js';
import type { GeographySlug, Resource } from '../geography/index.js';

export function defaultResourceOf(keys: KeyRing, geography: GeographySlug, name: string): Resource {
  const hash = keyedHash(keys.deriveKey('default-resource'), geography, name);
  // Marked as a name-based UUID (RFC 9562, version 8: vendor-specific hash).
  hash[6] = ((hash[6] ?? 0) & 0x0f) | 0x80;
  hash[8] = ((hash[8] ?? 0) & 0x3f) | 0x80;
  const hex = hash.toString('hex').slice(0, 32);
  const immutableId = [0, 8, 12, 16, 20].map((start, index, all) => hex.slice(start, all[index + 1])).join('-');
  return {
    name,
    immutableId,
    geography,
    keyGenerations: { primary: 1, secondary: 1 },
    masterSecretVersion: keys.currentVersion,
  };
}
