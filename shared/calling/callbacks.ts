// Events of calls on their way to applications: one event a request, in the order of the call, at least once, each with a
// token of its own. What it says goes with the step that records what became of it.
import { signJws, type SigningKeys } from '../auth/index.js';
import type { Carrier, DeliveryOrder, OutboxRules, Parcel, RecipientOutcome } from '../deliveries/index.js';
import { isRefusedAddress, type Outgoing } from '../outgoing/index.js';
import type { Clock } from '../time/clock.js';
import type { CallEvent } from './call-event.js';
import { callbackGiveUpMs, callbackLimitMs, callbackTokenSeconds, maxWaitingCallbacks } from './limits.js';
import type { Call } from './model.js';
import { personOf } from './raw-id.js';

export const callbackOutboxName = 'callbacks';

/** What waits of an event. */
export interface Callback {
  readonly event: CallEvent;
  readonly serverCallId: string;
  readonly correlationId: string;
}

export interface CallbackParts {
  readonly outgoing: Pick<Outgoing, 'post'>;
  readonly keys: () => SigningKeys;
  readonly issuer: string;
  readonly clock: Pick<Clock, 'now' | 'realNow'>;
  /** An event as the contract writes it. */
  render(callback: Callback): object;
}

export function callbackOrder(
  { key, resourceId, serverCallId, correlationId }: Call,
  event: CallEvent,
): DeliveryOrder<Callback> {
  return {
    resourceId,
    destination: new URL(event.to).host,
    lane: key,
    recipients: [{ id: '1', address: event.to }],
    content: { event, serverCallId, correlationId },
  };
}

export function callbackRules(parts: CallbackParts): OutboxRules<Callback> {
  return {
    name: callbackOutboxName,
    carrier: callbackCarrier(parts),
    giveUpAfterMs: callbackGiveUpMs,
    concernsOf: ({ event }) => event.about.flatMap((rawId) => personOf(rawId) ?? []),
    recipientOf: () => undefined,
    // Nobody is told that an event was not taken: the call goes on.
    onOutcome: async () => undefined,
    atOncePerDestination: 16,
    maxWaitingPerDestination: maxWaitingCallbacks,
  };
}

function callbackCarrier(parts: CallbackParts): Carrier<Callback> {
  return {
    // Receivers know an event by its id.
    repeatsUnknown: true,
    timeLimitMs: callbackLimitMs,
    handOver: async (parcels, signal) =>
      Promise.all(
        parcels.map(async (parcel) => {
          const outcome = await handOver(parts, parcel, signal);
          return Object.fromEntries(parcel.recipients.map(({ id }) => [id, outcome]));
        }),
      ),
  };
}

async function handOver(
  { outgoing, keys, issuer, clock, render }: CallbackParts,
  { recipients: [recipient], content, resourceId }: Parcel<Callback>,
  signal: AbortSignal,
): Promise<RecipientOutcome> {
  const seconds = Math.floor(clock.realNow() / 1_000);
  const token = signJws(keys(), 'JWT', {
    iss: issuer,
    aud: resourceId,
    iat: seconds,
    nbf: seconds,
    exp: seconds + callbackTokenSeconds,
  });
  try {
    const { status, retryAfterSeconds } = await outgoing.post(recipient?.address ?? '', {
      headers: {
        'content-type': 'application/cloudevents-batch+json; charset=utf-8',
        authorization: `Bearer ${token}`,
      },
      body: Buffer.from(JSON.stringify([render(content)])),
      signal,
    });
    if (status >= 200 && status < 300) {
      return { outcome: 'taken' };
    }
    const reason = String(status);
    const mayTakeLater = status === 408 || status === 425 || status === 429 || status >= 500;
    if (!mayTakeLater) {
      return { outcome: 'refused', reason };
    }
    const notBefore =
      retryAfterSeconds === undefined ? {} : { notBefore: Math.ceil(clock.now() + retryAfterSeconds * 1_000) };
    return { outcome: 'deferred', reason, ...notBefore };
  } catch (failure) {
    return isRefusedAddress(failure)
      ? { outcome: 'refused', reason: 'address' }
      : { outcome: 'deferred', reason: 'no-connection' };
  }
}
