// An application calls somebody, or several.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { connectionId, namedKey, randomKey } from './call-ids.js';
import type { CallingParts } from './calling-parts.js';
import type { CallStep } from './call-step.js';
import { addConnection, type ConnectionOptions, requireAddresses } from './connection-options.js';
import { erasePerson } from './erase-person.js';
import { callFaults } from './faults.js';
import { ringSeconds } from './limits.js';
import type { Call, Connection } from './model.js';
import { newCall } from './new-call.js';
import { halfOf } from './once.js';
import { personOf } from './raw-id.js';
import { requireCallable, requireMediaPlane, requireOurs } from './who-may-call.js';

export interface CreateCall extends ConnectionOptions {
  /** Scheme, host and port at which the resource was asked. */
  readonly address: string;
  readonly requestId?: string | undefined;
  /** Raw ids. */
  readonly targets: readonly string[];
  readonly source?: string | undefined;
  /** E.164. */
  readonly callerNumber?: string | undefined;
  readonly displayName?: string | undefined;
}

export interface ConnectionOfCall {
  readonly call: Call;
  readonly connection: Connection;
}

export async function createCall(
  parts: CallingParts,
  resource: Resource,
  request: CreateCall,
): Promise<ConnectionOfCall> {
  const { calls, ids, key: secret, clock } = parts;
  const { requestId, source, address } = request;
  requireMediaPlane(parts);
  requireAddresses(parts, request);
  await requireCallable(parts, resource, request);
  await requireOurs(parts, resource, source);
  const { immutableId: resourceId } = resource;
  const began = clock.now();
  const key = requestId === undefined ? randomKey(ids) : namedKey(secret, resourceId, ['request', requestId]);
  const id = connectionId(key, requestId === undefined ? ids.bytes(8) : halfOf(requestId));
  const call = newCall({ key, resourceId, origin: 'outgoing', address }, Math.floor(began), ids);
  const made = await calls.begin(call, (step) => ring(step, id, request));
  if (made !== undefined) {
    await settlePeople(parts, made.call, began);
    return made;
  }
  const present = await calls.find(resourceId, key);
  const connection = present?.connections.find((each) => each.id === id);
  if (present === undefined || connection === undefined) {
    throw new Fault(callFaults.terminated);
  }
  return { call: present, connection };
}

function ring(step: CallStep, id: string, request: CreateCall): ConnectionOfCall {
  const { source, callerNumber, displayName = '' } = request;
  const targets = [...new Set(request.targets)];
  const connection = addConnection(
    step,
    {
      id,
      displayName,
      targets,
      ...(source !== undefined && { source }),
      ...(callerNumber !== undefined && { callerNumber }),
    },
    request,
  );
  const absent = { state: 'ringing', isMuted: false, isOnHold: false } as const;
  step.set({
    participants: [
      ...(source === undefined ? [] : [{ ...absent, rawId: source, state: 'in', isApplication: true } as const]),
      ...targets.filter((rawId) => rawId !== source).map((rawId) => ({ ...absent, rawId })),
    ],
  });
  for (const who of targets) {
    step.order({
      do: 'ring',
      who,
      seconds: ringSeconds,
      ...(callerNumber !== undefined && { callerNumber }),
      ...(displayName !== '' && { displayName }),
    });
  }
  return { call: step.call, connection };
}

/** Whoever was erased while the call was written is in none. */
export async function settlePeople(
  { calls, settle }: Pick<CallingParts, 'calls' | 'settle'>,
  { resourceId, key, participants }: Call,
  since: number,
): Promise<void> {
  for (const { rawId } of participants) {
    const person = personOf(rawId);
    if (person !== undefined) {
      await settle(resourceId, [person], since, () => erasePerson(calls, resourceId, key, rawId));
    }
  }
}
