// The id of an event: the same each time that it is told, so that a receiver knows it again; keyed, so that nobody can tell
// from it what it is about. Written as a GUID, which receivers of ACS's events expect.
import { keyedHash } from '../auth/index.js';

/** @param parts what it tells: of what, which number, which type, to whom */
export function eventId(key: Buffer, ...parts: readonly string[]): string {
  const hex = keyedHash(key, ...parts)
    .subarray(0, 16)
    .toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
