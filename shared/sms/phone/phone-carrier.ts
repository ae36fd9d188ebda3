// The carrier of the emulator: what is sent lies on the phone of its recipient, and is reported at once.
import type { Outcomes, Parcel, RecipientOutcome } from '../../deliveries/index.js';
import { handOverBatch } from '../limits.js';
import type { TextContent } from '../model.js';
import { segmentsOf } from '../segments.js';
import type { SmsCarrier, TextReceipt } from '../text-outbox.js';
import { codeOfNumber, isMagicNumber } from './magic-numbers.js';
import type { Phone } from './phone.js';

const timeLimitMs = 10_000;

export function phoneCarrier(phone: Phone, repeatsUnknown: boolean): SmsCarrier {
  const handOverOne = async ({ recipients, content, resourceId, attempt }: Parcel<TextContent>): Promise<Outcomes> => {
    const outcomes: Record<string, RecipientOutcome> = {};
    for (const { id, address: to } of recipients) {
      const outcome = outcomeAt(to, attempt);
      const { report } = ('receipt' in outcome ? outcome.receipt : {}) as TextReceipt;
      const arrives = report === undefined ? outcome.outcome === 'taken' : report.status === 'Delivered';
      if (arrives) {
        const { messageId, from, text } = content;
        await phone.put(resourceId, { messageId, from, to, text, segments: segmentsOf(text).count });
      }
      outcomes[id] = outcome;
    }
    return outcomes;
  };
  return {
    repeatsUnknown,
    timeLimitMs,
    batch: handOverBatch,
    handOver: (parcels) => Promise.all(parcels.map(handOverOne)),
  };
}

const delivered: RecipientOutcome = taken({ report: { status: 'Delivered', code: 2000 } });

function outcomeAt(number: string, attempt: number): RecipientOutcome {
  const code = codeOfNumber(number);
  if (code !== undefined && code !== 2000) {
    return taken({ report: { status: code === 9999 ? 'Unknown' : 'Failed', code } });
  }
  if (!isMagicNumber(number)) {
    return delivered;
  }
  switch (number) {
    case '+15005550001':
      return taken({});
    case '+15005550002':
      return { outcome: 'unknown', reason: 'magic' };
    case '+15005550003':
      return attempt > 1 ? delivered : { outcome: 'deferred', reason: 'magic' };
    case '+15005550004':
      return { outcome: 'deferred', reason: 'no-connection' };
  }
}

function taken(receipt: TextReceipt): RecipientOutcome {
  return { outcome: 'taken', receipt };
}
