// Somebody is erased: for them the call is over, and nothing of it names them any more.
import type { Calls } from './calls.js';
import type { CallStep } from './call-step.js';
import { endCall, endIfEmpty } from './end-call.js';
import type { Call } from './model.js';
import { results } from './results.js';

export async function erasePerson(calls: Calls, resourceId: string, key: string, rawId: string): Promise<void> {
  // First those who carry it let go of them: a command that waited would name them.
  await calls.letGoOf(resourceId, key, rawId);
  await calls.rewrite(resourceId, key, (step) => forget(step, rawId));
}

/** Whether anything of a call names somebody. */
export function names(call: Call, rawId: string): boolean {
  const { participants, offer, connections, tasks, foreseen, pending, orders } = call;
  return (
    participants.some((each) => each.rawId === rawId) ||
    offer?.from === rawId ||
    offer?.to === rawId ||
    connections.some(({ source, answeredBy, targets }) => [source, answeredBy, ...targets].includes(rawId)) ||
    [tasks, foreseen, pending, orders].some((part) => JSON.stringify(part).includes(JSON.stringify(rawId)))
  );
}

function forget(step: CallStep, rawId: string): void {
  const { call } = step;
  const isNamed = (value: unknown) => JSON.stringify(value).includes(JSON.stringify(rawId));
  if (call.offer !== undefined && isNamed(call.offer)) {
    endCall(step, { result: results.ended });
    return;
  }
  const wasIn = !call.isOver && step.participant(rawId) !== undefined;
  step.set({
    participants: call.participants.filter((each) => each.rawId !== rawId),
    tasks: call.tasks.filter((task) => !isNamed(task)),
    foreseen: call.foreseen.filter((each) => !isNamed(each)),
    pending: call.pending.filter((each) => !isNamed(each)),
    orders: call.orders.filter((each) => !isNamed(each)),
    connections: call.connections.map(({ source, answeredBy, targets, tones, ...connection }) => ({
      ...connection,
      // Under which name somebody has called goes with them.
      ...(source === rawId && { displayName: '' }),
      targets: targets.filter((each) => each !== rawId),
      tones: tones.filter(({ who }) => who !== rawId),
      ...(source !== undefined && source !== rawId && { source }),
      ...(answeredBy !== undefined && answeredBy !== rawId && { answeredBy }),
    })),
  });
  if (!wasIn) {
    return;
  }
  step.tellFollowers('left');
  step.tellParticipants();
  endIfEmpty(step, results.ended);
}
