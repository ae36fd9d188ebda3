// Feeds one queue function from its storage queue, as the storage queue trigger does
// (https://learn.microsoft.com/azure/azure-functions/functions-bindings-storage-queue-trigger).
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type DequeuedMessageItem, QueueClient, RestError, type StoragePipelineOptions } from '@azure/storage-queue';
import type { FunctionsCore } from './functions-core.js';
import type { TypedData } from './functions-core-contract.js';
import type { HostLog } from './host.js';
import type { QueueSettings } from './host-settings.js';
import { Invocation } from './invocation.js';
import { logFailure } from './invocation-failure.js';
import { leaseSeconds, MessageLease } from './message-lease.js';
import { decodeMessageText, type MessageFacts, messageMetadata } from './queue-message.js';
import type { QueueFunction } from './registration.js';
import { describeError } from './system-error.js';

const shortestPollMs = 100;
const clientOptions: StoragePipelineOptions = {
  retryOptions: { maxTries: 2, retryDelayInMs: 200, tryTimeoutInMs: 30_000 },
};

export class QueueWorker {
  readonly queueFunction: QueueFunction;
  readonly #core: FunctionsCore;
  readonly #settings: QueueSettings;
  readonly #log: HostLog;
  readonly #queue: QueueClient;
  readonly #poison: QueueClient;
  readonly #stop = new AbortController();
  /** Messages being worked on. */
  readonly #inFlight = new Set<Promise<void>>();
  /** The last fetch: one at a time, so that whoever waits for it knows of every message that was received. */
  #fetching: Promise<unknown> = Promise.resolve();
  #fetches = 0;
  #hasQueue = false;

  constructor(
    core: FunctionsCore,
    queueFunction: QueueFunction,
    connectionString: string,
    settings: QueueSettings,
    log: HostLog,
  ) {
    this.#core = core;
    this.queueFunction = queueFunction;
    this.#settings = settings;
    this.#log = log;
    this.#queue = new QueueClient(connectionString, queueFunction.queueName, clientOptions);
    this.#poison = new QueueClient(connectionString, `${queueFunction.queueName}-poison`, clientOptions);
  }

  /** Polls until stopped: at once while there are messages, ever more slowly while there are none. */
  async poll(): Promise<void> {
    const { maxPollingIntervalMs, newBatchThreshold } = this.#settings;
    let waitMs = shortestPollMs;
    while (!this.#stop.signal.aborted) {
      while (this.#inFlight.size > newBatchThreshold) {
        await Promise.race(this.#inFlight);
      }
      try {
        if ((await this.#fetch()) > 0) {
          waitMs = shortestPollMs;
          continue;
        }
      } catch (error) {
        if (!this.#stop.signal.aborted) {
          this.#log(
            'warning',
            `[system] ${this.queueFunction.name}: reading its queue failed: ${describeError(error)}`,
          );
        }
      }
      await this.#pause(waitMs);
      waitMs = Math.min(waitMs * 2, maxPollingIntervalMs);
    }
  }

  /** Works what is visible now. @returns whether there was anything to work on */
  async workVisible(): Promise<boolean> {
    await this.#fetch();
    const hadWork = this.#inFlight.size > 0;
    await Promise.all(this.#inFlight);
    return hadWork;
  }

  get isIdle(): boolean {
    return this.#fetches === 0 && this.#inFlight.size === 0;
  }

  /** Fetches nothing more. A fetch under way is not cut off: its messages would stay away until their lease is over. */
  stop(): void {
    this.#stop.abort();
  }

  /** Runs the function with a message that lies in no queue. @throws the function's own error */
  async run(input: unknown): Promise<void> {
    const now = new Date();
    const facts = {
      messageId: randomUUID(),
      dequeueCount: 1,
      insertedOn: now,
      expiresOn: new Date(now.getTime() + 604_800_000),
      nextVisibleOn: now,
      popReceipt: randomUUID(),
    };
    const run = this.#invoke(
      typeof input === 'string' ? { string: input } : { json: JSON.stringify(input ?? null) },
      facts,
    );
    this.#track(run.catch(() => undefined));
    await run;
  }

  #fetch(): Promise<number> {
    const fetching = this.#fetching.then(() => this.#receive());
    this.#fetching = fetching.catch(() => undefined);
    return fetching;
  }

  async #receive(): Promise<number> {
    if (this.#stop.signal.aborted) {
      return 0;
    }
    this.#fetches++;
    try {
      if (!this.#hasQueue) {
        await this.#queue.createIfNotExists();
        this.#hasQueue = true;
      }
      const { receivedMessageItems } = await this.#queue.receiveMessages({
        numberOfMessages: this.#settings.batchSize,
        visibilityTimeout: leaseSeconds,
      });
      for (const message of receivedMessageItems) {
        this.#track(this.#work(message));
      }
      return receivedMessageItems.length;
    } catch (error) {
      if (error instanceof RestError && error.statusCode === 404) {
        // Somebody deleted it; the next fetch makes it again.
        this.#hasQueue = false;
        return 0;
      }
      throw error;
    } finally {
      this.#fetches--;
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work.finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  /** Never rejects: a message that cannot be ended properly comes back when its lease is over. */
  async #work(message: DequeuedMessageItem): Promise<void> {
    const { messageId, messageText, dequeueCount } = message;
    const { maxDequeueCount, visibilityTimeoutMs, messageEncoding } = this.#settings;
    const lease = new MessageLease(this.#queue, messageId, message.popReceipt);
    let isDone = false;
    try {
      if (dequeueCount <= maxDequeueCount) {
        await this.#invoke({ string: decodeMessageText(messageText, messageEncoding) }, message);
        isDone = true;
      }
    } catch (error) {
      logFailure(this.#log, this.queueFunction.name, error);
    }
    const popReceipt = await lease.end();
    try {
      if (!isDone && dequeueCount < maxDequeueCount) {
        await this.#queue.updateMessage(messageId, popReceipt, undefined, Math.ceil(visibilityTimeoutMs / 1000));
        return;
      }
      if (!isDone) {
        await this.#poison.createIfNotExists();
        await this.#poison.sendMessage(messageText, { messageTimeToLive: -1 });
        this.#log(
          'error',
          `[system] ${this.queueFunction.name}: a message failed too often, it is now in the poison queue.`,
        );
      }
      await this.#queue.deleteMessage(messageId, popReceipt);
    } catch (error) {
      this.#log('warning', `[system] ${this.queueFunction.name}: ending a message failed: ${describeError(error)}`);
    }
  }

  async #invoke(data: TypedData, facts: MessageFacts): Promise<void> {
    const { core, bindingName } = this.queueFunction;
    await new Invocation(this.#core, core, {
      invocationId: randomUUID(),
      inputData: [{ name: bindingName, data }],
      triggerMetadata: messageMetadata(facts),
    }).run();
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { ref: false, signal: this.#stop.signal }).catch(() => undefined);
  }
}
