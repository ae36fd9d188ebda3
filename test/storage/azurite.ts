// Accounts of a real Azurite for tests. In memory, those of several test files lie in one process, which by then has read
// and compiled what it needs; no account sees another.
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Azurite {
  readonly connectionString: string;
  readonly accountName: string;
  readonly accountKey: string;
  /** Its working directory, where its files are when it has any. */
  readonly folder: string;
  /** Lets it write what it holds, and waits for its end; for one with files. */
  end(): Promise<void>;
  /** Gives the account back; the process ends with its last account. */
  stop(): Promise<void>;
}

/** What is given back is kept in memory until the last of them is. */
const accountsAtOnce = 16;
/** The emulator's, as built. */
const azuriteProcess = fileURLToPath(new URL('../../dist/emulator/azurite/azurite-process.js', import.meta.url));
const startTimeoutMs = 20_000;

/** @param options.inMemory otherwise it is a process of its own, which keeps files in {@link Azurite.folder} */
export async function startAzurite({ inMemory = true } = {}): Promise<Azurite> {
  const server = inMemory ? nextShared() : new Server({ inMemory, accounts: 1 });
  const [name, key] = server.take();
  const ports = await server.ports;
  const endpoints = ['Blob', 'Queue', 'Table'].map(
    (service) => `${service}Endpoint=http://127.0.0.1:${ports[service]}/${name};`,
  );
  let given: Promise<void> | undefined;
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${name};AccountKey=${key};${endpoints.join('')}`,
    accountName: name,
    accountKey: key,
    folder: await server.folder,
    end: () => server.end('SIGTERM'),
    stop: () => (given ??= server.giveBack()),
  };
}

let shared: Server | undefined;

function nextShared(): Server {
  if (shared === undefined || shared.isUsedUp) {
    shared = new Server({ inMemory: true, accounts: accountsAtOnce });
  }
  return shared;
}

class Server {
  readonly folder = mkdtemp(join(tmpdir(), 'azurite-'));
  /** By service, once all listen. */
  readonly ports: Promise<Record<string, string>>;
  readonly #accounts: [name: string, key: string][];
  #users = 0;
  #child: ChildProcess | undefined;
  constructor({ inMemory, accounts }: { readonly inMemory: boolean; readonly accounts: number }) {
    this.#accounts = Array.from({ length: accounts }, (_, index) => [
      `geographytest${index}`,
      randomBytes(32).toString('base64'),
    ]);
    const known = this.#accounts.map((account) => account.join(':')).join(';');
    this.ports = this.#start(inMemory, known);
  }

  get isUsedUp(): boolean {
    return this.#accounts.length === 0;
  }

  take(): [name: string, key: string] {
    const account = this.#accounts.pop();
    if (account === undefined) {
      throw new Error('All accounts of this Azurite are taken.');
    }
    this.#users += 1;
    return account;
  }

  async giveBack(): Promise<void> {
    this.#users -= 1;
    if (this.#users === 0 && this.isUsedUp) {
      await this.end('SIGKILL');
      await rm(await this.folder, { recursive: true, force: true });
    }
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  }

  async #start(inMemory: boolean, accounts: string): Promise<Record<string, string>> {
    const folder = await this.folder;
    const args = [
      ...(inMemory ? ['--inMemoryPersistence'] : [`--location=${folder}`]),
      '--disableTelemetry',
      '--silent',
      // The blob SDK speaks a newer version than this Azurite knows.
      '--skipApiVersionCheck',
      '--disableProductStyleUrl',
      ...['blob', 'queue', 'table'].flatMap((service) => [
        `--${service}Host=127.0.0.1`,
        `--${service}Port=0`,
        `--${service}KeepAliveTimeout=60`,
      ]),
    ];
    this.#child = fork(azuriteProcess, args, {
      cwd: folder,
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: accounts },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // Nobody waits for it: it ends when the channel closes, however the test run ends.
    this.#child.unref();
    this.#child.channel?.unref();
    try {
      return await readPorts(this.#child);
    } catch (error) {
      await this.end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/** Azurite prints a line for each service that listens: `Azurite Blob service is successfully listening at http://host:port`. */
function readPorts(child: ChildProcess): Promise<Record<string, string>> {
  return new Promise((resolve, reject) => {
    const ports: Record<string, string> = {};
    let output = '';
    const timer = setTimeout(() => reject(new Error(`Azurite did not start in time:\n${output}`)), startTimeoutMs);
    const onOutput = (chunk: Buffer) => {
      output += chunk.toString();
      for (const [, service, port] of output.matchAll(
        /Azurite (\w+) service is successfully listening at http:\/\/[^:]+:(\d+)/g,
      )) {
        ports[service ?? ''] = port ?? '';
      }
      if (Object.keys(ports).length === 3) {
        clearTimeout(timer);
        resolve(ports);
      }
    };
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`Azurite stopped while starting:\n${output}`));
    });
  });
}
