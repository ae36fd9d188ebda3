import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Language, run, type Toolchain } from './language.js';

const folder = 'test/languages/python';
const pinned = readFileSync(join(folder, 'requirements.txt'), 'utf8');

export const pythonNeeds: Toolchain['needs'] = [
  ['python3', '--version'],
  ['python3', '-c', 'import venv, ensurepip'],
];

export const python: Language = {
  name: 'Python',
  folder,
  needs: pythonNeeds,
  packages: Object.fromEntries(
    [...pinned.matchAll(/^(azure-[\w-]+)==(.+)$/gm)].map(([, name = '', version = '']) => [name, version]),
  ),
  builtFrom: ['requirements.txt'],
  build: (into) => buildVenv(into, join(folder, 'requirements.txt')),
  command: async (built, { readyFile, ca }) => ({
    program: join(built, 'venv/bin/python'),
    args: ['-B', join(folder, 'play.py')],
    env: { DOMICILE_READY_FILE: readyFile, SSL_CERT_FILE: ca, REQUESTS_CA_BUNDLE: ca },
  }),
};

/** @param into gets a folder `venv` with these packages */
export async function buildVenv(into: string, requirements: string): Promise<void> {
  await run('python3', ['-m', 'venv', join(into, 'venv')]);
  const quietly = ['--quiet', '--disable-pip-version-check', '--no-input'];
  await run(join(into, 'venv/bin/pip'), ['install', ...quietly, '--requirement', requirements]);
}
