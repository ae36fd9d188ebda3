import { readdirSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Language, run } from './language.js';

export const go = goProgram(
  'Go',
  'test/languages/go',
  /github\.com\/Azure\/azure-sdk-for-go\/sdk\/(?:resourcemanager\/)?/,
);

/** Terraform's azurerm is too big to be built here; what it is built upon is not. */
export const terraform = goProgram('Terraform', 'test/languages/terraform', /github\.com\/(?=hashicorp\/)/);

/** @param prefix of the packages that are named, left out of their names */
function goProgram(name: string, folder: string, prefix: RegExp): Language {
  const [direct = ''] = readFileSync(join(folder, 'go.mod'), 'utf8').split('// indirect');
  const pinned = new RegExp(`^\\t${prefix.source}(\\S+) v(\\S+)$`, 'gm');
  return {
    name,
    folder,
    needs: [['go', 'version']],
    packages: Object.fromEntries(
      [...direct.matchAll(pinned)].map(([, module = '', version = '']) => [module, version]),
    ),
    builtFrom: readdirSync(folder).toSorted(),
    build: async (into) => {
      // Where it is built nothing of the project's is changed.
      const module = join(into, 'module');
      await cp(folder, module, { recursive: true });
      await run('go', ['build', '-o', resolve(into, 'play'), '.'], { cwd: module });
    },
    command: async (built, { readyFile, ca }) => ({
      program: join(built, 'play'),
      args: [],
      env: { DOMICILE_READY_FILE: readyFile, SSL_CERT_FILE: ca },
    }),
  };
}
