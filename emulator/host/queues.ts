// All queue functions of the app: polling, draining, stopping.
import type { FunctionsCore } from './functions-core.js';
import type { HostLog } from './host.js';
import type { QueueSettings } from './host-settings.js';
import { QueueWorker } from './queue-worker.js';
import type { QueueFunction } from './registration.js';

/** Functions that feed each other for ever must not make a drain wait for ever. */
const maxDrainRounds = 10_000;

export class Queues {
  readonly #workers: readonly QueueWorker[];

  /** @throws when the setting with a connection string is missing */
  constructor(core: FunctionsCore, functions: readonly QueueFunction[], settings: QueueSettings, log: HostLog) {
    this.#workers = functions.map((queueFunction) => {
      const connectionString = process.env[queueFunction.connection];
      if (connectionString === undefined || connectionString === '') {
        throw new Error(
          `Function "${queueFunction.name}" reads the setting "${queueFunction.connection}", which is missing. Set it to a storage connection string.`,
        );
      }
      return new QueueWorker(core, queueFunction, connectionString, settings, log);
    });
  }

  start(): void {
    for (const worker of this.#workers) {
      void worker.poll();
    }
  }

  stop(): void {
    for (const worker of this.#workers) {
      worker.stop();
    }
  }

  get isIdle(): boolean {
    return this.#workers.every((worker) => worker.isIdle);
  }

  /** Works until no queue has a visible message and none is being worked on: one function may feed another. */
  async drain(): Promise<void> {
    for (let round = 0; round < maxDrainRounds; round++) {
      const hadWork = await Promise.all(this.#workers.map((worker) => worker.workVisible()));
      if (!hadWork.includes(true)) {
        return;
      }
    }
    throw new Error(
      `The queues are not empty after ${maxDrainRounds} rounds. Look for functions that feed each other.`,
    );
  }

  /** @throws the function's own error */
  async run(queueFunction: QueueFunction, input: unknown): Promise<void> {
    await this.#workers.find((worker) => worker.queueFunction === queueFunction)?.run(input);
  }
}
