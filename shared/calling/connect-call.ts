// An application comes into a call that is there, or into that of a group or a room, which begins with whoever is first.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { connectionId, keyOfServerCall, namedKey } from './call-ids.js';
import type { CallingParts } from './calling-parts.js';
import type { CallStep } from './call-step.js';
import { addConnection, type ConnectionOptions, requireAddresses } from './connection-options.js';
import type { ConnectionOfCall } from './create-call.js';
import { callFaults } from './faults.js';
import { maxConnections } from './limits.js';
import { newCall } from './new-call.js';
import { halfOf } from './once.js';
import { requireMediaPlane } from './who-may-call.js';

export type CallLocator =
  | { readonly kind: 'serverCall'; readonly id: string }
  | { readonly kind: 'group'; readonly id: string }
  | { readonly kind: 'room'; readonly id: string };

export interface ConnectCall extends ConnectionOptions {
  readonly locator: CallLocator;
  readonly address: string;
  readonly requestId?: string | undefined;
}

/** @returns key of the call that is named; undefined when it can be none of ours */
export function keyOfLocator(secret: Buffer, resourceId: string, { kind, id }: CallLocator): string | undefined {
  return kind === 'serverCall' ? keyOfServerCall(id) : namedKey(secret, resourceId, [kind, id.toLowerCase()]);
}

export async function connectCall(
  parts: CallingParts,
  resource: Resource,
  request: ConnectCall,
): Promise<ConnectionOfCall> {
  const { calls, ids, key: secret, mayJoin, clock } = parts;
  const { locator, address, requestId } = request;
  requireMediaPlane(parts);
  requireAddresses(parts, request);
  const { immutableId: resourceId } = resource;
  if (locator.kind === 'room' && !(await mayJoin?.(resourceId, locator.id, undefined))) {
    throw new Fault(callFaults.notInvited);
  }
  const key = keyOfLocator(secret, resourceId, locator);
  if (key === undefined) {
    throw new Fault(callFaults.notFound);
  }
  const id = connectionId(key, requestId === undefined ? ids.bytes(8) : halfOf(requestId));
  const come = (step: CallStep) => comeIn(step, id, request);
  if (locator.kind !== 'serverCall') {
    const blank = newCall({ key, resourceId, origin: locator.kind, address }, Math.floor(clock.now()), ids);
    const begun = await calls.begin(blank, come);
    if (begun !== undefined) {
      return begun;
    }
  }
  return calls.change(resourceId, key, come);
}

function comeIn(step: CallStep, id: string, request: ConnectCall): ConnectionOfCall {
  const present = step.call.connections.find((each) => each.id === id);
  if (present !== undefined) {
    return { call: step.call, connection: present };
  }
  if (step.call.offer !== undefined) {
    throw new Fault(callFaults.notEstablished);
  }
  if (step.call.connections.length >= maxConnections) {
    throw new Fault(callFaults.tooMuch);
  }
  const connection = addConnection(step, { id, displayName: '', targets: [] }, request);
  step.foresee({ at: step.now, event: { is: 'connected', connection: id } });
  return { call: step.call, connection };
}
