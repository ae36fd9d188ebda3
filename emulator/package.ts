// What the emulator knows about its own package: where the compiled function app is, its host.json, its version.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const packagePath = createRequire(import.meta.url).resolve('acs-domicile/package.json');

export interface OwnPackage {
  readonly version: string;
  /** Absolute path of the function app's entry, `main` of package.json, as in Azure. */
  readonly entry: string;
}

export async function readOwnPackage(): Promise<OwnPackage> {
  const { version, main } = JSON.parse(await readFile(packagePath, 'utf8')) as { version: string; main: string };
  return { version, entry: join(dirname(packagePath), main) };
}

export async function readHostJson(): Promise<unknown> {
  return JSON.parse(await readFile(join(dirname(packagePath), 'host.json'), 'utf8'));
}
