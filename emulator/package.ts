// What the emulator knows about its own package: where the built function app is, its host.json, its version.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packagePath = createRequire(import.meta.url).resolve('acs-domicile/package.json');

/** A built file, wherever the code that asks has been put together with other code. */
export const builtFile = (path: string): string => join(dirname(packagePath), 'dist', path);

export interface OwnPackage {
  readonly version: string;
  /** Absolute path of the function app's entry: in one piece, as it is published. */
  readonly entry: string;
}

export async function readOwnPackage(): Promise<OwnPackage> {
  const { version } = JSON.parse(await readFile(packagePath, 'utf8')) as { version: string };
  return { version, entry: builtFile('app/main.js') };
}

export async function readHostJson(): Promise<unknown> {
  return JSON.parse(await readFile(join(dirname(packagePath), 'host.json'), 'utf8'));
}
