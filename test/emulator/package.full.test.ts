// What is published to the registry is enough: the packed files, beside the packages it depends on, in an empty project.
import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const project = fileURLToPath(new URL('../..', import.meta.url));
const library = `
  import { startEmulator } from 'acs-domicile/emulator';
  const emulator = await startEmulator({ ephemeral: true });
  console.log(emulator.resources.map(({ name }) => name).join());
  await emulator.dispose();
`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-package-'));
  const modules = join(folder, 'node_modules');
  const pack = await run('npm', ['pack', '--ignore-scripts', '--dry-run', '--json'], { cwd: project });
  const [{ files = [] } = {}] = Object.values(JSON.parse(pack.stdout) as Record<string, { files: { path: string }[] }>);
  for (const { path } of files) {
    await cp(join(project, path), join(modules, 'acs-domicile', path));
  }
  await linkDependencies(modules);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

/** Lays what a user of the package gets beside it, without a network: no package that only its development needs. */
async function linkDependencies(modules: string): Promise<void> {
  const { stdout } = await run('npm', ['ls', '--omit=dev', '--all', '--parseable'], { cwd: project });
  const own = join(project, 'node_modules');
  const names = stdout
    .split('\n')
    .flatMap((path) => /^[^@][^/]*$|^@[^/]+\/[^/]+$/.exec(path.slice(own.length + 1)) ?? []);
  for (const name of names) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(own, name), join(modules, name));
  }
}

describe('the package, installed in an empty project', () => {
  it('holds what runs and nothing of its development', async () => {
    const top = await readdir(join(folder, 'node_modules', 'acs-domicile'));
    expect(top).toEqual(expect.arrayContaining(['LICENSE', 'dist', 'host.json', 'package.json']));
    expect(top.filter((name) => ['test', 'emulator', 'functions', 'shared', 'node_modules'].includes(name))).toEqual(
      [],
    );
    expect(await readdir(join(folder, 'node_modules', 'acs-domicile', 'dist'))).not.toContain('.tsbuildinfo');
  });

  it('starts from its command', async () => {
    const cli = join(folder, 'node_modules', 'acs-domicile', 'dist', 'emulator', 'cli.js');
    const child = spawn(process.execPath, [cli, 'start', '--ephemeral', '--port', '0'], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let shown = '';
    child.stdout.on('data', (text: Buffer) => {
      shown += text.toString();
      child.kill('SIGINT');
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    expect(shown).toMatch(/^Domicile \S+ is ready\./);
    expect(code).toBe(0);
  });

  it('starts as a library', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', library], { cwd: folder });
    expect(stdout).toBe('contoso-europe,contoso-unitedstates\n');
  });
});
