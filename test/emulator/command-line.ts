// Runs the compiled command line as a user would, in a folder and with a certificate home of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { ReadyFile } from '../../emulator/contract.js';

const cli = fileURLToPath(new URL('../../dist/app/cli.js', import.meta.url));

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

/** A folder for one test file; `remove` kills what still runs in it. */
export interface Sandbox {
  readonly folder: string;
  /** @param under a program that is to run the command, with its arguments */
  run(args: readonly string[], env?: Readonly<Record<string, string>>, under?: readonly string[]): RunningCommand;
  /** Starts an emulator and waits for its ready file. */
  start(...args: readonly string[]): Promise<RunningCommand & { readonly ready: ReadyFile }>;
  /** Everything that still runs and was started here, also by what has ended meanwhile. */
  processes(): number[];
  remove(): Promise<void>;
}

export async function createSandbox(): Promise<Sandbox> {
  const folder = await mkdtemp(join(tmpdir(), 'domicile-cli-'));
  const running = new Set<ChildProcess>();

  function run(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    under: readonly string[] = [],
  ): RunningCommand {
    const [program = '', ...programArgs] = [...under, process.execPath, cli, ...args];
    const child = spawn(program, programArgs, {
      cwd: folder,
      // The temporary folder is handed down to every process that is started: by it they are known.
      env: { PATH: process.env['PATH'], TMPDIR: folder, ACS_DOMICILE_HOME: join(folder, 'home'), ...env },
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

  function hasFolder(pid: number): boolean {
    try {
      return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`TMPDIR=${folder}`);
    } catch {
      return false; // it has just ended, or is somebody else's
    }
  }

  return {
    folder,
    run,
    async start(...args) {
      const path = join(folder, 'ready.json');
      await rm(path, { force: true });
      const command = run(['start', '--port', '0', '--ready-file', path, ...args]);
      return { ...command, ready: await untilReady(command, path) };
    },
    processes: () =>
      readdirSync('/proc')
        .map(Number)
        .filter((pid) => isRunning(pid) && hasFolder(pid)),
    async remove() {
      for (const child of running) {
        child.kill('SIGKILL');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the command has written its ready file. */
export async function untilReady({ outcome }: RunningCommand, path: string): Promise<ReadyFile> {
  let ended: Outcome | undefined;
  void outcome.then((how) => (ended = how));
  await until(() => ended !== undefined || existsSync(path), 60_000);
  if (ended !== undefined) {
    throw new Error(`It did not start: ${ended.stderr}`);
  }
  return JSON.parse(await readFile(path, 'utf8')) as ReadyFile;
}

/** Polls until it holds. */
export async function until(holds: () => boolean | Promise<boolean>, limitMs: number): Promise<void> {
  const deadline = performance.now() + limitMs;
  while (!(await holds())) {
    if (performance.now() > deadline) {
      throw new Error(`It did not happen within ${limitMs} ms.`);
    }
    await delay(20);
  }
}

/** The processes that a process has started and that have not ended. */
export function childrenOf(pid: number): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

/** Its children, their children, and so on. */
export function descendantsOf(pid: number): number[] {
  try {
    return childrenOf(pid).flatMap((child) => [child, ...descendantsOf(child)]);
  } catch {
    return []; // it has just ended
  }
}

/** Whether a process still runs; one that has ended and that nobody has waited for does not. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
