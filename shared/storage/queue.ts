// One queue of pointers: short texts, at least once, never expiring. The Functions host receives; tests and sweeps peek.
import type { QueueClient } from '@azure/storage-queue';
import { markTrace, takeTrace } from '../tracing/index.js';
import { StorageNotFound, StorageTooLarge, toStorageError } from './storage-error.js';

export interface QueueMessage {
  readonly text: string;
  /** How often it was received, this time included. */
  readonly dequeueCount: number;
  /** Names this receipt of the message; stale once it is received again. */
  readonly receipt: { readonly messageId: string; readonly popReceipt: string };
}

/** 64 KiB encoded; a pointer never comes near it. */
const maxTextBytes = 48_000;
const neverExpires = -1;

export class Queue {
  readonly #client: () => Promise<QueueClient>;

  /** @param client asked for with every call */
  constructor(client: () => Promise<QueueClient>) {
    this.#client = client;
  }

  /**
   * Adds a message; after a lost answer it may be there twice.
   *
   * @param delaySeconds until it can be received, 0 to 7 days
   */
  async send(text: string, delaySeconds = 0): Promise<void> {
    if (Buffer.byteLength(text) > maxTextBytes) {
      throw new StorageTooLarge(`A queue message has over ${maxTextBytes} bytes.`, { code: 'MessageTooLarge' });
    }
    await this.#guarded('write', (client) =>
      client.sendMessage(encode(markTrace(text)), { visibilityTimeout: delaySeconds, messageTimeToLive: neverExpires }),
    );
  }

  /** 1-32 messages at most, which stay hidden for `hiddenSeconds` (1 second to 7 days) and come back unless removed. */
  async receive(limit: number, hiddenSeconds: number): Promise<readonly QueueMessage[]> {
    const { receivedMessageItems } = await this.#guarded('write', (client) =>
      client.receiveMessages({ numberOfMessages: limit, visibilityTimeout: hiddenSeconds }),
    );
    return receivedMessageItems.map(({ messageText, dequeueCount, messageId, popReceipt }) => ({
      text: takeTrace(decode(messageText)).text,
      dequeueCount,
      receipt: { messageId, popReceipt },
    }));
  }

  /** Removes a received message. Already gone is fine. */
  async remove({ messageId, popReceipt }: QueueMessage['receipt']): Promise<void> {
    try {
      await this.#guarded('write', (client) => client.deleteMessage(messageId, popReceipt));
    } catch (error) {
      if (!(error instanceof StorageNotFound)) {
        throw error;
      }
    }
  }

  /** About how many messages there are, hidden ones included. */
  async approximateLength(): Promise<number> {
    const { approximateMessagesCount } = await this.#guarded('read', (client) => client.getProperties());
    return approximateMessagesCount ?? 0;
  }

  async #guarded<Result>(intent: 'read' | 'write', call: (client: QueueClient) => Promise<Result>): Promise<Result> {
    try {
      return await call(await this.#client());
    } catch (error) {
      throw toStorageError(error, intent);
    }
  }
}

/** Base64, as `messageEncoding` in host.json says. */
function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function decode(text: string): string {
  return Buffer.from(text, 'base64').toString('utf8');
}
