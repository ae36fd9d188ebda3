// Hands texts to whoever carries them, as JSON by HTTP: the gateway, or a receiver of the operator's own. docs/sms.md has the
// contract. The address is the operator's, not a caller's.
import { z } from 'zod';
import { signWebhook, webhookSignatureHeader } from '../auth/index.js';
import type { Outcomes, Parcel, RecipientOutcome } from '../deliveries/index.js';
import type { Clock } from '../time/clock.js';
import { traceHeaders } from '../tracing/index.js';
import { handOverBatch, handOverLimitMs } from './limits.js';
import type { TextContent } from './model.js';
import type { SmsCarrier, TextReceipt } from './text-outbox.js';

export interface HttpCarrierOptions {
  readonly url: string;
  /** Signs what is handed over: the first of those that are shared with the carrier. */
  readonly secret: Buffer;
  readonly repeatsUnknown: boolean;
  readonly clock: Pick<Clock, 'now' | 'realNow'>;
}

/** What of a result is wrong stands in nobody else's way, and not in that of its outcome. */
const Result = z.object({
  id: z.string(),
  outcome: z.enum(['taken', 'deferred', 'refused', 'unknown']),
  references: z.array(z.unknown()).nullish().catch(undefined).transform(usableReferences),
  reason: z
    .string()
    .nullish()
    .catch(undefined)
    .transform((reason) => reason?.slice(0, maxReasonCharacters)),
  retryAfterSeconds: z.number().nonnegative().nullish().catch(undefined),
});
const Results = z.object({ results: z.array(z.unknown()) });

/** Nothing has left the house: no connection came about, or its other end is not whom it has to be. */
const notConnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_.*|.*SELF_SIGNED_CERT.*|UNABLE_TO_.*|ERR_TLS_.*|ERR_SSL_WRONG_VERSION_NUMBER)$/;
const maxAnswerBytes = 1_048_576;
const maxReasonCharacters = 64;
const maxRetryAfterSeconds = 86_400;
const maxReferences = 255;
const maxReferenceCharacters = 256;

export function httpCarrier({ url, secret, repeatsUnknown, clock }: HttpCarrierOptions): SmsCarrier {
  const handOver = async (
    parcels: readonly Parcel<TextContent>[],
    signal: AbortSignal,
  ): Promise<(parcel: Parcel<TextContent>) => RecipientOutcome> => {
    const body = Buffer.from(JSON.stringify({ messages: parcels.map(toMessage) }));
    const signature = signWebhook(secret, body, clock.realNow());
    let answer: Response;
    try {
      answer = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', [webhookSignatureHeader]: signature, ...traceHeaders() },
        body: new Uint8Array(body),
        redirect: 'error',
        signal,
      });
    } catch (error) {
      return () => failureOf(error);
    }
    if (answer.status !== 200) {
      await answer.body?.cancel();
      return () => refusalOf(clock, answer);
    }
    const results = await readResults(answer);
    return (parcel) => {
      const result = results.get(parcel.content.messageId);
      return result === undefined ? { outcome: 'unknown', reason: 'not-reported' } : toOutcome(clock, result);
    };
  };
  return {
    repeatsUnknown,
    timeLimitMs: handOverLimitMs,
    batch: handOverBatch,
    handOver: async (parcels, signal) => {
      const outcomeOf = await handOver(parcels, signal);
      return parcels.map((parcel): Outcomes => {
        const outcome = outcomeOf(parcel);
        return Object.fromEntries(parcel.recipients.map(({ id }) => [id, outcome]));
      });
    },
  };
}

function toMessage({ content, recipients, attempt }: Parcel<TextContent>) {
  const { messageId: id, from, text, reportWanted, validForSeconds } = content;
  return { id, from, to: recipients[0]?.address, text, reportWanted, validForSeconds, attempt };
}

/** Their place says which part each is, so where one cannot be used none is. */
function usableReferences(references: readonly unknown[] | null | undefined): readonly string[] | undefined {
  const isUsable = (each: unknown) => typeof each === 'string' && each !== '' && each.length <= maxReferenceCharacters;
  return references && references.length <= maxReferences && references.every(isUsable)
    ? (references as readonly string[])
    : undefined;
}

/** What is no such answer was given by somebody who may have taken everything; so was one of it that is no result. */
async function readResults(answer: Response): Promise<ReadonlyMap<string, z.output<typeof Result>>> {
  try {
    const { results } = Results.parse(JSON.parse(await readText(answer)));
    const read = results.flatMap((each) => Result.safeParse(each).data ?? []);
    return new Map(read.map((result) => [result.id, result]));
  } catch {
    return new Map();
  }
}

/** @throws {Error} when it is longer than an answer can be */
async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += chunk.byteLength;
    // Leaving the loop ends the connection.
    if (bytes > maxAnswerBytes) {
      throw new Error('The answer of a carrier is too long.');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function toOutcome(
  clock: Pick<Clock, 'now'>,
  { outcome, references, reason = outcome, retryAfterSeconds }: z.output<typeof Result>,
): RecipientOutcome {
  switch (outcome) {
    case 'taken': {
      const receipt: TextReceipt = { ...(references !== undefined && { references }) };
      return { outcome, receipt };
    }
    case 'deferred':
      return { outcome, reason, ...laterBy(clock, retryAfterSeconds) };
    case 'refused':
    case 'unknown':
      return { outcome, reason };
  }
}

function laterBy({ now }: Pick<Clock, 'now'>, seconds: number | null | undefined) {
  return seconds === undefined || seconds === null || Number.isNaN(seconds)
    ? {}
    : { notBefore: Math.ceil(now() + Math.min(seconds, maxRetryAfterSeconds) * 1_000) };
}

/** 503 and what a client is told by 4xx say that nothing was taken; of any other status nobody knows. */
function refusalOf(clock: Pick<Clock, 'now'>, { status, headers }: Response): RecipientOutcome {
  const reason = String(status);
  const isUntaken = status === 503 || (status >= 400 && status < 500);
  if (!isUntaken) {
    return { outcome: 'unknown', reason };
  }
  const after = headers.get('retry-after');
  return { outcome: 'deferred', reason, ...laterBy(clock, after === null ? undefined : Number(after)) };
}

function failureOf(error: unknown): RecipientOutcome {
  const { cause } = error as { readonly cause?: { readonly code?: unknown; readonly syscall?: unknown } };
  const { code, syscall } = cause ?? {};
  const hasLeft = !notConnected.test(String(code)) && !(code === 'ETIMEDOUT' && syscall === 'connect');
  return hasLeft ? { outcome: 'unknown', reason: 'no-answer' } : { outcome: 'deferred', reason: 'no-connection' };
}
