// The commands of docs/certificates.md work as they stand, wherever the program that they call is there.
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Emulator, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const page = readFileSync('docs/certificates.md', 'utf8');
const run = promisify(execFile);
const [preamble = '', ...commands] = [...page.matchAll(/```sh\n([^]*?)```/g)].map(([, text = '']) => text);
const [, javaSource = ''] = /```java\n([^]*?)```/.exec(page) ?? [];

let folder: string;
let emulator: Emulator;
const homeOfTheRun = process.env['ACS_DOMICILE_HOME'];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'domicile-trust-'));
  process.env['ACS_DOMICILE_HOME'] = join(folder, 'home');
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  await writeFile(join(folder, 'Health.java'), here(javaSource));
});
afterAll(async () => {
  process.env['ACS_DOMICILE_HOME'] = homeOfTheRun;
  await emulator?.dispose();
  await rm(folder, { recursive: true, force: true });
});

function here(text: string): string {
  return text
    .replaceAll('npx acs-domicile', `node ${process.cwd()}/dist/app/cli.js`)
    .replaceAll('https://localhost:7400', emulator.ready.control);
}

function runs(script: string): boolean {
  try {
    execFileSync('bash', ['-c', script], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** What has to be there for a command to be tried. */
const needs: Readonly<Record<string, string>> = {
  curl: 'curl --version',
  node: 'node --version',
  python3: 'python3 --version',
  requests: 'python3 -c "import requests"',
  keytool: 'keytool -help',
  java: 'java --version && java --list-modules | grep jdk.compiler',
};

describe('The page about the certificate', () => {
  it('begins with the path of the CA and has commands for each language', () => {
    expect(preamble).toBe('CA="$(npx acs-domicile ca)"\n');
    expect(commands.map((command) => /(curl|node|python3|keytool|java) /.exec(command)?.[1])).toEqual([
      'curl',
      'node',
      'python3',
      'python3',
      'keytool',
      'java',
    ]);
  });

  it.each(commands.map((command) => [command.slice(0, 50).trim(), command]))('%s ...', async (_, command) => {
    const names = Object.keys(needs).filter((name) => new RegExp(`\\b${name}[ .;]`).test(command));
    if (!names.every((name) => runs(needs[name] ?? ''))) {
      return; // the program is not here
    }
    // A proxy of this machine has no part in it.
    const env = { PATH: process.env['PATH'], ACS_DOMICILE_HOME: process.env['ACS_DOMICILE_HOME'], NO_PROXY: '*' };
    const { stdout } = await run('bash', ['-e', '-c', here(`${preamble}${command}`)], { cwd: folder, env });
    if (!command.startsWith('keytool')) {
      expect(JSON.parse(stdout)).toMatchObject({ status: 'ok' });
    }
  });
});
