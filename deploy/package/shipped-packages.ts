// The npm packages that the package for Azure is made of: those the bundle was read from, and the library beside it.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface ShippedPackage {
  /** Where it was read, from the project's folder: a package may be there in two versions. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  /** An expression of SPDX, as the package itself says it. */
  readonly licence: string;
  /** Names, as the package says them. */
  readonly dependencies: readonly string[];
  /** `sha512-...` of what the registry serves, by the lock file. */
  readonly integrity: string | undefined;
}

interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly license?: unknown;
  readonly dependencies?: Readonly<Record<string, string>>;
}

/**
 * @param files read for the package, from the project's folder
 * @throws {Error} when a package does not say its name, version or licence
 */
export async function shippedPackages(project: string, files: readonly string[]): Promise<readonly ShippedPackage[]> {
  const { packages: locked } = await readJson<{ packages: Readonly<Record<string, { integrity?: string }>> }>(
    join(project, 'package-lock.json'),
  );
  const paths = new Set(files.flatMap((file) => packagePath.exec(file)?.[1] ?? []));
  return Promise.all(
    [...paths].toSorted().map(async (path) => {
      const {
        name,
        version,
        license,
        dependencies = {},
      } = await readJson<Manifest>(join(project, path, 'package.json'));
      if (name === undefined || version === undefined || typeof license !== 'string') {
        throw new Error(`${path} is part of the package for Azure, but does not say its name, version and licence.`);
      }
      const { integrity } = locked[path] ?? {};
      return { path, name, version, licence: license, dependencies: Object.keys(dependencies), integrity };
    }),
  );
}

/** Greedy, so that of nested packages the innermost counts. */
const packagePath = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

async function readJson<Content>(path: string): Promise<Content> {
  return JSON.parse(await readFile(path, 'utf8')) as Content;
}
