// Starts the function app of one geography in this process: what Azure's host and Node worker do together.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pathToFileURL } from 'node:url';
import { markAsEmulator } from '../../shared/auth/started-by-emulator.js';
import { answerEmpty } from './empty-answer.js';
import { FrontServer } from './front-server.js';
import { FunctionsCore } from './functions-core.js';
import type { FunctionHost, HostOptions } from './host.js';
import { type HostSettings, readHostSettings } from './host-settings.js';
import { HttpDispatch, type HttpDispatchOptions } from './http-dispatch.js';
import { OwnNames } from './own-names.js';
import { PageOrigins } from './page-origins.js';
import { pollUntil } from './poll-until.js';
import { Queues } from './queues.js';
import { type AppFunction, buildRouteTable, checkRegistrations, describeFunction } from './registration.js';
import { startProgrammingModel } from './stream-server.js';
import { describeError } from './system-error.js';
import { Timers } from './timers.js';
import type { UpgradeHandler } from './upgrades.js';

let hasStarted = false;

const silent: NonNullable<HostOptions['requests']> = { which: 'off', tell: () => undefined };

/**
 * Once per process: the library keeps what it was told in module state.
 *
 * @throws when a port is taken, the app cannot be loaded, or its registrations are refused
 */
export async function startHost(options: HostOptions): Promise<FunctionHost> {
  if (hasStarted) {
    throw new Error('This process has a Functions host already. Start another process.');
  }
  hasStarted = true;
  const settings = readHostSettings(options.hostJson);
  let onRequest = answerUnavailable;
  const front = new FrontServer(options.tls, (request, response) => onRequest(request, response));
  const origins = new PageOrigins(options.allowedOrigins);
  const names = new OwnNames(options.hostNames);
  front.upgrades.refuseWhen(({ headers }) => {
    if (origins.isForeign(headers)) {
      return 403;
    }
    return names.has(headers.host ?? '') ? undefined : 421;
  });
  try {
    for (const port of options.ports) {
      await front.listen(port);
    }
    Object.assign(process.env, options.settings(front.ports));
    const base = options.baseAddress === undefined ? undefined : front.ports[options.baseAddress];
    const app = await loadApp(options, settings, base, { origins, names });
    onRequest = (request, response) => app.dispatch.handle(request, response);
    front.upgrades.open();
    return new RunningHost(options, front, app, () => {
      onRequest = answerUnavailable;
    });
  } catch (error) {
    await front.close(0);
    throw error;
  }
}

interface LoadedApp {
  readonly namespace: Readonly<Record<string, unknown>>;
  readonly core: FunctionsCore;
  readonly functions: readonly AppFunction[];
  readonly dispatch: HttpDispatch;
  readonly timers: Timers;
  readonly queues: Queues;
}

async function loadApp(
  options: HostOptions,
  settings: HostSettings,
  basePort: number | undefined,
  admitted: Pick<HttpDispatchOptions, 'origins' | 'names'>,
): Promise<LoadedApp> {
  const { log } = options;
  const core = new FunctionsCore(log);
  core.provide();
  markAsEmulator();
  const namespace: Record<string, unknown> = await import(pathToFileURL(options.entry).href);
  await core.runLifeHooks('appStart', process.cwd());
  const streamServer = await startProgrammingModel(core.model);
  for (const timer of options.localTimers ?? []) {
    core.add(timer);
  }
  core.lock();
  const functions = checkRegistrations(core.functions, settings.routePrefix);
  const routes = buildRouteTable(functions);
  const { which: requestLog, tell: tellRequest } = options.requests ?? silent;
  const { reencodePaths } = options;
  const dispatch = new HttpDispatch({
    ...admitted,
    core,
    routes,
    streamServer,
    reencodePaths,
    basePort,
    log,
    requestLog,
    tellRequest,
  });
  const queueFunctions = functions.filter((candidate) => candidate.trigger === 'queue');
  const timerFunctions = functions.filter((candidate) => candidate.trigger === 'timer');
  const queues = new Queues(core, queueFunctions, settings.queues, log);
  const timers = new Timers(core, options.clock, log, timerFunctions, options.runsTimers);
  queues.start();
  return { namespace, core, functions, dispatch, timers, queues };
}

class RunningHost implements FunctionHost {
  readonly ports;
  readonly app;
  readonly functions;
  readonly #options: HostOptions;
  readonly #front: FrontServer;
  readonly #loaded: LoadedApp;
  readonly #refuseRequests: () => void;

  constructor(options: HostOptions, front: FrontServer, loaded: LoadedApp, refuseRequests: () => void) {
    this.ports = front.ports;
    this.app = loaded.namespace;
    this.functions = loaded.functions.map(describeFunction);
    this.#options = options;
    this.#front = front;
    this.#loaded = loaded;
    this.#refuseRequests = refuseRequests;
  }

  listen(port: number): Promise<number> {
    return this.#front.listen(port);
  }

  unlisten(port: number): Promise<void> {
    return this.#front.unlisten(port);
  }

  onUpgrade(prefix: string, handler: UpgradeHandler): () => void {
    return this.#front.upgrades.add(prefix, handler);
  }

  async run(name: string, input?: unknown): Promise<void> {
    const found = this.#loaded.functions.find((candidate) => candidate.name === name);
    switch (found?.trigger) {
      case 'timer':
        return this.#loaded.timers.run(found);
      case 'queue':
        return this.#loaded.queues.run(found, input);
      case 'http':
        throw new Error(
          `Function "${name}" answers HTTP requests. Send it one; only timer and queue functions can be run.`,
        );
      default:
        throw new Error(`There is no function "${name}". Look at the list of functions.`);
    }
  }

  async clockMoved(fromMs: number): Promise<void> {
    await this.#loaded.timers.clockMoved(fromMs);
    if (this.#options.clock.now() > fromMs) {
      await this.drainQueues();
    }
  }

  drainQueues(): Promise<void> {
    return this.#loaded.queues.drain();
  }

  async terminate(): Promise<void> {
    const { core, timers, queues } = this.#loaded;
    timers.stop();
    queues.stop();
    await core.runLifeHooks('appTerminate');
  }

  async close(graceMs: number): Promise<void> {
    const { core, dispatch, timers, queues } = this.#loaded;
    const deadline = performance.now() + graceMs;
    this.#refuseRequests();
    timers.stop();
    queues.stop();
    await Promise.all([
      this.#front.close(graceMs),
      pollUntil(() => timers.isIdle && queues.isIdle && dispatch.active === 0, deadline),
    ]);
    try {
      await core.runLifeHooks('appTerminate');
    } catch (error) {
      this.#options.log('error', `[system] A hook for the end of the app failed: ${describeError(error)}`);
    }
  }
}

/** What the host says while the app is starting or stopping. */
function answerUnavailable(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader('connection', 'close');
  answerEmpty(response, 503);
}
