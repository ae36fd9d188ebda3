// Calls from the benchmark to its child processes: one message a call, one message an answer.
import { fileURLToPath } from 'node:url';
import { forkChild, stopWithSupervisor } from '../emulator/forked-child.js';

type Calls = Readonly<Record<string, (input: never) => Promise<unknown>>>;
type Input<Call> = Call extends (input: infer Given) => Promise<unknown> ? Given : never;
type Output<Call> = Call extends (input: never) => Promise<infer Given> ? Given : never;

export interface Child<Offered> {
  readonly pid: number;
  call<Name extends keyof Offered & string>(name: Name, input: Input<Offered[Name]>): Promise<Output<Offered[Name]>>;
  /** Resolves when the process is gone. */
  stop(): Promise<void>;
}

interface Asked {
  readonly id: number;
  readonly name: string;
  readonly input: unknown;
}

interface Answered {
  readonly id: number;
  readonly output?: unknown;
  readonly failure?: string;
}

/** @param module beside this file, compiled */
export function startChild<Offered>(
  module: string,
  options: { readonly env?: Readonly<Record<string, string>> } = {},
): Child<Offered> {
  const waiting = new Map<number, { resolve: (output: unknown) => void; reject: (error: Error) => void }>();
  let calls = 0;
  const child = forkChild(fileURLToPath(new URL(module, import.meta.url)), {
    ...options,
    onLine: (line) => process.stderr.write(`${line}\n`),
    onMessage: (message) => {
      const { id, output, failure } = message as Answered;
      const call = waiting.get(id);
      waiting.delete(id);
      if (failure === undefined) {
        call?.resolve(output);
      } else {
        call?.reject(new Error(`${module}: ${failure}`));
      }
    },
  });
  const failWaiting = async (): Promise<void> => {
    const how = await child.gone;
    for (const { reject } of waiting.values()) {
      reject(new Error(`${module} stopped (${how}).`));
    }
  };
  void failWaiting();
  return {
    pid: child.pid,
    call: (name, input) =>
      new Promise((resolve, reject) => {
        const id = ++calls;
        waiting.set(id, { resolve: resolve as (output: unknown) => void, reject });
        child.send({ id, name, input } satisfies Asked);
      }),
    stop: async () => {
      child.stop();
      await child.gone;
    },
  };
}

/** For the child's side. */
export function answerCalls(calls: Calls, close: () => Promise<void>): void {
  process.on('message', (message: Asked) => void answer(calls, message));
  stopWithSupervisor(close, 5_000);
}

async function answer(calls: Calls, { id, name, input }: Asked): Promise<void> {
  try {
    const call = calls[name] as ((input: unknown) => Promise<unknown>) | undefined;
    if (call === undefined) {
      throw new Error(`there is no call ${name}`);
    }
    process.send?.({ id, output: await call(input) } satisfies Answered);
  } catch (error) {
    process.send?.({ id, failure: error instanceof Error ? (error.stack ?? error.message) : 'failed' });
  }
}
