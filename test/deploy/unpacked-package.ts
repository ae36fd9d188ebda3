// The package, made once and unpacked far from the project: what it needs it must bring along.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AppPackage, makePackage } from '../../deploy/package/make-package.js';
import { unzip } from '../privacy/unzip.js';

export const project = fileURLToPath(new URL('../..', import.meta.url));

export interface UnpackedPackage {
  readonly folder: string;
  readonly made: AppPackage;
  /** Absolute path of what `main` of its package.json names. */
  readonly entry: string;
  readonly hostJson: unknown;
  remove(): Promise<void>;
}

export async function unpackPackage(): Promise<UnpackedPackage> {
  const made = await makePackage(project);
  const folder = await mkdtemp(join(tmpdir(), 'domicile-app-'));
  const files = await unzip(made.zip);
  for (const [path, content] of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  const { main } = JSON.parse(String(files.get('package.json'))) as { main: string };
  return {
    folder,
    made,
    entry: join(folder, main),
    hostJson: JSON.parse(String(files.get('host.json'))),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
