// The end of a call, and of one application's part in it.
import type { CallStep } from './call-step.js';
import type { Connection } from './model.js';
import { type ResultInformation, results } from './results.js';

/**
 * Everybody is disconnected, every application is told; what waits to be told outlives the call by that much only.
 *
 * @param options.isKnown the media plane has said so itself
 */
export function endCall(
  step: CallStep,
  { result = results.ended, isKnown = false }: { readonly result?: ResultInformation; readonly isKnown?: boolean } = {},
): void {
  if (step.call.isOver) {
    return;
  }
  for (const connection of step.call.connections) {
    step.raise(connection, 'CallDisconnected', { result });
  }
  step.tellFollowers('ended');
  // Whoever would be told by these tasks is told by the end.
  step.set({ isOver: true, tasks: [], foreseen: [], participants: [], connections: [] });
  const { offer, ...rest } = step.call;
  step.replace(offer === undefined ? step.call : rest);
  if (!isKnown) {
    step.order({ do: 'end' });
  }
}

/** One application leaves; the call goes on when others control it, or two people are left who can talk. */
export function leaveCall(step: CallStep, connection: Connection, result: ResultInformation = results.ended): void {
  const { call } = step;
  const others = call.connections.filter(({ id }) => id !== connection.id);
  if (others.length === 0 && peopleIn(step) < 2) {
    endCall(step, { result });
    return;
  }
  step.raise(connection, 'CallDisconnected', { result });
  stopStreams(step, connection);
  const isOwn = (rawId: string) => rawId === connection.source || rawId === connection.answeredBy;
  step.set({
    connections: others,
    tasks: call.tasks.filter((task) => task.connection !== connection.id),
    participants: step.call.participants.filter(({ isApplication, rawId }) => !(isApplication && isOwn(rawId))),
  });
  step.tellParticipants();
}

function stopStreams(step: CallStep, { id, streaming, transcription }: Connection): void {
  if (streaming?.state === 'active') {
    step.order({ do: 'stop-stream', stream: streaming.id, connection: id });
  }
  if (transcription?.state === 'active') {
    step.order({ do: 'stop-transcript', stream: transcription.id, connection: id });
  }
}

/** Those who are there, applications aside. */
function peopleIn({ present }: Pick<CallStep, 'present'>): number {
  return present.filter(({ isApplication }) => !isApplication).length;
}

/** After somebody has gone: a call of two is over when nobody is left to be called; a group waits for others. */
export function endIfEmpty(step: CallStep, result: ResultInformation): void {
  const { origin, participants, connections, isOver } = step.call;
  const people = participants.filter(({ isApplication }) => !isApplication).length;
  const isOpen = origin === 'group' || origin === 'room';
  const isAlone = connections.length === 0 && people < 2;
  if (!isOver && ((people === 0 && !isOpen) || isAlone)) {
    endCall(step, { result });
  }
}
