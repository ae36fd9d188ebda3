// What is brought from the registries of other languages: what has to be there, how it is built, how it is started.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const run = promisify(execFile);

/** What a language needs to know of the emulator. */
export interface Running {
  /** Path of the ready file. */
  readonly readyFile: string;
  /** Path of the CA's certificate. */
  readonly ca: string;
  /** For files of one run. */
  readonly scratch: string;
}

/** What is brought from a registry and built outside the project. */
export interface Toolchain {
  readonly name: string;
  /** Its folder here. */
  readonly folder: string;
  /** Programs that it needs, each with the arguments that show it is there. */
  readonly needs: readonly (readonly [program: string, ...args: string[]])[];
  /** Files that decide what is built: another content, another build. */
  readonly builtFrom: readonly string[];
  /** Brings packages from their registry and builds into this folder. */
  build(into: string): Promise<void>;
}

export interface Language extends Toolchain {
  /** Official packages with their versions, as pinned. */
  readonly packages: Readonly<Record<string, string>>;
  /** The command that plays all stories. */
  command(built: string, running: Running): Promise<Command>;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The programs that are not there. */
async function missingOf({ needs }: Toolchain): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const [program, ...args] of needs) {
    await run(program, args).catch(() => missing.push(program));
  }
  return missing;
}

/** Builds once for each content, outside the project, so that the next run needs no registry. */
export async function builtOnce(toolchain: Toolchain): Promise<string> {
  const hash = createHash('sha256');
  for (const file of toolchain.builtFrom) {
    hash.update(readFileSync(join(toolchain.folder, file)));
  }
  const cache = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'acs-domicile', 'languages');
  const built = join(cache, `${toolchain.name.toLowerCase()}-${hash.digest('hex').slice(0, 16)}`);
  if (!existsSync(join(built, 'done'))) {
    await rm(built, { recursive: true, force: true });
    await mkdir(join(built, 'building'), { recursive: true });
    await toolchain.build(built);
    await rename(join(built, 'building'), join(built, 'done'));
  }
  return built;
}

/** Says so and passes where a program is missing, unless everything is wanted, as in CI. */
export async function isHere(toolchain: Toolchain): Promise<boolean> {
  const missing = await missingOf(toolchain);
  if (missing.length === 0) {
    return true;
  }
  const sentence = `${toolchain.name} is skipped: ${missing.join(', ')} not found on this machine.`;
  if (process.env['DOMICILE_ALL_LANGUAGES'] === '1') {
    throw new Error(sentence);
  }
  process.stdout.write(`${sentence}\n`);
  return false;
}
