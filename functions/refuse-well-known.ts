// The emulator's secret is public, and so is all that follows from it: whoever knows it could sign for every resource, and
// make tokens and hops that this app believes. So no other app starts with any of it, wherever it runs: that its storage is
// on loopback does not keep callers away.
import type { KeyObject } from 'node:crypto';
import { isWellKnownKey, isWellKnownSecret } from '../shared/auth/index.js';
import type { SettingProblems } from './setting-problems.js';

/** @param settings by name, secrets and keys of it, private or public */
export function refuseWellKnown(
  problems: SettingProblems,
  settings: Readonly<Record<string, () => readonly (Buffer | KeyObject | undefined)[]>>,
): void {
  for (const [name, valuesOf] of Object.entries(settings)) {
    problems.read(name, () => {
      if (valuesOf().some((value) => value !== undefined && isPublic(value))) {
        throw new Error(
          `${name} is the emulator's secret, or follows from it, and everybody knows that. Set one of your own, as docs/settings.md says.`,
        );
      }
    });
  }
}

function isPublic(value: Buffer | KeyObject): boolean {
  return Buffer.isBuffer(value) ? isWellKnownSecret(value) : isWellKnownKey(value);
}
