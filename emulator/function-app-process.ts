// One function app: runs the compiled app in the local Functions host, on behalf of the supervisor.
import type { RunningApp } from '../functions/running-app.js';
import type { PortOpener } from '../shared/resources/index.js';
import { createClock } from '../shared/time/clock.js';
import { type ActingApp, type AppActionName, appActions } from './app-actions.js';
import { blobLifecycleTimer } from './blob-lifecycle.js';
import { reasonOf } from '../cli/reason-of.js';
import { stopWithSupervisor } from './forked-child.js';
import type { AppFailure, FromFunctionApp, FunctionAppStart, ToFunctionApp } from './function-app-messages.js';
import type { FunctionHost } from './host/host.js';
import { startHost } from './host/index.js';
import { readHostJson, readOwnPackage } from './package.js';
import { type PortRange, portTaken } from './ports.js';
import { isErrorCode } from '../cli/write-file-atomically.js';

let started: Promise<ActingApp> | undefined;
let runningHost: FunctionHost | undefined;

// Half of a start is reading the app's modules. It begins now, while the storage is still starting; the entry itself,
// which registers the triggers, has to wait for the host. If a module is broken, the start below says so.
import('../functions/compose.js').catch(() => undefined);

process.on('message', (message: ToFunctionApp) => {
  if (message.kind === 'start') {
    started = start(message.start);
    started.catch((error: unknown) => {
      tell({ kind: 'failed', message: startFailure(error) }, () => process.exit(1));
    });
  } else {
    void answer(message.id, message.name, message.input);
  }
});

stopWithSupervisor(async () => await runningHost?.close(1_000), 2_000);

async function start(options: FunctionAppStart): Promise<ActingApp> {
  const hostClock = createClock(options.clockOffsetMs);
  const [own, hostJson] = await Promise.all([readOwnPackage(), readHostJson()]);
  const host = await startHost({
    entry: options.entry ?? own.entry,
    hostJson,
    ports: options.ports,
    baseAddress: 1,
    tls: options.tls,
    reencodePaths: options.reencodePaths,
    allowedOrigins: options.allowedOrigins,
    hostNames: options.hostNames,
    runsTimers: options.isFirst,
    localTimers: [blobLifecycleTimer(runningApp)],
    clock: hostClock,
    settings: (ports) => ({ ...options.settings, DOMICILE_HOSTS: hostsOf(ports, options.resource) }),
    requests: { which: options.requestLog, tell: (line) => tell({ kind: 'log', line }) },
    log(level, message) {
      if (level === 'warning' || level === 'error') {
        tell({ kind: 'log', line: message });
      }
    },
  });
  runningHost = host;
  const app = runningApp();
  if (options.world !== undefined) {
    app.meet(options.world);
  }
  if (options.isFirst) {
    await app.provision();
    await app.seed();
  }
  if (options.isFirst) {
    await app.openPortsWith(portsOf(host, options.laterPorts));
  }
  const resource = await app.defaultResource();
  tell({ kind: 'ready', ports: host.ports, functions: host.functions, resource });
  return { host, app, hostClock };
}

/** A port that is wanted but taken meanwhile is replaced: connection strings are read again, not remembered for ever. */
function portsOf(host: FunctionHost, { first, last }: PortRange): PortOpener {
  return {
    async open(wanted) {
      const candidates = wanted === undefined ? [] : [wanted];
      for (let port = first; port <= last; port++) {
        candidates.push(port);
      }
      for (const port of candidates) {
        try {
          return await host.listen(port);
        } catch (error) {
          if (!isErrorCode(error, 'EADDRINUSE')) {
            throw error;
          }
        }
      }
      throw new Error(`No port from ${first} to ${last} is free for another resource.`);
    },
    close: (port) => host.unlisten(port),
  };
}

function runningApp(): RunningApp {
  const app = runningHost?.app['running'] as RunningApp | undefined;
  if (app === undefined) {
    throw new Error('The entry of the function app does not export "running".');
  }
  return app;
}

/** JSON: every host name under which this process answers, and the resource meant by it. */
function hostsOf(ports: readonly number[], resource: string): string {
  const names = ports.flatMap((port) => [`localhost:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`]);
  return JSON.stringify(Object.fromEntries(names.map((name) => [name, resource])));
}

async function answer(id: number, name: AppActionName, input: unknown): Promise<void> {
  try {
    if (started === undefined) {
      throw new Error('the function app has not been started');
    }
    // Who asks took name and input from the same table.
    const act = appActions[name] as (app: ActingApp, input: unknown) => unknown;
    tell({ kind: 'answer', id, result: await act(await started, input) }); // throws when that is no JSON
  } catch (error) {
    tell({ kind: 'answer', id, failure: failureOf(error) });
  }
}

/** A Fault of the app and a refusal of ours say what they are; anything else just failed. */
function failureOf(error: unknown): AppFailure {
  const { status, code } = (error ?? {}) as { status?: unknown; code?: unknown };
  const isRefusal = typeof status === 'number' && typeof code === 'string';
  return { message: reasonOf(error), ...(isRefusal && { refusal: { status, code } }) };
}

function startFailure(error: unknown): string {
  if (isErrorCode(error, 'EADDRINUSE') && error instanceof Error && 'port' in error) {
    return portTaken(Number(error.port)).message;
  }
  return reasonOf(error);
}

function tell(message: FromFunctionApp, then: () => void = () => undefined): void {
  if (process.connected) {
    process.send?.(message, then);
  } else {
    then();
  }
}
