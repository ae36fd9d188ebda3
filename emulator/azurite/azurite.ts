// Starts the Azurite of one geography and tells where it answers.
import { makeFolders } from '../../cli/make-folders.js';
import { EmulatorError } from '../emulator-error.js';
import { type ForkedChild, forkChild } from '../forked-child.js';
import type { StorageAccount } from './storage-account.js';
import { builtFile } from '../package.js';

export interface AzuriteOptions {
  readonly account: StorageAccount;
  /** Folder for its data; without one it keeps everything in memory and writes nothing. */
  readonly folder?: string;
  /** For the sentence when it does not start. */
  readonly label: string;
  /** Told once, with a reason, when it can keep nothing more: it refuses everything from then on. */
  onFailing?(reason: string): void;
}

/** What its process says. */
export interface FromAzurite {
  readonly kind: 'failing';
  readonly reason: string;
}

export interface Azurite {
  readonly connectionString: string;
  readonly child: ForkedChild;
}

const services = ['blob', 'queue', 'table'] as const;
const startLimitMs = 30_000;

/** @param onForked called at once, so that the caller can stop it while it is still starting */
export async function startAzurite(options: AzuriteOptions, onForked: (child: ForkedChild) => void): Promise<Azurite> {
  const { account, folder, label } = options;
  if (folder !== undefined) {
    await makeFolders(folder);
  }
  const endpoints = new Map<string, string>();
  const lines: string[] = [];
  return await new Promise<Azurite>((resolve, reject) => {
    const child = forkChild(builtFile('emulator/azurite/azurite-process.js'), {
      args: azuriteArguments(folder),
      // Azurite takes its working folder for a place to keep data, which it does not use when all is in memory.
      cwd: folder ?? builtFile('emulator/azurite'),
      env: { AZURITE_ACCOUNTS: `${account.name}:${account.key}` },
      execArgv: ['--max-semi-space-size=8'],
      onMessage: (message) => options.onFailing?.((message as FromAzurite).reason),
      onLine(line) {
        const found = /^Azurite (Blob|Queue|Table) service is successfully listening at (http:\S+)/.exec(line);
        if (found?.[1] !== undefined && found[2] !== undefined) {
          endpoints.set(found[1], `${found[2]}/${account.name}`);
        } else if (endpoints.size < services.length) {
          lines.push(line);
        }
        if (endpoints.size === services.length) {
          clearTimeout(timer);
          resolve({ child, connectionString: connectionString(account, endpoints) });
        }
      },
    });
    const timer = setTimeout(() => child.kill(), startLimitMs);
    const rejectWhenGone = async (): Promise<void> => {
      const how = await child.gone;
      clearTimeout(timer);
      const why = lines.find((line) => /error/i.test(line)) ?? how;
      reject(new EmulatorError(`The storage (Azurite) of ${label} did not start: ${why}`));
    };
    void rejectWhenGone();
    onForked(child);
  });
}

function azuriteArguments(folder: string | undefined): string[] {
  return [
    ...services.flatMap((service) => [
      `--${service}Host=127.0.0.1`,
      `--${service}Port=0`,
      // Longer than clients keep idle connections; by default Azurite closes them after 5 s under the client's feet.
      `--${service}KeepAliveTimeout=120`,
    ]),
    '--silent',
    '--disableTelemetry',
    '--skipApiVersionCheck',
    '--disableProductStyleUrl',
    ...(folder === undefined ? ['--inMemoryPersistence'] : [`--location=${folder}`]),
  ];
}

function connectionString(account: StorageAccount, endpoints: ReadonlyMap<string, string>): string {
  const parts = [
    'DefaultEndpointsProtocol=http',
    `AccountName=${account.name}`,
    `AccountKey=${account.key}`,
    ...[...endpoints].map(([service, address]) => `${service}Endpoint=${address}`),
  ];
  return `${parts.join(';')};`;
}
