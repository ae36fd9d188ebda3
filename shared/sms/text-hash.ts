// Keyed hashes by which texts, numbers and what carriers call texts are found, and do not stand in a row.
import { keyedHash } from '../auth/index.js';

const hashBytes = 18;

/** @param parts the first says of what kind the others are */
export function textHash(key: Buffer, ...parts: string[]): string {
  return keyedHash(key, ...parts)
    .subarray(0, hashBytes)
    .toString('base64url');
}
