// Randomness, as a dependency, so that a test can repeat a run.
import { randomBytes, randomUUID } from 'node:crypto';

export interface Ids {
  /** A random UUID (version 4), lower case. */
  uuid(): string;
  /** Cryptographically random bytes. */
  bytes(length: number): Buffer;
  /** A number in [0, 1), for jitter; not for secrets. */
  fraction(): number;
}

/** Asking the system for few bytes at a time costs more than everything else about them. */
const poolBytes = 8_192;
let pool = Buffer.alloc(0);

function takeBytes(length: number): Buffer {
  if (length > poolBytes / 8) {
    return randomBytes(length);
  }
  if (pool.length < length) {
    pool = randomBytes(poolBytes);
  }
  // A copy: bytes that were given out must not change, nor hold the whole pool in memory.
  const taken = Buffer.from(pool.subarray(0, length));
  pool = pool.subarray(length);
  return taken;
}

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  bytes: takeBytes,
  fraction: () => Math.random(),
};
