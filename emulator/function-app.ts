// The supervisor's side of one function app process: starts it, starts it again when it dies, and asks it to do things.
import { setTimeout as delay } from 'node:timers/promises';
import type { AppActionAnswer, AppActionInput, AppActionName } from './app-actions.js';
import { EmulatorError, RequestRefused } from './emulator-error.js';
import { reasonOf } from '../cli/reason-of.js';
import { type ForkedChild, forkChild } from './forked-child.js';
import type { AppFailure, FromFunctionApp, FunctionAppReady, FunctionAppStart } from './function-app-messages.js';
import { builtFile } from './package.js';

export interface FunctionAppOptions {
  /** How it is called in sentences, e.g. `europe` or `europe (instance 2)`. */
  readonly label: string;
  /** What the process gets, asked for at every start. */
  start(): Promise<FunctionAppStart>;
  readonly log: (line: string) => void;
  onForked(child: ForkedChild): void;
  /** Whether the end of the process is what we want. */
  isStopping(): boolean;
  onGivenUp(error: EmulatorError): void;
}

export interface FunctionApp {
  /** What the process said when it became ready the last time; ports never change. */
  readonly ready: FunctionAppReady;
  readonly isRunning: boolean;
  readonly pid: number;
  /**
   * Has the process do something, after a restart if one is under way.
   *
   * @throws {RequestRefused} with status and code of the action's refusal, or 500 when it failed
   */
  ask<Name extends AppActionName>(name: Name, ...input: AppActionInput<Name>): Promise<AppActionAnswer<Name>>;
}

interface Launched {
  readonly child: ForkedChild;
  readonly ready: Promise<FunctionAppReady>;
  readonly waiting: Map<number, { resolve: (result: never) => void; reject: (error: Error) => void }>;
}

/** Dying sooner than this after a start counts as failing to run. */
const quickMs = 2_000;
const maxQuickDeaths = 5;
const startLimitMs = 60_000;

/** @throws {EmulatorError} when it does not become ready the first time */
export async function startFunctionApp(options: FunctionAppOptions): Promise<FunctionApp> {
  let launched = launch(options, options.start());
  let ready = await launched.ready;
  /** Settled unless the process is being started again. */
  let restarted = Promise.resolve();
  let isRunning = true;
  let requests = 0;

  async function keepRunning(): Promise<void> {
    let quickDeaths = 0;
    while (!options.isStopping()) {
      const since = performance.now();
      const how = await launched.child.gone;
      quickDeaths = performance.now() - since < quickMs ? quickDeaths + 1 : 0;
      if (options.isStopping()) {
        return;
      }
      if (quickDeaths === maxQuickDeaths) {
        return options.onGivenUp(givenUp(options.label, how));
      }
      options.log(`The function app of ${options.label} stopped (${how}) and is started again.`);
      isRunning = false;
      restarted = restart(quickDeaths < 2 ? 0 : 125 * 2 ** quickDeaths);
      await restarted.catch((error: unknown) => options.log(reasonOf(error)));
    }
  }

  async function restart(delayMs: number): Promise<void> {
    await delay(delayMs, undefined, { ref: false });
    if (options.isStopping()) {
      return;
    }
    launched = launch(options, withPorts(options.start(), ready.ports));
    ready = await launched.ready;
    isRunning = true;
  }

  void keepRunning();
  return {
    get ready() {
      return ready;
    },
    get isRunning() {
      return isRunning;
    },
    get pid() {
      return launched.child.pid;
    },
    async ask<Name extends AppActionName>(name: Name, ...[input]: AppActionInput<Name>) {
      await restarted;
      const { child, waiting } = launched;
      requests += 1;
      const id = requests;
      return await new Promise<AppActionAnswer<Name>>((resolve, reject) => {
        if (child.isGone) {
          throw stopped(options.label);
        }
        child.send({ kind: 'request', id, name, input }); // throws when the input is no JSON
        waiting.set(id, { resolve, reject });
      });
    },
  };
}

function launch(options: FunctionAppOptions, start: Promise<FunctionAppStart>): Launched {
  const waiting: Launched['waiting'] = new Map();
  const lastLines: string[] = [];
  let settle!: { resolve: (ready: FunctionAppReady) => void; reject: (error: Error) => void };
  const ready = new Promise<FunctionAppReady>((resolve, reject) => {
    settle = { resolve, reject };
  });
  const child = forkChild(builtFile('app/function-app-process.js'), {
    execArgv: ['--max-semi-space-size=8'],
    onLine: (line) => options.log(`${options.label}: ${line}`),
    onMessage(received) {
      const message = received as FromFunctionApp;
      if (message.kind === 'ready') {
        settle.resolve(message);
      } else if (message.kind === 'failed') {
        lastLines.push(message.message);
      } else if (message.kind === 'log') {
        options.log(`${options.label}: ${message.line}`);
      } else {
        const { resolve, reject } = waiting.get(message.id) ?? {};
        waiting.delete(message.id);
        if (message.failure === undefined) {
          resolve?.(message.result as never);
        } else {
          reject?.(refusal(options.label, message.failure));
        }
      }
    },
  });
  const limit = setTimeout(() => child.kill(), startLimitMs);
  const clearLimit = (): void => clearTimeout(limit);
  ready.then(clearLimit, clearLimit);
  options.onForked(child);
  start.then(
    (content) => child.send({ kind: 'start', start: content }),
    (error: Error) => {
      settle.reject(error);
      child.stop();
    },
  );
  const rejectWhenGone = async (): Promise<void> => {
    const how = await child.gone;
    const why = lastLines.at(-1) ?? `it ended with ${how}`;
    settle.reject(new EmulatorError(`The function app of ${options.label} did not start: ${why}`));
    for (const { reject } of waiting.values()) {
      reject(stopped(options.label));
    }
  };
  void rejectWhenGone();
  return { child, ready, waiting };
}

function refusal(label: string, { message, refusal: known }: AppFailure): RequestRefused {
  if (known !== undefined) {
    return new RequestRefused(known.status, known.code, message);
  }
  return new RequestRefused(500, 'FunctionAppFailed', `${label}: ${message}`);
}

function givenUp(label: string, how: string): EmulatorError {
  return new EmulatorError(
    `The function app of ${label} stopped ${maxQuickDeaths} times right after its start (last: ${how}), so it is not started again.`,
  );
}

function stopped(label: string): RequestRefused {
  return new RequestRefused(
    503,
    'FunctionAppStopped',
    `The function app of ${label} stopped meanwhile; it is being started again, so try again.`,
  );
}

async function withPorts(start: Promise<FunctionAppStart>, ports: readonly number[]): Promise<FunctionAppStart> {
  return { ...(await start), ports };
}
