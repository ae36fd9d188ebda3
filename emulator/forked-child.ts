// Child processes of the emulator: forked with an environment of their own, stopped by closing their channel.
import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface ForkOptions {
  /** Environment beyond the few variables every program needs; nothing else of ours is inherited. */
  readonly env?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly execArgv?: readonly string[];
  readonly cwd?: string;
  /** Lines of its standard output and standard error. */
  readonly onLine?: (line: string) => void;
  readonly onMessage?: (message: unknown) => void;
}

export interface ForkedChild {
  readonly pid: number;
  /** Resolves with a short description (`exit code 1`, `SIGKILL`) when the process is gone. Never rejects. */
  readonly gone: Promise<string>;
  readonly isGone: boolean;
  /** Sends a message; does nothing when the process is going. */
  send(message: object): void;
  /** Asks it to stop by itself: the same signal it gets when this process dies. */
  stop(): void;
  kill(): void;
}

const inherited = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SYSTEMROOT'];

/**
 * Forks a module of ours. It runs in a process group of its own, so that Ctrl-C in a terminal reaches only the
 * supervisor, which stops its children in order.
 */
export function forkChild(modulePath: string, options: ForkOptions): ForkedChild {
  const environment: Record<string, string> = {};
  for (const name of inherited) {
    const value = process.env[name];
    if (value !== undefined) {
      environment[name] = value;
    }
  }
  const child = fork(modulePath, options.args ?? [], {
    env: { ...environment, ...options.env },
    execArgv: [...(options.execArgv ?? [])],
    cwd: options.cwd,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  if (options.onMessage !== undefined) {
    child.on('message', options.onMessage);
  }
  forwardLines(child, options.onLine);
  let isGone = false;
  const gone = untilGone(child).finally(() => {
    isGone = true;
  });
  return {
    pid: child.pid ?? 0,
    gone,
    get isGone() {
      return isGone;
    },
    send(message) {
      if (child.connected) {
        child.send(message, () => undefined);
      } // a failed send shows as the end of the process
    },
    stop() {
      if (child.connected) {
        child.disconnect();
      }
    },
    kill() {
      child.kill('SIGKILL');
    },
  };
}

/** Not the event `close`: it does not come after we have closed the channel ourselves. */
async function untilGone(child: ChildProcess): Promise<string> {
  const how = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ?? `exit code ${code}`));
    child.on('error', (error) => {
      if (child.pid === undefined) {
        resolve(error.message);
      } // could not be started at all
    });
  });
  const outputs = [child.stdout, child.stderr].map(
    (stream) => stream && new Promise((resolve) => void stream.once('close', resolve)),
  );
  await Promise.all([how, ...outputs]);
  return how;
}

function forwardLines(child: ChildProcess, onLine: ((line: string) => void) | undefined): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) {
      continue;
    }
    if (onLine === undefined) {
      stream.resume();
    } else {
      createInterface({ input: stream }).on('line', onLine);
    }
  }
}

/**
 * For the child's side: runs `stop` once when the supervisor closes the channel or is gone, or on SIGTERM, and ends
 * the process at the latest after `limitMs`.
 */
export function stopWithSupervisor(stop: () => Promise<void>, limitMs: number): void {
  let isStopping = false;
  const end = (): void => {
    if (isStopping) {
      return;
    }
    isStopping = true;
    setTimeout(() => process.exit(1), limitMs).unref();
    stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  // Whoever read our output is gone too; that must not interrupt an orderly end.
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', () => undefined);
  }
  process.once('SIGTERM', end);
  process.once('disconnect', end);
  if (!process.connected) {
    end();
  }
}
