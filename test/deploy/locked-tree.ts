// The packages that a lock file leads to from some names, as Node.js looks them up.
import { dirname } from 'node:path/posix';

export interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** @returns paths, such as `node_modules/a/node_modules/b` */
export function treeOf(packages: Readonly<Record<string, LockedPackage>>, roots: readonly string[]): Set<string> {
  const paths = new Set(roots.map((name) => `node_modules/${name}`));
  // A set that grows while it is walked is walked to its end.
  for (const path of paths) {
    const { dependencies, optionalDependencies } = packages[path] ?? {};
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = foldersAbove(path)
        .map((folder) => `${folder}node_modules/${name}`)
        .find((candidate) => candidate in packages);
      if (found !== undefined) {
        paths.add(found);
      }
    }
  }
  return paths;
}

function foldersAbove(path: string): string[] {
  const folders = [];
  for (let folder = path; folder !== '.'; folder = dirname(folder)) {
    folders.push(`${folder}/`);
  }
  return [...folders, ''];
}
