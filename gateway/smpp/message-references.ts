// What messages are called: some SMSCs name one in hexadecimal digits when they take it and in decimal ones in its receipt,
// or the other way round. The app gets one name for both.
import { BoundedCache } from '../../shared/auth/bounded-cache.js';
import type { Clock } from '../../shared/time/clock.js';
import { freshMs, knownOutcomes } from './limits.js';

/** How receipts write the ids that answers of submissions gave: the same, or as a number in the other of both bases. */
export const receiptIds = ['same', 'decimal', 'hexadecimal'] as const;
export type ReceiptIds = (typeof receiptIds)[number];

export class MessageReferences {
  readonly #ids: ReceiptIds;
  readonly #clock: Pick<Clock, 'monotonic'>;
  readonly #startedAt: number;
  /** When each was given out, monotonic ms. */
  readonly #fresh = new BoundedCache<number>(knownOutcomes);
  /** Those of which the app has taken a report, and may know nothing any more. */
  readonly #reported = new BoundedCache<true>(knownOutcomes);

  constructor(ids: ReceiptIds, clock: Pick<Clock, 'monotonic'>) {
    this.#ids = ids;
    this.#clock = clock;
    this.#startedAt = clock.monotonic();
  }

  ofSubmission(messageId: string): string {
    const reference =
      this.#ids === 'decimal' ? inDecimal(messageId, /^[0-9a-f]+$/i, '0x') : plain(this.#ids, messageId);
    this.#fresh.set(reference, this.#clock.monotonic());
    return reference;
  }

  ofReceipt(messageId: string): string {
    return this.#ids === 'hexadecimal' ? inDecimal(messageId, /^[0-9a-f]+$/i, '0x') : plain(this.#ids, messageId);
  }

  /** The app has taken a report of it. */
  noteReport(reference: string): void {
    this.#reported.set(reference, true);
  }

  /** Whether the app may not have noted it yet; while this process is young, it may have been given out by another. */
  isFresh(reference: string): boolean {
    if (this.#reported.get(reference) === true) {
      return false;
    }
    const now = this.#clock.monotonic();
    const givenOut = this.#fresh.get(reference);
    return now - this.#startedAt < freshMs || (givenOut !== undefined && now - givenOut < freshMs);
  }
}

/** Without leading zeros where it is a number; what is none stays as it is. */
const plain = (ids: ReceiptIds, messageId: string): string =>
  ids === 'same' ? messageId : inDecimal(messageId, /^\d+$/, '');

const inDecimal = (messageId: string, form: RegExp, prefix: string): string =>
  form.test(messageId) ? BigInt(prefix + messageId).toString() : messageId;
