// Starts one geography: its Azurite and its function app processes, which know no storage but this one.
import { join } from 'node:path';
import { wellKnownMasterSecret } from '../shared/auth/well-known.js';
import type { GeographySlug } from '../shared/geography/index.js';
import { startAzurite } from './azurite/azurite.js';
import { keptStorageAccount, newStorageAccount } from './azurite/storage-account.js';
import type { KeyedCertificate } from './certificates/certificate.js';
import type { Children } from './children.js';
import { EmulatorError } from './emulator-error.js';
import type { ForkedChild } from './forked-child.js';
import { type FunctionApp, startFunctionApp } from './function-app.js';
import type { FunctionAppStart } from './function-app-messages.js';
import { type LimitsInForce, limitsSetting } from './limits.js';
import type { EmulatorPlan } from './options.js';
import type { GeographyPorts } from './ports.js';
import type { World } from '../shared/passing/index.js';

/** A process that is started again gets it with its settings. */
export interface WorldInForce {
  current: World | undefined;
}

export interface RunningGeography {
  readonly slug: GeographySlug;
  /** Connection string of its Azurite. */
  readonly storage: string;
  /** Folder of its Azurite; empty when all is in memory. */
  readonly dataFolder: string;
  /** The function app processes; the first runs timers and makes the tables. */
  readonly apps: readonly [FunctionApp, ...FunctionApp[]];
}

export interface GeographySurroundings {
  readonly plan: EmulatorPlan;
  readonly children: Children;
  /** Entry of the function app, when it is not the package's own. */
  readonly entry?: string | undefined;
  readonly certificate: Promise<KeyedCertificate>;
  /** Settings about Entra ID, the same everywhere. */
  readonly entra: Readonly<Record<string, string>>;
  readonly limits: LimitsInForce;
  readonly world: WorldInForce;
  clockOffsetMs(): number;
  onFailed(error: EmulatorError): void;
}

export async function startGeography(
  slug: GeographySlug,
  ports: GeographyPorts,
  { plan, children, entry, certificate, entra, limits, world, clockOffsetMs, onFailed }: GeographySurroundings,
): Promise<RunningGeography> {
  const folder = plan.dataFolder === undefined ? undefined : join(plan.dataFolder, slug);
  const dataFolder = folder === undefined ? undefined : join(folder, 'azurite');
  const storage = startStorage();
  const resource = `contoso-${slug}`;

  async function startStorage(): Promise<string> {
    const account = folder === undefined ? newStorageAccount(slug) : await keptStorageAccount(slug, folder);
    const where = dataFolder === undefined ? {} : { folder: dataFolder };
    const { child, connectionString } = await startAzurite({ account, label: slug, ...where }, children.addStorage);
    void watchStorage(child);
    return connectionString;
  }

  async function watchStorage({ gone }: ForkedChild): Promise<void> {
    const how = await gone;
    if (children.isStopping) {
      return;
    }
    onFailed(new EmulatorError(`The storage (Azurite) of ${slug} stopped unexpectedly (${how}); start again.`));
  }

  async function startMessage(instance: number): Promise<FunctionAppStart> {
    const [connectionString, tls] = await Promise.all([storage, certificate]);
    const offset = clockOffsetMs();
    return {
      ...(entry !== undefined && { entry }),
      ports: instance === 0 ? [ports.resource, ports.app] : [0, 0],
      laterPorts: plan.ports.later,
      tls,
      reencodePaths: plan.reencodePaths,
      clockOffsetMs: offset,
      requestLog: plan.requestLog,
      resource,
      isFirst: instance === 0,
      world: world.current,
      settings: {
        ...entra,
        DOMICILE_EMULATOR: '1',
        DOMICILE_GEOGRAPHY: slug,
        DOMICILE_DEFAULT_RESOURCE: resource,
        DOMICILE_MASTER_SECRET: wellKnownMasterSecret,
        DOMICILE_LIMITS: limitsSetting(limits.current),
        DOMICILE_CLOCK_OFFSET_MS: String(offset),
        AzureWebJobsStorage: connectionString,
      },
    };
  }

  const startInstance = (instance: number): Promise<FunctionApp> =>
    startFunctionApp({
      label: instance === 0 ? slug : `${slug} (instance ${instance + 1})`,
      start: () => startMessage(instance),
      log: plan.log,
      onForked: children.addFunctionApp,
      isStopping: () => children.isStopping,
      onGivenUp: onFailed,
    });

  // The first is forked while Azurite still starts; the others find the tables it has made.
  const first = await startInstance(0);
  const others = await Promise.all(Array.from({ length: plan.instances - 1 }, (_, index) => startInstance(index + 1)));
  return { slug, storage: await storage, dataFolder: dataFolder ?? '', apps: [first, ...others] };
}
