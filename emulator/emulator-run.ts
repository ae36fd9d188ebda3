// One run of the emulator from start to stop: the command line and the library are thin covers of it.
import { randomBytes } from 'node:crypto';
import { type Brokers, startBrokers } from './broker/brokers.js';
import { loadCertificates, replacedCaText } from './certificates/local-certificates.js';
import type { KeyedCertificate } from './certificates/certificate.js';
import { createChildren } from './children.js';
import type { Emulator, EmulatorOptions } from './contract.js';
import type { ControlServer } from './control/control-server.js';
import { type DataFolder, openDataFolder } from './data-folder.js';
import { describeReady } from './describe-ready.js';
import { EmulatorError } from './emulator-error.js';
import { entraSettings } from './entra/app-settings.js';
import { type IssuerServer, startIssuerServer } from './entra/issuer-server.js';
import { type Gateways, startGateways } from './gateways.js';
import { startGeography, type WorldInForce } from './geography.js';
import { checkLimits, type LimitsInForce } from './limits.js';
import { createOperations } from './operations.js';
import { type EmulatorPlan, planEmulator } from './options.js';
import { readOwnPackage } from './package.js';
import { assertPortsFree } from './ports.js';
import { type ProductTime, createProductTime } from './product-time.js';
import { prepareReadyFile, removeReadyFile, writeReadyFile } from './ready-file.js';
import type { WebPubSubServer } from './web-pubsub/web-pubsub-server.js';
import { introduce } from './world.js';

export interface EmulatorRun {
  /** The running emulator; rejects with an {@link EmulatorError} when it cannot start, and nothing is left running. */
  readonly started: Promise<Emulator>;
  /** Resolves with the reason when it breaks down after its start; everything is stopped then. Else never. */
  readonly failed: Promise<EmulatorError>;
  /**
   * Stops everything, also while it is starting; resolves when every child process is gone.
   *
   * @throws {EmulatorError} when not all data could be written
   */
  stop(): Promise<void>;
}

