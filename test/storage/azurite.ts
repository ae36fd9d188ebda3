// A real Azurite for one test file: in memory unless files are asked for, random account key, free ports, its own empty working directory.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

export interface Azurite {
  readonly connectionString: string;
  readonly accountName: string;
  readonly accountKey: string;
  readonly pid: number;
  /** Its working directory, where its files are when it has any. */
  readonly folder: string;
  /** Lets it write what it holds, and waits for its end. */
  end(): Promise<void>;
  /** Stops it and removes its folder. */
  stop(): Promise<void>;
}

const account = 'geographytest';
const startTimeoutMs = 20_000;

export async function startAzurite({ inMemory = true } = {}): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  const accountKey = randomBytes(32).toString('base64');
  const script = join(dirname(createRequire(import.meta.url).resolve('azurite/package.json')), 'dist/src/azurite.js');
  const child = spawn(
    process.execPath,
    [
      script,
      ...(inMemory ? ['--inMemoryPersistence'] : [`--location=${folder}`]),
      '--disableTelemetry',
      '--silent',
      // The blob SDK speaks a newer version than this Azurite knows.
      '--skipApiVersionCheck',
      '--disableProductStyleUrl',
      ...['blob', 'queue', 'table'].flatMap((service) => [
        `--${service}Host`,
        '127.0.0.1',
        `--${service}Port`,
        '0',
        `--${service}KeepAliveTimeout`,
        '60',
      ]),
    ],
    {
      cwd: folder,
      env: { PATH: process.env['PATH'], AZURITE_ACCOUNTS: `${account}:${accountKey}` },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // A test run that breaks off must not leave it behind.
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  const endBy = async (signal: 'SIGKILL' | 'SIGTERM') => {
    process.removeListener('exit', kill);
    if (child.exitCode !== null || child.signalCode !== null) {
      return;
    }
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await exited;
  };
  const stop = async () => {
    await endBy('SIGKILL');
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const ports = await readPorts(child);
    const endpoints = ['Blob', 'Queue', 'Table'].map(
      (service) => `${service}Endpoint=http://127.0.0.1:${ports[service]}/${account};`,
    );
    return {
      connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};${endpoints.join('')}`,
      accountName: account,
      accountKey,
      pid: child.pid ?? 0,
      folder,
      end: () => endBy('SIGTERM'),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
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
