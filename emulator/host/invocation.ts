// One invocation of a function, in the order of the worker: arguments, pre hooks, function, post hooks, response.
import type { CoreFunction, FunctionsCore, HookName } from './functions-core.js';
import type {
  CoreInvocationContext,
  FunctionMetadata,
  InvocationModel,
  InvocationRequest,
  InvocationResponse,
  LogCategory,
  LogLevel,
} from './functions-core-contract.js';

export class Invocation implements CoreInvocationContext {
  readonly invocationId: string;
  readonly request: InvocationRequest;
  readonly metadata: FunctionMetadata;
  state: CoreInvocationContext['state'];
  readonly #core: FunctionsCore;
  readonly #function: CoreFunction;
  #model: InvocationModel | undefined;
  #context: object | undefined;

  constructor(core: FunctionsCore, invoked: CoreFunction, request: InvocationRequest) {
    this.invocationId = request.invocationId;
    this.request = request;
    this.metadata = invoked.metadata;
    this.#core = core;
    this.#function = invoked;
  }

  log(level: LogLevel, category: LogCategory, message: string): void {
    this.#core.log(level, category, message, this.metadata.name, this.#context);
  }

  /** @throws what the function, a hook or the library threw */
  async run(): Promise<InvocationResponse> {
    const model = await this.#core.model.getInvocationModel(this);
    this.#model = model;
    const { context, inputs } = await model.getArguments();
    this.#context = context;
    const { preInvocation, postInvocation } = this.#core.hooks;
    const result =
      preInvocation.length === 0 && postInvocation.length === 0
        ? await this.#invoke(model, context, inputs, this.#function.callback)
        : await this.#invokeWithHooks(model, context, inputs);
    return model.getResponse(context, result);
  }

  /**
   * Lets the library answer an HTTP request of a failed invocation: it is the only way to make it forget the request
   * when HTTP streaming is on.
   *
   * @throws when the library has already begun an answer
   */
  async answer(status: number): Promise<void> {
    if (this.#model === undefined) {
      throw new Error('The library does not know this invocation.');
    }
    await this.#model.getResponse(this.#context ?? this, { status });
  }

  async #invoke(model: InvocationModel, context: object, inputs: unknown[], callback: CoreFunction['callback']) {
    this.state = 'invocation';
    try {
      return await model.invokeFunction(context, inputs, callback);
    } finally {
      this.state = undefined;
    }
  }

  async #invokeWithHooks(model: InvocationModel, invocationContext: object, inputs: unknown[]): Promise<unknown> {
    const shared = { hookData: {}, appHookData: this.#core.appHookData, invocationContext };
    const before = { ...shared, inputs, functionCallback: this.#function.callback };
    await this.#runHooks('preInvocation', 'preInvocationHooks', before);
    const outcome: { result: unknown; error: unknown } = { result: null, error: null };
    const after = { ...shared, ...outcome, inputs: before.inputs };
    try {
      after.result = await this.#invoke(model, invocationContext, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error;
    }
    await this.#runHooks('postInvocation', 'postInvocationHooks', after);
    if (after.error !== null && after.error !== undefined) {
      throw after.error;
    }
    return after.result;
  }

  async #runHooks(name: HookName, state: CoreInvocationContext['state'], context: object): Promise<void> {
    this.state = state;
    try {
      for (const hook of this.#core.hooks[name]) {
        await hook(context);
      }
    } finally {
      this.state = undefined;
    }
  }
}