/** @param entry of another function app than the package's own; for tests of what is not in it */
export function runEmulator(options: EmulatorOptions, entry?: string): EmulatorRun {
  let dataFolder: DataFolder | undefined;
  let control: ControlServer | undefined;
  let issuer: IssuerServer | undefined;
  let webPubSub: WebPubSubServer | undefined;
  let gateways: Gateways | undefined;
  let brokers: Brokers | undefined;
  let readyFile: string | undefined;
  let ended: Promise<EmulatorError | undefined> | undefined;
  let failure: EmulatorError | undefined;
  let reportFailure!: (error: EmulatorError) => void;
  const failed = new Promise<EmulatorError>((resolve) => {
    reportFailure = resolve;
  });
  const children = createChildren();

  /** @returns what the end has cost */
  function end(): Promise<EmulatorError | undefined> {
    ended ??= (async () => {
      const [unwritten] = await Promise.all([children.stopAll(), control?.close(), issuer?.close(), gateways?.close()]);
      await starting.catch(() => undefined); // without its children a start under way ends soon
      await Promise.all([control?.close(), issuer?.close(), webPubSub?.close(), gateways?.close()]);
      await brokers?.close();
      await (readyFile === undefined ? undefined : removeReadyFile(readyFile));
      await dataFolder?.release();
      return unwritten.length === 0 ? undefined : notWritten(unwritten);
    })();
    return ended;
  }

  async function stop(): Promise<void> {
    const loss = await end();
    if (loss !== undefined) {
      throw loss;
    }
  }

  async function fail(error: EmulatorError): Promise<void> {
    failure ??= error;
    const loss = await end();
    reportFailure(loss === undefined ? failure : new EmulatorError(`${failure.message}\n${loss.message}`));
  }

  async function start(): Promise<Emulator> {
    const plan = planEmulator(options);
    const [{ version }] = await Promise.all([readOwnPackage(), prepare(plan)]);
    plan.log(`Starting ${plan.geographies.join(', ')} ...`);
    const certificates = loadCertificates(undefined, undefined, plan.hostNames);
    const certificate = certificates.then(({ server }) => server);
    certificate.catch(() => undefined); // whoever needs it reports it
    if ((await certificates).replacedEarlier) {
      plan.log(replacedCaText((await certificates).caPath));
    }
    issuer = await startIssuerServer(plan.ports.issuer, await certificate, plan.dataFolder);
    webPubSub = await openWebPubSub(plan, await certificate, issuer);
    const time = timeOf(dataFolder);
    brokers = await startBrokers(plan, (await certificates).ca, time.now);
    const gatewaySecret = plan.smtp ? randomBytes(32) : undefined;
    const limits: LimitsInForce = { initial: plan.limits, current: plan.limits };
    const world: WorldInForce = { current: undefined };
    const surroundings = {
      plan,
      children,
      entry,
      certificate,
      entra: entraSettings(issuer, (await certificates).caPath),
      gatewaySecret: gatewaySecret?.toString('base64'),
      limits,
      world,
      webPubSub,
      brokers,
      clockOffsetMs: time.offsetMs,
      onFailed: (error: EmulatorError) => void fail(error),
    };
    const [geographies, { startControlServer }] = await Promise.all([
      Promise.all(
        plan.geographies.map(async (slug, index) => {
          const ports = plan.ports.geographies[index] ?? { resource: 0, app: 0 };
          const geography = await startGeography(slug, ports, surroundings);
          plan.log(`${slug} has started.`);
          return geography;
        }),
      ),
      // Its schemas take a while to load; the processes above start meanwhile.
      import('./control/control-server.js'),
    ]);
    await introduce(geographies, world);
    gateways =
      gatewaySecret === undefined
        ? undefined
        : await startGateways({ plan, geographies, certificates: await certificates, issuer, secret: gatewaySecret });
    const operations = createOperations(geographies, time, limits, brokers, () => webPubSub?.reset());
    control = await startControlServer(plan.ports.control, await certificate, operations);
    if (children.isStopping) {
      throw new EmulatorError('The emulator was stopped while it was starting.');
    }
    const { ca, caPath } = await certificates;
    const ready = describeReady({ version, caPath, controlPort: control.port, issuer, brokers, geographies, gateways });
    if (plan.readyFile !== undefined) {
      readyFile = plan.readyFile;
      await writeReadyFile(plan.readyFile, ready);
    }
    const moved = async (command: Parameters<typeof operations.moveClock>[0]): Promise<Date> => {
      await operations.moveClock(command);
      return new Date(operations.now());
    };
    return {
      ready,
      resources: ready.resources,
      caCertificate: ca,
      clientOptions: { tlsOptions: { ca } },
      clock: {
        now: async () => new Date(operations.now()),
        advance: (duration) => moved({ advance: duration }),
        set: (instant) => moved({ set: typeof instant === 'string' ? instant : instant.toISOString() }),
      },
      setLimits: operations.setLimits,
      reset: operations.reset,
      stage: operations.stage,
      stageActions: operations.stageActions,
      async runFunction(geography, name, input) {
        await operations.runFunction(name, geography, input);
      },
      dispose: stop,
      [Symbol.asyncDispose]: stop,
    };
  }

  async function prepare(plan: EmulatorPlan): Promise<void> {
    await checkLimits(plan.limits);
    if (plan.dataFolder !== undefined) {
      dataFolder = await openDataFolder(plan.dataFolder);
    }
    if (plan.readyFile !== undefined) {
      await prepareReadyFile(plan.readyFile);
    }
    await assertPortsFree(plan.ports);
  }

  const starting = start();
  const started = starting.catch(async (error: unknown) => {
    await end();
    throw failure ?? error;
  });
  return { started, failed, stop };
}

/** Nothing of it is loaded where chat clients open no WebSockets. */
async function openWebPubSub(
  { realtime, geographies, allowedOrigins, hostNames }: EmulatorPlan,
  certificate: KeyedCertificate,
  issuer: IssuerServer,
): Promise<WebPubSubServer | undefined> {
  if (realtime !== 'websocket') {
    return undefined;
  }
  const { startWebPubSub } = await import('./web-pubsub/web-pubsub-server.js');
  const token = () => issuer.tokenFor('https://communication.azure.com');
  return startWebPubSub({ geographies, allowedOrigins, hostNames, certificate, token });
}

function notWritten(folders: readonly string[]): EmulatorError {
  return new EmulatorError(
    `Not all data could be written to ${folders.join(', ')}: what was confirmed in the last moments is lost.`,
  );
}

function timeOf(dataFolder: DataFolder | undefined): ProductTime {
  return createProductTime(dataFolder?.clockOffsetMs ?? 0, async (offsetMs) => dataFolder?.saveClockOffset(offsetMs));
}
