// What has happened in a call: who is in it then, and who is told. Anything may come twice, or when it means nothing any more.
import { applyStreamEvent } from './apply-stream-event.js';
import { applyTaskEvent } from './apply-task-event.js';
import type { CallStep } from './call-step.js';
import { endCall, endIfEmpty } from './end-call.js';
import type { MediaEvent } from './media-events.js';
import { removeParticipant } from './remove-participant.js';
import { type ResultInformation, results } from './results.js';
import { startStream, startTranscript } from './stream-orders.js';

export function applyMediaEvent(step: CallStep, event: MediaEvent): void {
  step.set({ heardOn: step.now });
  switch (event.is) {
    case 'joined':
      return joined(step, event.who);
    case 'declined':
    case 'busy':
    case 'unavailable':
    case 'unanswered':
      return notJoined(step, event.who, results[event.is]);
    case 'left':
      return left(step, event.who);
    case 'tone':
      return tone(step, event);
    case 'connected':
      return connected(step, event.connection);
    case 'ended':
      return endCall(step, { result: event.isLost ? results.mediaGone : results.ended, isKnown: true });
    case 'ringing':
    case 'speech':
    case 'alive':
      return;
    case 'stream-started':
    case 'stream-stopped':
    case 'stream-failed':
      return applyStreamEvent(step, event);
    default:
      return applyTaskEvent(step, event);
  }
}

function joined(step: CallStep, who: string): void {
  const participant = step.participant(who);
  if (participant === undefined || participant.state === 'in') {
    return;
  }
  step.setParticipant(who, { state: 'in' });
  if (step.call.startedOn === undefined) {
    step.set({ startedOn: step.now });
  }
  step.tellFollowers('joined', who);
  for (const task of step.call.tasks.filter((each) => each.who === who)) {
    if (task.kind === 'add') {
      step.finish(task.id);
      step.raiseFor(task, 'AddParticipantSucceeded', results.done, { data: { participant: who }, about: [who] });
    }
    if (task.kind === 'move') {
      step.finish(task.id);
      const data = { participant: who, fromCall: task.fromCall };
      step.raiseFor(task, 'MoveParticipantSucceeded', results.done, { data, about: [who] });
    }
  }
  for (const { id, state } of step.call.connections) {
    if (state === 'connecting') {
      establish(step, id);
    }
  }
  step.tellParticipants();
}

function connected(step: CallStep, id: string): void {
  const connection = step.call.connections.find((each) => each.id === id);
  if (connection?.state === 'connecting') {
    establish(step, id);
    step.tellParticipants();
  }
}

/** What was asked for with the call begins with it. */
function establish(step: CallStep, id: string): void {
  step.setConnection(id, { state: 'connected' });
  const connection = step.connection(id);
  step.raise(connection, 'CallConnected', { result: results.done });
  const { streaming, transcription } = connection;
  for (const { kind, stream } of step.call.tasks) {
    if (kind === 'start-stream' && streaming !== undefined && streaming.id === stream) {
      step.order(startStream(id, streaming));
    }
    if (kind === 'start-transcript' && transcription !== undefined && transcription.id === stream) {
      step.order(startTranscript(id, transcription));
    }
  }
}

function notJoined(step: CallStep, who: string, result: ResultInformation): void {
  const { offer } = step.call;
  if (offer?.from === who) {
    // Nobody has taken the call, or its caller has given up.
    endCall(step, { result });
    return;
  }
  if (step.participant(who)?.state !== 'ringing') {
    return;
  }
  step.set({ participants: step.call.participants.filter(({ rawId }) => rawId !== who) });
  for (const task of step.call.tasks.filter((each) => each.who === who)) {
    if (task.kind === 'add' || task.kind === 'move') {
      step.finish(task.id);
      const type = task.kind === 'add' ? 'AddParticipantFailed' : 'MoveParticipantFailed';
      const more = task.kind === 'move' ? { fromCall: task.fromCall } : {};
      step.raiseFor(task, type, result, { data: { participant: who, ...more }, about: [who] });
    }
  }
  const isNobodyLeft = step.call.participants.every(({ isApplication }) => isApplication);
  for (const connection of step.call.connections) {
    if (connection.state === 'connecting' && isNobodyLeft && step.call.origin === 'outgoing') {
      step.raise(connection, 'CreateCallFailed', { result });
    }
  }
  endIfEmpty(step, result);
}

function left(step: CallStep, who: string): void {
  const participant = step.participant(who);
  if (participant === undefined) {
    if (step.call.offer?.from === who) {
      endCall(step, { result: results.cancelled, isKnown: true });
    }
    return;
  }
  if (participant.state === 'ringing') {
    notJoined(step, who, results.unanswered);
    return;
  }
  removeParticipant(step, who);
  endIfEmpty(step, results.ended);
}

function tone(step: CallStep, { who, tone: pressed }: Extract<MediaEvent, { readonly is: 'tone' }>): void {
  if (step.participant(who)?.state !== 'in') {
    return;
  }
  for (const connection of step.call.connections) {
    const listening = connection.tones.find((each) => each.who === who);
    if (listening !== undefined) {
      const sequence = listening.sequence + 1;
      const tones = connection.tones.map((each) => (each === listening ? { ...each, sequence } : each));
      step.setConnection(connection.id, { tones });
      step.raise(connection, 'ContinuousDtmfRecognitionToneReceived', {
        context: listening.context,
        to: listening.callbackUri,
        result: results.done,
        data: { sequenceId: sequence, tone: pressed },
      });
    }
  }
  step.set({
    tasks: step.call.tasks.map((task) =>
      task.kind === 'recognise' && task.who === who && hears(task.options?.input)
        ? { ...task, tones: [...(task.tones ?? []), pressed] }
        : task,
    ),
  });
}

function hears(input: string | undefined): boolean {
  return input === 'dtmf' || input === 'speechOrDtmf' || input === 'choices';
}
