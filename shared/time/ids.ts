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

export const randomIds: Ids = {
  uuid: () => randomUUID(),
  bytes: (length) => randomBytes(length),
  fraction: () => Math.random(),
};
