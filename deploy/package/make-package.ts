// What is published to Azure, from the built project: the bundle, the Functions library, host.json and a small
// package.json. Nothing is installed there.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bundle, bundleApp, bundleEntry } from './bundle-app.js';
import { functionsLibrary } from './functions-library.js';
import { billOfMaterials } from './bill-of-materials.js';
import { checkLicences } from './licences.js';
import { type ShippedPackage, shippedPackages } from './shipped-packages.js';
import { writeZip } from './write-zip.js';

export interface AppPackage {
  readonly zip: Buffer;
  /** SHA-256 of the zip, hex: the same code has the same one. */
  readonly sha256: string;
  readonly bundle: Bundle;
  readonly packages: readonly ShippedPackage[];
  /** What it is made of, as CycloneDX. */
  readonly billOfMaterials: Buffer;
}

/** A bigger one costs at every start of an instance. */
export const maxPackageBytes = 5 * 1024 * 1024;

/** Where the package is put, from the project's folder. */
const packagePath = 'dist-deploy/package.zip';
const billPath = 'dist-deploy/package.cdx.json';

/** @throws {Error} when it is larger than {@link maxPackageBytes}, or holds what may not be passed on */
export async function makePackage(project: string): Promise<AppPackage> {
  const bundle = await bundleApp(project);
  const library = await functionsLibrary(project);
  const packages = await shippedPackages(project, [...bundle.sources, ...library.keys()]);
  checkLicences(packages);
  const zip = await writeZip(
    new Map([
      ...bundle.files,
      ...library,
      ['host.json', await readFile(join(project, 'host.json'))],
      ['package.json', await packageJson(project)],
    ]),
  );
  if (zip.length > maxPackageBytes) {
    throw new Error(
      `The package has ${zip.length} bytes, more than the ${maxPackageBytes} it may have. Look for what was added to the app's dependencies.`,
    );
  }
  const sha256 = createHash('sha256').update(zip).digest('hex');
  const product = await ownManifest(project);
  const dependencies = Object.keys(product.dependencies);
  const { name, version, license: licence } = product;
  const bill = billOfMaterials({ name, version, licence, sha256, dependencies }, packages);
  return { zip, sha256, bundle, packages, billOfMaterials: bill };
}

/** Writes the package, and beside it what it is made of; each whole or not at all. @returns the path of the package */
export async function savePackage(project: string, { zip, billOfMaterials: bill }: AppPackage): Promise<string> {
  const path = join(project, packagePath);
  await mkdir(dirname(path), { recursive: true });
  for (const [target, content] of [
    [join(project, billPath), bill],
    [path, zip],
  ] as const) {
    await writeFile(`${target}.new`, content);
    await rename(`${target}.new`, target);
  }
  return path;
}

interface OwnManifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly engines: object;
  readonly dependencies: Readonly<Record<string, string>>;
}

async function ownManifest(project: string): Promise<OwnManifest> {
  return JSON.parse(await readFile(join(project, 'package.json'), 'utf8')) as OwnManifest;
}

/** The app asks it for its own version, under its own name. */
async function packageJson(project: string): Promise<Buffer> {
  const { name, version, license, engines } = await ownManifest(project);
  const kept = { name, version, license, private: true, type: 'module', engines };
  return Buffer.from(JSON.stringify({ ...kept, main: bundleEntry, exports: { './package.json': './package.json' } }));
}
