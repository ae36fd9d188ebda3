// Handing somebody over: to another number or person, or out of one call into another.
import type { Resource } from '../geography/index.js';
import { Fault } from '../http/index.js';
import { askCall, type CallAnswer, requirePresent, taskOf } from './ask-call.js';
import { keyOfConnection } from './call-ids.js';
import type { Asked, CallingParts } from './calling-parts.js';
import type { CallStep } from './call-step.js';
import { endIfEmpty } from './end-call.js';
import { callFaults } from './faults.js';
import { maxParticipants } from './limits.js';
import type { CallHeaders } from './media-orders.js';
import type { Participant } from './model.js';
import { removeParticipant } from './remove-participant.js';
import { results } from './results.js';
import { requireOurs } from './who-may-call.js';

/** How long a move may take from the one call to the other, product ms. */
const moveMs = 30_000;

export interface TransferCall extends Asked {
  readonly to: string;
  /** Whom; needed where several are in the call. */
  readonly transferee?: string | undefined;
  readonly callerNumber?: string | undefined;
  readonly headers?: CallHeaders | undefined;
}

export async function transferCall(
  parts: CallingParts,
  resource: Resource,
  asked: TransferCall,
): Promise<CallAnswer<void>> {
  const { to, callerNumber, headers } = asked;
  await requireOurs(parts, resource, to);
  return askCall(parts, asked, ({ step, connection, isRepeated }) => {
    if (isRepeated) {
      return;
    }
    const transferee = transfereeOf(step, asked);
    const task = taskOf(step, 'transfer', asked, { who: to, transferee });
    step.begin(task);
    step.setConnection(connection.id, { state: 'transferring' });
    step.order({
      do: 'transfer',
      task: task.id,
      who: transferee,
      to,
      ...(callerNumber !== undefined && { callerNumber }),
      ...(headers !== undefined && { headers }),
    });
  });
}

function transfereeOf(step: CallStep, { transferee }: TransferCall): string {
  if (transferee !== undefined) {
    return requirePresent(step, transferee).rawId;
  }
  const people = step.present.filter(({ isApplication }) => !isApplication);
  const [only] = people;
  if (only === undefined || people.length > 1) {
    throw new Fault(callFaults.invalid, { message: 'Several are in the call: say with transferee whom to hand over.' });
  }
  return only.rawId;
}

export interface MoveParticipants extends Asked {
  readonly people: readonly string[];
  /** Id of the connection whose call they are in. */
  readonly fromCall: string;
}

/**
 * First they are awaited in the one call, then they leave the other, then they have come. Where that stops in between, the
 * call that awaits them gives up.
 */
export async function moveParticipants(
  parts: CallingParts,
  asked: MoveParticipants,
): Promise<CallAnswer<readonly Participant[]>> {
  const { calls } = parts;
  const { resourceId, people, fromCall } = asked;
  const fromKey = keyOfConnection(fromCall);
  const toKey = keyOfConnection(asked.connection);
  const from = await calls.get(resourceId, fromKey);
  if (fromKey === toKey || !from.connections.some(({ id }) => id === fromCall.toLowerCase())) {
    throw new Fault(callFaults.invalid, { message: 'The field FromCall names no other call of this resource.' });
  }
  for (const who of people) {
    if (!from.participants.some(({ rawId, state }) => rawId === who && state === 'in')) {
      throw new Fault(callFaults.participantNotFound);
    }
  }
  const answer = await askCall(parts, asked, ({ step, isRepeated }) => (isRepeated ? [] : awaitPeople(step, asked)));
  for (const { rawId } of answer.result) {
    await calls.changeIfThere(resourceId, fromKey ?? '', (step) => {
      if (step.participant(rawId) !== undefined) {
        step.order({ do: 'move', who: rawId, toCall: toKey ?? '' });
        removeParticipant(step, rawId);
        endIfEmpty(step, results.ended);
      }
    });
    await calls.report(resourceId, toKey ?? '', { is: 'joined', who: rawId });
  }
  return answer;
}

function awaitPeople(step: CallStep, asked: MoveParticipants): readonly Participant[] {
  const { people, fromCall } = asked;
  const coming = people.filter((who) => step.participant(who) === undefined);
  if (step.call.participants.length + coming.length > maxParticipants) {
    throw new Fault(callFaults.full);
  }
  const participants = coming.map(
    (rawId): Participant => ({ rawId, state: 'ringing', isMuted: false, isOnHold: false }),
  );
  step.set({ participants: [...step.call.participants, ...participants] });
  for (const { rawId } of participants) {
    step.begin(taskOf(step, 'move', { ...asked, requestId: undefined }, { who: rawId, fromCall }));
    step.foresee({ at: step.now + moveMs, event: { is: 'unanswered', who: rawId } });
  }
  return participants;
}
