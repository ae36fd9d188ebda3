// Runs the compiled command line as a user would, in a folder and with a certificate home of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '../../emulator/contract.js';

const cli = fileURLToPath(new URL('../../dist/emulator/cli.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  /** Resolves when it has ended. */
  readonly outcome: Promise<Outcome>;
}

/** A folder for one test file; `removeSandbox` kills what still runs in it. */
export interface Sandbox {
  readonly folder: string;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): RunningCommand;
  /** Starts an emulator and waits for its ready file. */
  start(...args: readonly string[]): Promise<RunningCommand & { readonly ready: ReadyFile }>;
  remove(): Promise<void>;
}

export async function createSandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'domicile-cli-'));
  const running = new Set<ChildProcess>();

  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}): RunningCommand {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd: folder,
      env: { PATH: process.env['PATH'], ACS_DOMICILE_HOME: join(folder, 'home'), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    running.add(child);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
    const outcome = new Promise<Outcome>((resolve) => {
      child.once('close', (code) => {
        running.delete(child);
        resolve({ code, stdout, stderr });
      });
    });
    return { process: child, outcome };
  }

  return {
    folder,
    run,
    async start(...args) {
      const path = join(folder, 'ready.json');
      await rm(path, { force: true });
      const command = run(['start', '--port', '0', '--ready-file', path, ...args]);
      let ended: Outcome | undefined;
      void command.outcome.then((outcome) => (ended = outcome));
      await until(() => ended !== undefined || existsSync(path), 20_000);
      if (ended !== undefined) throw new Error(`It did not start: ${ended.stderr}`);
      return { ...command, ready: JSON.parse(await readFile(path, 'utf8')) as ReadyFile };
    },
    async remove() {
      for (const child of running) child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Polls until it holds. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`It did not happen within ${limitMs} ms.`);
    await delay(20);
  }
}

/** The processes that a process has started and that have not ended. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Whether a process still runs; one that has ended and that nobody has waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
