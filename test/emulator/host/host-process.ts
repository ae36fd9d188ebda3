// Starts the compiled host in a process of its own, as the library keeps module state, and talks to it.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { RegisteredFunction } from '../../../emulator/host/index.js';
import { makeLoopbackCertificate } from './loopback-certificate.js';

export interface HostProcessOptions {
  /** File name under fixtures, or the `file:` URL of another entry. */
  readonly fixture: string;
  readonly hostJson?: unknown;
  readonly ports?: readonly number[];
  readonly reencodePaths?: boolean;
  readonly allowedOrigins?: readonly string[];
  readonly hostNames?: readonly string[];
  /** `{port}` in a value becomes the first port. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface HostProcess {
  readonly pid: number;
  readonly port: number;
  readonly ports: readonly number[];
  readonly functions: readonly RegisteredFunction[];
  readonly ca: string;
  /** What the host logs, at every level. */
  readonly logs: readonly string[];
  /** What the process writes to its standard output and standard error. */
  readonly output: readonly string[];
  call(
    name: 'run' | 'drain' | 'moveClock' | 'records' | 'provision' | 'takeUpgrades' | 'terminate' | 'close',
    ...args: unknown[]
  ): Promise<unknown>;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  stop(): Promise<void>;
}

interface Message {
  readonly ready?: { ports: readonly number[]; functions: readonly RegisteredFunction[] };
  readonly failed?: string;
  readonly log?: string;
  readonly id?: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** @throws with the host's own sentence when it refuses to start */
export async function startHostProcess(options: HostProcessOptions): Promise<HostProcess> {
  const { ca, tls } = makeLoopbackCertificate();
  const fixtures = new URL('./fixtures/', import.meta.url);
  const child = fork(fileURLToPath(new URL('host-process.mjs', fixtures)), {
    execArgv: [],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    env: {
      ...process.env,
      HOST_OPTIONS: JSON.stringify({
        entry: fileURLToPath(new URL(options.fixture, fixtures)),
        hostJson: options.hostJson ?? { extensions: { http: { routePrefix: '' } } },
        ports: options.ports ?? [0],
        tls,
        reencodePaths: options.reencodePaths ?? false,
        allowedOrigins: options.allowedOrigins,
        hostNames: options.hostNames,
        settings: options.settings ?? {},
      }),
    },
  });
  const logs: string[] = [];
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (text: Buffer) => output.push(String(text)));
  }
  const pending = new Map<number, (message: Message) => void>();
  const started = new Promise<NonNullable<Message['ready']>>((resolve, reject) => {
    child.on('message', (message: Message) => {
      if (message.ready !== undefined) {
        resolve(message.ready);
      } else if (message.failed !== undefined) {
        reject(new Error(message.failed));
      } else if (message.log !== undefined) {
        logs.push(message.log);
      } else if (message.id !== undefined) {
        pending.get(message.id)?.(message);
        pending.delete(message.id);
      }
    });
    child.once('exit', (code) => {
      reject(new Error(`The host process ended with ${code}.`));
      for (const settle of pending.values()) {
        settle({ error: `The host process ended with ${code}.` });
      }
    });
  });
  const { ports, functions } = await started;
  const ended = new Promise<number | null>((resolve) => {
    child.once('exit', resolve);
  });
  let lastId = 0;
  return {
    pid: child.pid ?? 0,
    port: ports[0] ?? 0,
    ports,
    functions,
    ca,
    logs,
    output,
    call: (name, ...args) =>
      new Promise((resolve, reject) => {
        const id = ++lastId;
        pending.set(id, ({ value, error }) => (error === undefined ? resolve(value) : reject(new Error(error))));
        child.send({ id, name, args });
      }),
    ended,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
