// One run of the emulator from start to stop: the command line and the library are thin covers of it.
import { loadCertificates } from './certificates/local-certificates.js';
import { createChildren } from './children.js';
import type { Emulator, EmulatorOptions } from './contract.js';
import type { ControlServer } from './control/control-server.js';
import { type DataFolder, openDataFolder } from './data-folder.js';
import { describeReady } from './describe-ready.js';
import { EmulatorError } from './emulator-error.js';
import { entraSettings } from './entra/app-settings.js';
import { type IssuerServer, startIssuerServer } from './entra/issuer-server.js';
import { startGeography, type WorldInForce } from './geography.js';
import { checkLimits, type LimitsInForce } from './limits.js';
import { createOperations } from './operations.js';
import { type EmulatorPlan, planEmulator } from './options.js';
import { readOwnPackage } from './package.js';
import { assertPortsFree } from './ports.js';
import { type ProductTime, createProductTime } from './product-time.js';
import { prepareReadyFile, writeReadyFile } from './ready-file.js';
import { introduce } from './world.js';

export interface EmulatorRun {
  /** The running emulator; rejects with an {@link EmulatorError} when it cannot start, and nothing is left running. */
  readonly started: Promise<Emulator>;
  /** Resolves with the reason when it breaks down after its start; everything is stopped then. Else never. */
  readonly failed: Promise<EmulatorError>;
  /** Stops everything, also while it is starting; resolves when every child process is gone. */
  stop(): Promise<void>;
}

/** @param entry of another function app than the package's own; for tests of what is not in it */
export function runEmulator(options: EmulatorOptions, entry?: string): EmulatorRun {
  let dataFolder: DataFolder | undefined;
  let control: ControlServer | undefined;
  let issuer: IssuerServer | undefined;
  let stopped: Promise<void> | undefined;
  let failure: EmulatorError | undefined;
  let reportFailure!: (error: EmulatorError) => void;
  const failed = new Promise<EmulatorError>((resolve) => {
    reportFailure = resolve;
  });
  const children = createChildren((pid) => {
    dataFolder?.noteChild(pid).catch(() => undefined); // only eases a take-over after a crash
  });

  function stop(): Promise<void> {
    stopped ??= (async () => {
      await Promise.all([control?.close(), issuer?.close(), children.stopAll()]);
      await starting.catch(() => undefined); // without its children a start under way ends soon
      await Promise.all([control?.close(), issuer?.close()]);
      await dataFolder?.release();
    })();
    return stopped;
  }

  async function fail(error: EmulatorError): Promise<void> {
    failure ??= error;
    await stop();
    reportFailure(failure);
  }

  async function start(): Promise<Emulator> {
    const plan = planEmulator(options);
    const [{ version }] = await Promise.all([readOwnPackage(), prepare(plan)]);
    const certificates = loadCertificates(undefined, undefined, plan.hostNames);
    const certificate = certificates.then(({ server }) => server);
    certificate.catch(() => undefined); // whoever needs it reports it
    issuer = await startIssuerServer(plan.ports.issuer, await certificate, plan.dataFolder);
    const time = timeOf(dataFolder);
    const limits: LimitsInForce = { initial: plan.limits, current: plan.limits };
    const world: WorldInForce = { current: undefined };
    const surroundings = {
      plan,
      children,
      entry,
      certificate: certificates.then(({ resources }) => resources),
      entra: entraSettings(issuer, (await certificates).caPath),
      limits,
      world,
      clockOffsetMs: time.offsetMs,
      onFailed: (error: EmulatorError) => void fail(error),
    };
    const [geographies, { startControlServer }] = await Promise.all([
      Promise.all(
        plan.geographies.map((slug, index) =>
          startGeography(slug, plan.ports.geographies[index] ?? { resource: 0, app: 0 }, surroundings),
        ),
      ),
      // Its schemas take a while to load; the processes above start meanwhile.
      import('./control/control-server.js'),
    ]);
    await introduce(geographies, world);
    const operations = createOperations(geographies, time, limits);
    control = await startControlServer(plan.ports.control, await certificate, operations);
    if (children.isStopping) {
      throw new EmulatorError('The emulator was stopped while it was starting.');
    }
    const { ca, caPath } = await certificates;
    const ready = describeReady({ version, caPath, controlPort: control.port, issuer, geographies });
    if (plan.readyFile !== undefined) {
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
    await stop();
    throw failure ?? error;
  });
  return { started, failed, stop };
}

function timeOf(dataFolder: DataFolder | undefined): ProductTime {
  return createProductTime(dataFolder?.clockOffsetMs ?? 0, async (offsetMs) => dataFolder?.saveClockOffset(offsetMs));
}
