// Somebody calls a number, or an identity, of a resource: the call rings, and the owner is told as an event.
import type { RowEvent } from '../events/index.js';
import { randomKey } from './call-ids.js';
import type { CallingParts } from './calling-parts.js';
import { eventIdentifier } from './identifier-model.js';
import { incomingCall } from './event-types.js';
import { offerMs } from './limits.js';
import type { CallHeaders } from './media-orders.js';
import { newCall } from './new-call.js';
import { personOf } from './raw-id.js';

export interface IncomingCall {
  readonly resourceId: string;
  /** Raw ids. */
  readonly from: string;
  readonly to: string;
  readonly displayName?: string | undefined;
  readonly headers?: CallHeaders | undefined;
  /** Of the resource: scheme, host, port. */
  readonly address: string;
  /** Of the call, when who carries it has named it already. */
  readonly key?: string | undefined;
}

export interface OfferedCall {
  readonly key: string;
  readonly serverCallId: string;
  readonly correlationId: string;
  readonly context: string;
}

/** @param tell at least once */
export async function takeIncomingCall(
  { calls, offers, ids, clock, settle }: Pick<CallingParts, 'calls' | 'offers' | 'ids' | 'clock' | 'settle'>,
  { resourceId, from, to, displayName = '', headers, address, key = randomKey(ids) }: IncomingCall,
  tell: (resourceId: string, event: RowEvent) => Promise<void>,
): Promise<OfferedCall> {
  const now = Math.floor(clock.now());
  const until = now + offerMs;
  const nonce = ids.bytes(12).toString('base64url');
  const blank = newCall({ key, resourceId, origin: 'incoming', address }, now, ids);
  await calls.begin({ ...blank, offer: { nonce, from, to, displayName, until } }, (step) => {
    step.set({ foreseen: [{ at: until, event: { is: 'unanswered', who: from } }] });
  });
  // Told again, because who carries it has heard no answer, it is the call that is there.
  const { serverCallId, correlationId, offer } = await calls.get(resourceId, key);
  const context = offers.issue({ resourceId, key, nonce: offer?.nonce ?? nonce }, offer?.until ?? until);
  const people = [from, to].flatMap((rawId) => personOf(rawId) ?? []);
  await tell(resourceId, {
    type: incomingCall,
    about: [resourceId, key],
    subject: `/caller/${from}/recipient/${to}`,
    time: now,
    data: {
      to: eventIdentifier(to),
      from: eventIdentifier(from),
      serverCallId,
      callerDisplayName: displayName,
      customContext: { sipHeaders: headers?.sip ?? {}, voipHeaders: headers?.voip ?? {} },
      incomingCallContext: context,
      correlationId,
    },
    concerns: people,
  });
  await settle(resourceId, people, now, () =>
    calls.changeIfThere(resourceId, key, (step) => step.set({ foreseen: [], isOver: true })),
  );
  return { key, serverCallId, correlationId, context };
}
