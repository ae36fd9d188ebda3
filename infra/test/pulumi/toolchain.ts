// Pulumi's own CLI and its host for Node.js, built from their published Go modules, once, into a cache outside of the project.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface Toolchain {
  readonly cli: string;
  /** The newest host for Node.js that lies in a published module. */
  readonly host: string;
}

const version = '3.276.0';
const programs = {
  pulumi: {
    module: 'github.com/pulumi/pulumi/pkg/v3',
    version,
    program: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    flags: `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${version}`,
    // As the module's own go.mod has it, which counts only where that is the main one.
    replaced: 'github.com/atotto/clipboard => github.com/tgummerer/clipboard v0.0.0-20241001131231-d02d263e614e',
  },
  // Not under the name that the CLI looks for beside itself.
  'published-language-nodejs': {
    module: 'github.com/pulumi/pulumi/sdk/v3',
    version: '3.68.0',
    program: 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
    flags: '-s -w',
    replaced: undefined,
  },
} as const;

const buildLimitMs = 15 * 60_000;
const tooLate = 'it was not built within 15 minutes; the next run goes on with what is built.';

/**
 * @returns the programs, or a sentence that says why they are not there
 * @throws {Error} where everything is wanted, as in CI, unless it is only that the build takes too long
 */
export async function builtPulumi(): Promise<Toolchain | string> {
  const hash = createHash('sha256').update(JSON.stringify(programs)).digest('hex').slice(0, 16);
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'acs-domicile', 'pulumi', hash);
  const until = performance.now() + buildLimitMs;
  for (const name of Object.keys(programs) as (keyof typeof programs)[]) {
    const problem = existsSync(join(folder, name)) ? undefined : await build(name, folder, until);
    if (problem !== undefined && problem !== tooLate && process.env['DOMICILE_ALL_LANGUAGES'] === '1') {
      throw new Error(problem);
    }
    if (problem !== undefined) {
      return `Pulumi's engine is skipped: ${problem}`;
    }
  }
  return { cli: join(folder, 'pulumi'), host: join(folder, 'published-language-nodejs') };
}

async function build(name: keyof typeof programs, folder: string, until: number): Promise<string | undefined> {
  const { module, version: pinned, program, flags, replaced } = programs[name];
  const scratch = join(folder, `${name}-module`);
  await mkdir(scratch, { recursive: true });
  const required = `module domicile.invalid/${name}\n\ngo 1.25\n\nrequire ${module} v${pinned}\n`;
  await writeFile(join(scratch, 'go.mod'), replaced ? `${required}\nreplace ${replaced}\n` : required);
  const built = join(scratch, 'built');
  const args = ['build', '-mod=mod', '-ldflags', flags, '-o', built, program];
  const outcome = await runUntil(until, 'nice', ['-n', '10', 'go', ...args], scratch);
  if (outcome === undefined) {
    await rename(built, join(folder, name));
  }
  return outcome;
}

/** @returns undefined when it went well */
function runUntil(until: number, program: string, args: string[], cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    // A group of its own, as Go starts compilers.
    const child = spawn(program, args, { cwd, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (bytes: Buffer) => (said = (said + String(bytes)).slice(-2_000)));
    let isLate = false;
    const timer = setTimeout(
      () => {
        isLate = true;
        process.kill(-Number(child.pid));
      },
      Math.max(1, until - performance.now()),
    );
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => {
      clearTimeout(timer);
      const failed = code === 0 ? undefined : `go build ended with ${code}: ${said}`;
      resolve(isLate ? tooLate : failed);
    });
  });
}
