// A call that has just begun, with nobody in it.
import type { Ids } from '../time/ids.js';
import { serverCallIdOf } from './call-ids.js';
import { longestCallMs } from './limits.js';
import type { Call, CallOrigin } from './model.js';

export interface NewCall {
  readonly key: string;
  readonly resourceId: string;
  readonly origin: CallOrigin;
  /** Scheme, host and port at which the resource was asked. */
  readonly address: string;
}

/** @param now product ms, whole */
export function newCall({ key, resourceId, origin, address }: NewCall, now: number, ids: Ids): Call {
  return {
    key,
    resourceId,
    origin,
    correlationId: ids.uuid(),
    serverCallId: serverCallIdOf(address, key),
    createdOn: now,
    endsAt: now + longestCallMs,
    connections: [],
    participants: [],
    tasks: [],
    sequence: 0,
    followers: [],
    foreseen: [],
    heardOn: now,
    pending: [],
    orders: [],
    taken: [],
    isOver: false,
  };
}
