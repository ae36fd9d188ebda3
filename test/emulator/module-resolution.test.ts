// The types and the module of the library are found in every way in which projects look for them.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../..', import.meta.url));
const source = `import { type Emulator, startEmulator } from 'acs-domicile/emulator';
export const control = async (): Promise<string> => (await startEmulator({ ephemeral: true })).ready.control;
// @ts-expect-error a text, so the types were found
export const port = (emulator: Emulator): number => emulator.ready.control;
`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-resolution-'));
  await mkdir(join(folder, 'node_modules'));
  await symlink(project, join(folder, 'node_modules', 'acs-domicile'));
  await writeFile(join(folder, 'a.ts'), source);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('acs-domicile/emulator', () => {
  it.each([
    ['node10', 'commonjs'],
    ['nodenext', 'nodenext'],
    ['bundler', 'esnext'],
  ])('has its types with moduleResolution %s', async (moduleResolution, module) => {
    const options = { moduleResolution, module, target: 'es2022', ignoreDeprecations: '6.0' };
    const args = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
    const tsc = join(project, 'node_modules', 'typescript', 'bin', 'tsc');
    const compiled = run(process.execPath, [tsc, '--noEmit', '--strict', '--skipLibCheck', ...args, 'a.ts'], {
      cwd: folder,
    });
    // What is wrong stands in the output.
    expect(await compiled.catch(({ stdout }: { stdout: string }) => ({ stdout }))).toMatchObject({ stdout: '' });
  });

  it('is required by CommonJS', async () => {
    const script = "console.log(typeof require('acs-domicile/emulator').startEmulator)";
    const { stdout } = await run(process.execPath, ['--input-type=commonjs', '--eval', script], { cwd: folder });
    expect(stdout).toBe('function\n');
  });
});
