// The app behind the adapter: its own Azurite, and as many API processes as asked for.
import { resolve } from 'node:path';
import { startAzurite } from '../emulator/azurite/azurite.js';
import { newStorageAccount } from '../emulator/azurite/storage-account.js';
import { wellKnownMasterSecret } from '../shared/auth/index.js';
import type { ApiCalls } from './api-process.js';
import { type Child, startChild } from './child-calls.js';
import { cpuMicrosOf } from './process-use.js';
import type { Target } from './target.js';

const geography = 'europe';
/** Nobody asks so often for one thread as a benchmark of that. */
export const limits = {
  base: 'open' as const,
  'chat.listMessages': [{ per: 'thread', count: 1_000_000, window: '10s' }],
} as const;

export interface AdapterOptions {
  readonly processes: number;
  /** Folder for CPU profiles, one a slice. */
  readonly profile?: string | undefined;
  /** Beyond those that every app needs. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startAdapterTarget({ processes, profile, settings }: AdapterOptions): Promise<Target> {
  const azurite = await startAzurite(
    { account: newStorageAccount(geography), label: 'the benchmark' },
    () => undefined,
  );
  const storage = azurite.connectionString;
  const children: Child<ApiCalls>[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(children.map((child) => child.stop()));
    azurite.child.stop();
    await azurite.child.gone;
  };
  try {
    for (let index = 0; index < processes; index++) {
      children.push(startApi({ ...appSettings(storage), ...settings }, profile));
    }
    const origins: string[] = [];
    for (const child of children) {
      const { port } = await child.call('start', undefined);
      origins.push(`http://127.0.0.1:${port}`);
    }
    const [first] = children as [Child<ApiCalls>];
    const freshStorage = async (): Promise<void> => {
      await first.call('eraseEverything', undefined);
      for (const child of children) {
        await child.call('dropCaches', undefined);
      }
    };
    await freshStorage();
    return {
      setUp: 'adapter',
      origins: origins as [string, ...string[]],
      accessKey: await first.call('accessKey', undefined),
      storage,
      freshStorage,
      mailSender: () => first.call('mailSender', undefined),
      usage: async (moment) => ({
        ...(await first.call('usage', moment)),
        azuriteMicros: await cpuMicrosOf(azurite.child.pid),
      }),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

export function appSettings(storage: string): Record<string, string> {
  return {
    DOMICILE_EMULATOR: '1',
    DOMICILE_GEOGRAPHY: geography,
    DOMICILE_DEFAULT_RESOURCE: 'bench',
    DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
    DOMICILE_LIMITS: JSON.stringify(limits),
    AzureWebJobsStorage: storage,
  };
}

function startApi(settings: Readonly<Record<string, string>>, profile: string | undefined): Child<ApiCalls> {
  return startChild<ApiCalls>('api-process.js', {
    env: { ...settings, ...(profile !== undefined && { BENCH_PROFILE: resolve(profile) }) },
  });
}
