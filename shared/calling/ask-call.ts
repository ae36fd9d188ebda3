// Asks something of a call that goes on, through one of its connections: the form that all requests about calls have.
import { Fault } from '../http/index.js';
import type { Asked, CallingParts } from './calling-parts.js';
import { keyOfConnection } from './call-ids.js';
import type { CallStep } from './call-step.js';
import { callFaults } from './faults.js';
import type { CallTask, Connection, Participant } from './model.js';
import { guidOf, isTaken } from './once.js';

export interface AskedOf {
  readonly step: CallStep;
  readonly connection: Connection;
  /** It was taken before: nothing is to be done again. */
  readonly isRepeated: boolean;
}

export interface CallAnswer<Result> {
  readonly result: Result;
  readonly correlationId: string;
}

/**
 * @param options.isEarly may be asked before somebody has answered
 * @throws {Fault} 404 when there is no such connection; 400 when the call is not established
 */
export async function askCall<Result>(
  { calls, mayGoTo }: Pick<CallingParts, 'calls' | 'mayGoTo'>,
  { resourceId, connection: id, callbackUri, requestId }: Asked,
  act: (asked: AskedOf) => Result,
  { isEarly = false }: { readonly isEarly?: boolean } = {},
): Promise<CallAnswer<Result>> {
  if (callbackUri !== undefined && !mayGoTo(callbackUri, 'http')) {
    throw new Fault(callFaults.callbackUri, { message: 'The field OperationCallbackUri is invalid.' });
  }
  return calls.change(resourceId, keyOfConnection(id), (step) => {
    const connection = step.connection(id.toLowerCase());
    if (!isEarly && connection.state === 'connecting') {
      throw new Fault(callFaults.notEstablished);
    }
    const isRepeated = isTaken(step, requestId);
    return { result: act({ step, connection, isRepeated }), correlationId: step.call.correlationId };
  });
}

/** What a request leads to, until it ends. */
export function taskOf(step: CallStep, kind: CallTask['kind'], asked: Asked, more: Partial<CallTask> = {}): CallTask {
  const { connection, context, callbackUri, requestId } = asked;
  return {
    id: requestId === undefined ? step.ids.uuid() : guidOf(`${kind}:${connection}:${requestId}`),
    kind,
    connection: connection.toLowerCase(),
    ...(context !== undefined && { context }),
    ...(callbackUri !== undefined && { callbackUri }),
    ...more,
  };
}

/** @throws {Fault} 404 when they are not in the call */
export function requirePresent(step: CallStep, who: string): Participant {
  const found = step.participant(who);
  if (found?.state !== 'in') {
    throw new Fault(callFaults.participantNotFound);
  }
  return found;
}
