// What is published to Azure, from the built project: the bundle, the Functions library, host.json and a small
// package.json. Nothing is installed there.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bundle, bundleApp, bundleEntry } from './bundle-app.js';
import { functionsLibrary } from './functions-library.js';
import { writeZip } from './write-zip.js';

export interface AppPackage {
  readonly zip: Buffer;
  /** SHA-256 of the zip, hex: the same code has the same one. */
  readonly sha256: string;
  readonly bundle: Bundle;
}

/** A bigger one costs at every start of an instance. */
export const maxPackageBytes = 5 * 1024 * 1024;

/** Where the package is put, from the project's folder. */
const packagePath = 'dist-deploy/package.zip';

/** @throws {Error} when it is larger than {@link maxPackageBytes} */
export async function makePackage(project: string): Promise<AppPackage> {
  const bundle = await bundleApp(project);
  const zip = await writeZip(
    new Map([
      ...bundle.files,
      ...(await functionsLibrary(project)),
      ['host.json', await readFile(join(project, 'host.json'))],
      ['package.json', await packageJson(project)],
    ]),
  );
  if (zip.length > maxPackageBytes) {
    throw new Error(
      `The package has ${zip.length} bytes, more than the ${maxPackageBytes} it may have. Look for what was added to the app's dependencies.`,
    );
  }
  return { zip, sha256: createHash('sha256').update(zip).digest('hex'), bundle };
}

/** Writes the package whole or not at all. @returns its path */
export async function savePackage(project: string, { zip }: AppPackage): Promise<string> {
  const path = join(project, packagePath);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(`${path}.new`, zip);
  await rename(`${path}.new`, path);
  return path;
}

/** The app asks it for its own version, under its own name. */
async function packageJson(project: string): Promise<Buffer> {
  const own = JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, version, license, engines } = own;
  const kept = { name, version, license, private: true, type: 'module', engines };
  return Buffer.from(JSON.stringify({ ...kept, main: bundleEntry, exports: { './package.json': './package.json' } }));
}
