// The emulator's secrets are public on purpose, like Azurite's account key: same keys at every start, on every machine.
// A deployed app refuses to start with them (functions/config.ts).
import { createHash } from 'node:crypto';

/** The emulator's master secret, base64. Never use it for anything that is reachable from elsewhere. */
export const wellKnownMasterSecret = createHash('sha256')
  .update('acs-domicile emulator: not a secret')
  .digest('base64');
