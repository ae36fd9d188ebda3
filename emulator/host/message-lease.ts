// Keeps a queue message invisible to others for as long as it is being worked on.
import type { QueueClient } from '@azure/storage-queue';

/** Short, so that the message of a killed process comes back soon; renewed after a third of it. */
export const leaseSeconds = 30;

export class MessageLease {
  readonly #queue: QueueClient;
  readonly #messageId: string;
  readonly #timer: NodeJS.Timeout;
  readonly #seconds: number;
  #popReceipt: string;
  #renewal: Promise<void> = Promise.resolve();

  constructor(queue: QueueClient, messageId: string, popReceipt: string, seconds = leaseSeconds) {
    this.#queue = queue;
    this.#messageId = messageId;
    this.#popReceipt = popReceipt;
    this.#seconds = seconds;
    this.#timer = setInterval(
      () => {
        this.#renewal = this.#renewal.then(() => this.#renew());
      },
      (seconds * 1000) / 3,
    );
    this.#timer.unref();
  }

  /** Ends renewing. @returns the receipt with which the message can be deleted or handed back */
  async end(): Promise<string> {
    clearInterval(this.#timer);
    await this.#renewal;
    return this.#popReceipt;
  }

  async #renew(): Promise<void> {
    try {
      const renewed = await this.#queue.updateMessage(this.#messageId, this.#popReceipt, undefined, this.#seconds);
      this.#popReceipt = renewed.popReceipt ?? this.#popReceipt;
    } catch {
      // The next renewal tries again; if the lease is lost, ending the message fails and says so.
    }
  }
}
