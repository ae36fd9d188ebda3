// The Pulumi program under infra/: compiled before it is used, and known by its contents.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Compiles the program, so that an old one is never deployed. @returns what it lacks */
export async function prepareProgram(infra: string): Promise<readonly string[]> {
  const compiler = join(infra, 'node_modules', 'typescript', 'bin', 'tsc');
  if (!existsSync(compiler)) {
    return ['the packages of infra/: run npm ci --prefix infra'];
  }
  try {
    await run(process.execPath, [compiler, '-p', infra]);
    return [];
  } catch {
    return ['a program in infra/ that compiles: run npm run build --prefix infra'];
  }
}

/** Changes when the compiled program or the configuration of the stack does. */
export async function versionOf(infra: string, stackName: string): Promise<string> {
  const hash = createHash('sha256').update(await readFile(join(infra, `Pulumi.${stackName}.yaml`)));
  const compiled = join(infra, 'dist');
  const paths = await readdir(compiled, { recursive: true });
  for (const path of paths.filter((name) => name.endsWith('.js')).toSorted()) {
    hash.update(path).update(await readFile(join(compiled, path)));
  }
  return hash.digest('hex');
}
