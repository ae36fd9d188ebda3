// A fuzzer that others wrote reads docs/openapi.json and asks the emulator: no failure of ours, no answer that the document
// does not know. Seeded, so that what it finds is found again.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtOnce, isHere, run, type Toolchain } from './language.js';
import { buildVenv, pythonNeeds } from './python.js';

const folder = 'test/languages/openapi';
const schemathesis: Toolchain = {
  name: 'Schemathesis',
  folder,
  needs: pythonNeeds,
  builtFrom: ['requirements.txt'],
  build: (into) => buildVenv(into, join(folder, 'requirements.txt')),
};
const checks = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
];

let emulator: Emulator;
let scratch: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'domicile-openapi-'));
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe', 'germany'] });
  await writeFile(join(scratch, 'ready.json'), JSON.stringify(emulator.ready), { mode: 0o600 });
});
afterAll(async () => {
  await emulator?.dispose();
  await rm(scratch, { recursive: true, force: true });
});

it.each([
  [
    'of a resource',
    () => emulator.ready.resources.find(({ geography }) => geography === 'europe')?.endpoint ?? '',
    ['--exclude-tag', 'management'],
  ],
  ['of management', () => emulator.ready.management, ['--include-tag', 'management']],
])('Operations %s answer generated requests as the document says', async (_which, url, chosen) => {
  if (!(await isHere(schemathesis))) {
    return;
  }
  const built = await builtOnce(schemathesis);
  const { ca } = emulator.ready;
  const bounds = ['--phases', 'coverage,fuzzing', '--max-examples', '20', '--seed', '1', '--no-shrink'];
  const shown = ['--max-failures', '20', '--continue-on-failure', '--warnings', 'off', '--tls-verify', ca];
  const args = [
    'run',
    resolve('docs/openapi.json'),
    '--url',
    url(),
    ...chosen,
    '--checks',
    checks.join(','),
    ...bounds,
    ...shown,
  ];
  const trust = { SSL_CERT_FILE: ca, REQUESTS_CA_BUNDLE: ca };
  const hooks = { PYTHONPATH: resolve(folder), PYTHONDONTWRITEBYTECODE: '1', SCHEMATHESIS_HOOKS: 'signing' };
  const env = { ...process.env, ...trust, ...hooks, DOMICILE_READY_FILE: join(scratch, 'ready.json') };
  // It leaves a cache where it runs.
  const options = {
    cwd: scratch,
    env: { ...env, DOMICILE_OPENAPI: resolve('docs/openapi.json') },
    maxBuffer: 16 * 1024 * 1024,
  };
  const { stdout, stderr } = await run(join(built, 'venv/bin/schemathesis'), args, options).catch(
    (failure: { readonly stdout: string; readonly stderr: string }) => failure,
  );
  expect(stdout + stderr).toContain('No issues found');
});
