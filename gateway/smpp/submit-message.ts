// Submits one message, part after part, and says what became of it as a whole. It is never submitted twice: where nobody
// knows whether the SMSC has a part, the message is unknown.
import { setTimeout as wait } from 'node:timers/promises';
import { finishMs, maxMessageIdOctets } from './limits.js';
import { type Outcome, outcomeOf } from './message-outcome.js';
import { textField, type PduFields } from './pdu.js';
import type { SmppLink } from './smpp-link.js';
import { type LongTexts, submitFields, type TextMessage } from './submit-fields.js';

export interface SubmitParts {
  /** The connection that submits, while there is one. */
  link(): SmppLink | undefined;
  readonly longTexts: LongTexts;
  /** As reports will name what the SMSC has named so. */
  referenceOf(messageId: string): string;
  /** One for each message. */
  nextReference(): number;
  /** Real ms. */
  readonly throttledPauseMs: number;
  /** Until when something is begun, in ms from now. */
  leftMs(): number;
}

export async function submitMessage(parts: SubmitParts, message: TextMessage): Promise<Outcome> {
  const all = submitFields(message, parts.longTexts, parts.nextReference());
  if (all === undefined) {
    return { outcome: 'refused', reason: 'TooManyParts' };
  }
  const references: string[] = [];
  for (const [index, fields] of all.entries()) {
    const outcome = await submitPart(parts, fields, index > 0);
    if (outcome.outcome !== 'taken') {
      return index === 0 ? outcome : incomplete(outcome, references);
    }
    references.push(...(outcome.references ?? []));
  }
  return { outcome: 'taken', references };
}

/** @param isBegun others of its message are with the SMSC: it is tried again while there is time, as nobody else can */
async function submitPart(parts: SubmitParts, fields: PduFields, isBegun: boolean): Promise<Outcome> {
  const leftMs = (): number => parts.leftMs() + (isBegun ? finishMs : 0);
  for (;;) {
    const answer = (await parts.link()?.submit(fields, leftMs)) ?? { kind: 'notSent' };
    if (answer.kind === 'unanswered') {
      return { outcome: 'unknown', reason: 'NoAnswer' };
    }
    if (answer.kind === 'answered' && answer.status === 0) {
      return { outcome: 'taken', references: referencesOf(parts, answer.fields) };
    }
    // What has not left may leave by the next connection.
    const outcome = answer.kind === 'answered' ? outcomeOf(answer.status) : notSubmitted;
    if (outcome.outcome === 'refused' || !isBegun || leftMs() <= parts.throttledPauseMs) {
      return outcome;
    }
    await wait(parts.throttledPauseMs);
  }
}

const notSubmitted: Outcome = { outcome: 'deferred', reason: 'NotSubmitted', retryAfterSeconds: 1 };

/** None where the SMSC names nothing that its receipts could name. */
function referencesOf(parts: SubmitParts, fields: PduFields): string[] {
  const messageId = textField(fields, 'message_id');
  return messageId === '' || messageId.length > maxMessageIdOctets ? [] : [parts.referenceOf(messageId)];
}

/** Some of its parts are with the SMSC, and not all. */
function incomplete(outcome: Outcome, references: readonly string[]): Outcome {
  // It will not arrive as it is; but what was deferred must not be handed over again as a whole.
  return outcome.outcome === 'refused'
    ? { ...outcome, references }
    : { outcome: 'unknown', reason: 'Incomplete', references };
}
