// What an application does with a call that comes in: it answers, redirects or rejects it. Once: who comes second finds no call.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { connectionId } from './call-ids.js';
import type { CallingParts } from './calling-parts.js';
import type { CallStep } from './call-step.js';
import { addConnection, type ConnectionOptions, requireAddresses } from './connection-options.js';
import type { ConnectionOfCall } from './create-call.js';
import { callFaults } from './faults.js';
import type { CallHeaders } from './media-orders.js';
import type { Offer } from './model.js';
import { halfOf } from './once.js';
import { requireMediaPlane, requireOurs } from './who-may-call.js';

type OfferParts = Pick<CallingParts, 'calls' | 'offers' | 'clock' | 'ids' | 'isOurs' | 'mayGoTo' | 'hasMediaPlane'>;

export interface AnswerCall extends ConnectionOptions {
  /** As it came with the event. */
  readonly offer: string;
  readonly answeredBy?: string | undefined;
  readonly requestId?: string | undefined;
}

export async function answerCall(
  parts: OfferParts,
  resource: Resource,
  request: AnswerCall,
): Promise<ConnectionOfCall> {
  const { answeredBy, requestId } = request;
  requireMediaPlane(parts);
  requireAddresses(parts, request);
  await requireOurs(parts, resource, answeredBy);
  const half = requestId === undefined ? parts.ids.bytes(8) : halfOf(requestId);
  return takeOffer(parts, resource, request.offer, half, (step, offer, id) => {
    const { from, to, displayName } = offer;
    const connection = addConnection(
      step,
      { id, displayName, source: from, targets: [to], ...(answeredBy !== undefined && { answeredBy }) },
      request,
    );
    const absent = { isMuted: false, isOnHold: false };
    step.set({
      participants: [
        { ...absent, rawId: from, state: 'ringing' },
        ...(answeredBy === undefined || answeredBy === from
          ? []
          : [{ ...absent, rawId: answeredBy, state: 'in', isApplication: true } as const]),
      ],
    });
    step.order({ do: 'answer', who: from });
    return { call: step.call, connection };
  });
}

export async function redirectCall(
  parts: OfferParts,
  resource: Resource,
  context: string,
  { to, headers }: { readonly to: string; readonly headers?: CallHeaders | undefined },
): Promise<string> {
  await requireOurs(parts, resource, to);
  return turnAway(parts, resource, context, (step, { from }) =>
    step.order({ do: 'redirect', who: from, to, ...(headers !== undefined && { headers }) }),
  );
}

/** @returns the correlation id of the call */
export async function rejectCall(
  parts: OfferParts,
  resource: Resource,
  context: string,
  reason: 'none' | 'busy' | 'forbidden',
): Promise<string> {
  return turnAway(parts, resource, context, (step, { from }) => step.order({ do: 'reject', who: from, reason }));
}

async function turnAway(
  parts: OfferParts,
  resource: Resource,
  context: string,
  act: (step: CallStep, offer: Offer) => void,
): Promise<string> {
  return takeOffer(parts, resource, context, undefined, (step, offer) => {
    act(step, offer);
    step.set({ isOver: true });
    return step.call.correlationId;
  });
}

/** @param half of the connection that answers */
async function takeOffer<Result>(
  { calls, offers, clock }: OfferParts,
  { immutableId: resourceId }: Resource,
  context: string,
  half: Uint8Array | undefined,
  act: (step: CallStep, offer: Offer, connection: string) => Result,
): Promise<Result> {
  const { key, nonce } = offers.read(context, resourceId, clock.now());
  return calls.change(resourceId, key, (step) => {
    const id = half === undefined ? '' : connectionId(key, half);
    const { offer } = step.call;
    if (offer === undefined || offer.nonce !== nonce) {
      // The same request again, whose answer was lost.
      const connection = step.call.connections.find((each) => each.id === id);
      if (connection === undefined) {
        throw new Fault(callFaults.offerGone);
      }
      return { call: step.call, connection } as Result;
    }
    const { offer: _, ...rest } = step.call;
    step.replace({ ...rest, foreseen: [] });
    return act(step, offer, id);
  });
}
