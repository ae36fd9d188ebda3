// The emulator's secrets are public on purpose, like Azurite's account key: same keys at every start, on every machine.
// A deployed app refuses to start with them (functions/config.ts).
import { createHash } from 'node:crypto';

/** The emulator's master secret, base64. Never use it for anything that is reachable from elsewhere. */
export const wellKnownMasterSecret = createHash('sha256')
  .update('acs-domicile emulator: not a secret')
  .digest('base64');

/** How often the emulator can act as if its master secret had been replaced, and once for the first. */
export const wellKnownVersions = 9;

/** Version 1 and its successors, as public as that one. */
export function wellKnownSecretOf(version: number): string {
  return version === 1
    ? wellKnownMasterSecret
    : createHash('sha256').update(`acs-domicile emulator: not a secret, ${version}`).digest('base64');
}
