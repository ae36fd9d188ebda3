// Starts one geography: its Azurite and its function app processes, which know no storage but this one.
import { join } from 'node:path';
import { wellKnownSecretOf } from '../shared/auth/well-known.js';
import type { GeographySlug } from '../shared/geography/index.js';
import { startAzurite } from './azurite/azurite.js';
import { keptStorageAccount, newStorageAccount } from './azurite/storage-account.js';
import type { Brokers } from './broker/brokers.js';
import type { KeyedCertificate } from './certificates/certificate.js';
import type { Children } from './children.js';
import { EmulatorError } from './emulator-error.js';
import type { ForkedChild } from './forked-child.js';
import { type FunctionApp, startFunctionApp } from './function-app.js';
import type { FunctionAppStart } from './function-app-messages.js';
import { type LimitsInForce, limitsSetting } from './limits.js';
import type { EmulatorPlan } from './options.js';
import type { GeographyPorts } from './ports.js';
import type { WebPubSubServer } from './web-pubsub/web-pubsub-server.js';
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
  /** Shared with the gateway, base64; undefined where there is none. */
  readonly gatewaySecret: string | undefined;
  readonly limits: LimitsInForce;
  readonly world: WorldInForce;
  /** Undefined where chat clients open no WebSockets. */
  readonly webPubSub: WebPubSubServer | undefined;
  readonly brokers: Brokers;
  clockOffsetMs(): number;
  onFailed(error: EmulatorError): void;
}

export async function startGeography(
  slug: GeographySlug,
  ports: Pick<GeographyPorts, 'resource' | 'app'>,
  {
    plan,
    children,
    entry,
    certificate,
    entra,
    gatewaySecret,
    limits,
    world,
    brokers,
    webPubSub,
    clockOffsetMs,
    onFailed,
  }: GeographySurroundings,
): Promise<RunningGeography> {
  const folder = plan.dataFolder === undefined ? undefined : join(plan.dataFolder, slug);
  const dataFolder = folder === undefined ? undefined : join(folder, 'azurite');
  const storage = startStorage();
  const resource = `contoso-${slug}`;

  async function startStorage(): Promise<string> {
    const account = folder === undefined ? newStorageAccount(slug) : await keptStorageAccount(slug, folder);
    const where = dataFolder === undefined ? {} : { folder: dataFolder };
    const { child, connectionString } = await startAzurite({ account, label: slug, ...where, onFailing }, (forked) =>
      children.addStorage(forked, dataFolder),
    );
    void watchStorage(child);
    return connectionString;
  }

  function onFailing(reason: string): void {
    onFailed(
      new EmulatorError(
        `The storage (Azurite) of ${slug} cannot write to ${dataFolder} (${reason}), so it takes nothing more; see to the folder and start again.`,
      ),
    );
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
      allowedOrigins: plan.allowedOrigins,
      hostNames: plan.hostNames,
      clockOffsetMs: offset,
      requestLog: plan.requestLog,
      resource,
      isFirst: instance === 0,
      world: world.current,
      settings: {
        ...entra,
        ...(gatewaySecret !== undefined && { DOMICILE_GATEWAY_SECRETS: gatewaySecret }),
        DOMICILE_EMULATOR: '1',
        DOMICILE_GEOGRAPHY: slug,
        DOMICILE_DEFAULT_RESOURCE: resource,
        ...secretSettings(plan.masterSecrets),
        DOMICILE_LIMITS: limitsSetting(limits.current),
        DOMICILE_CLOCK_OFFSET_MS: String(offset),
        ...(plan.smtpRelay !== undefined && { DOMICILE_MAIL: mailSetting(plan.smtpRelay) }),
        DOMICILE_REALTIME: webPubSub?.settingOf(slug) ?? (plan.realtime === 'off' ? 'off' : 'longpoll'),
        DOMICILE_EVENTS: brokers.settingOf(slug),
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
  const apps = [first, ...others] as const;
  webPubSub?.reportTo(slug, () => apps.map(({ ready }) => `http://127.0.0.1:${ready.ports[0]}`));
  brokers.keepWith(slug, (name, letter) => first.ask('keepDeadLetter', { resource: name, letter }));
  return { slug, storage: await storage, dataFolder: dataFolder ?? '', apps };
}

function secretSettings(count: number): Record<string, string> {
  const retired = Array.from({ length: count - 1 }, (_, index) => `${index + 1}:${wellKnownSecretOf(index + 1)}`);
  return {
    DOMICILE_MASTER_SECRET: wellKnownSecretOf(count),
    DOMICILE_MASTER_SECRET_VERSION: String(count),
    ...(retired.length > 0 && { DOMICILE_RETIRED_MASTER_SECRETS: retired.join(',') }),
  };
}

/** Another tool of this machine needs no TLS. */
function mailSetting({ host, port }: NonNullable<EmulatorPlan['smtpRelay']>): string {
  return JSON.stringify({ relays: { '*': { host, port, tls: 'none' } } });
}
