// Provides the module `@azure/functions-core`, as the Node worker does: registrations, hooks, logging.
import Module from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  LogCategory,
  LogLevel,
  ProgrammingModel,
} from './functions-core-contract.js';
import type { HostLog, LocalTimer } from './host.js';
import { systemError, systemRangeError } from './system-error.js';

const coreModuleName = '@azure/functions-core';
const hookNames = ['appStart', 'appTerminate', 'preInvocation', 'postInvocation', 'log'] as const;
export type HookName = (typeof hookNames)[number];

export interface CoreFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

class Disposable {
  readonly #dispose: () => unknown;

  constructor(dispose: () => unknown) {
    this.#dispose = dispose;
  }

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => {
      for (const disposable of disposables) {
        disposable.dispose();
      }
    });
  }

  dispose(): unknown {
    return this.#dispose();
  }
}

/** What the app has told the worker: the state behind the module. */
export class FunctionsCore {
  readonly functions: CoreFunction[] = [];
  readonly hooks: Readonly<Record<HookName, HookCallback[]>> = {
    appStart: [],
    appTerminate: [],
    preInvocation: [],
    postInvocation: [],
    log: [],
  };
  /** Shared by all hooks of the app. */
  readonly appHookData: Record<string, unknown> = {};
  /** Shared by the hooks of start and end. */
  readonly #lifeHookData: Record<string, unknown> = {};
  readonly #log: HostLog;
  #model: ProgrammingModel | undefined;
  #isLocked = false;

  constructor(log: HostLog) {
    this.#log = log;
  }

  get model(): ProgrammingModel {
    if (this.#model === undefined) {
      throw new Error(
        'The app registered nothing through @azure/functions. Register functions in the entry, and do not load that package before the host.',
      );
    }
    return this.#model;
  }

  /** Adds a timer as if the app had registered it. */
  add({ name, schedule, run }: LocalTimer): void {
    const bindings = { timer: { type: 'timerTrigger', direction: 'in', schedule } } as const;
    this.functions.push({ metadata: { name, bindings }, callback: () => run() });
  }

  /** From now on registering a function throws, as in the worker. */
  lock(): void {
    this.#isLocked = true;
  }

  /** Makes `require('@azure/functions-core')` answer with this state, in the whole process and for good. */
  provide(): void {
    const api = {
      version: '3.12.0',
      hostVersion: '4.1037.0',
      Disposable,
      registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => this.#register(metadata, callback),
      registerHook: (name: string, callback: HookCallback) => this.#registerHook(name, callback),
      setProgrammingModel: (model: ProgrammingModel) => {
        this.#model = model;
      },
      getProgrammingModel: () => this.#model,
      log: (level: LogLevel, category: LogCategory, message: string) => this.log(level, category, message),
    };
    Module.prototype.require = new Proxy(Module.prototype.require, {
      apply: (target, thisArg, args: [string]) =>
        args[0] === coreModuleName ? api : Reflect.apply(target, thisArg, args),
    });
  }

  async runLifeHooks(name: 'appStart' | 'appTerminate', functionAppDirectory?: string): Promise<void> {
    const context = { hookData: this.#lifeHookData, appHookData: this.appHookData, functionAppDirectory };
    for (const hook of this.hooks[name]) {
      await hook(context);
    }
  }

  /** One line of the app or the library; log hooks may change what the app itself says. */
  log(
    level: LogLevel,
    category: LogCategory,
    message: string,
    functionName?: string,
    invocationContext?: object,
  ): void {
    let line = { level, message };
    if (this.hooks.log.length > 0) {
      const context = { ...line, category, invocationContext, hookData: {}, appHookData: this.appHookData };
      for (const hook of this.hooks.log) {
        hook(context);
      }
      line = category === 'user' ? context : line;
    }
    const hostLevel = hostLevels[line.level];
    if (hostLevel !== undefined) {
      this.#log(hostLevel, `[${category}] ${functionName === undefined ? '' : `${functionName}: `}${line.message}`);
    }
  }

  #register(metadata: FunctionMetadata, callback: FunctionCallback): Disposable {
    if (this.#isLocked) {
      throw systemError('A function can only be registered during app startup.');
    }
    const registered = { metadata, callback };
    this.functions.push(registered);
    return new Disposable(() => {
      if (this.#isLocked) {
        throw systemError('A function can only be disposed during app startup.');
      }
      remove(this.functions, registered);
    });
  }

  #registerHook(name: string, callback: HookCallback): Disposable {
    const known = hookNames.find((hookName) => hookName === name);
    if (known === undefined) {
      throw systemRangeError(`Unrecognized hook "${name}".`);
    }
    this.hooks[known].push(callback);
    return new Disposable(() => remove(this.hooks[known], callback));
  }
}

const hostLevels: Readonly<Record<LogLevel, Parameters<HostLog>[0] | undefined>> = {
  trace: 'debug',
  debug: 'debug',
  information: 'information',
  warning: 'warning',
  error: 'error',
  critical: 'error',
  none: undefined,
};

function remove<T>(list: T[], item: T): void {
  const index = list.indexOf(item);
  if (index >= 0) {
    list.splice(index, 1);
  }
}
