// How what an application has asked for ends: plays, recognitions, keys that are sent, transfers.
import { removeParticipant } from './remove-participant.js';
import type { CallStep } from './call-step.js';
import { endIfEmpty } from './end-call.js';
import type { MediaEvent, NotRecognised, Recognised } from './media-events.js';
import type { CallTask } from './model.js';
import { type ResultInformation, results } from './results.js';

type TaskEvent = Extract<MediaEvent, { readonly task: string }>;

export function applyTaskEvent(step: CallStep, event: TaskEvent): void {
  const task = step.call.tasks.find(({ id }) => id === event.task);
  if (task === undefined) {
    return;
  }
  if (event.is === 'play-started') {
    step.raiseFor(task, 'PlayStarted', results.done);
    return;
  }
  if (event.is === 'transfer-accepted') {
    step.setConnection(task.connection, { state: 'transferAccepted' });
    return;
  }
  step.finish(task.id);
  finished(step, task, event);
}

function finished(step: CallStep, task: CallTask, event: TaskEvent): void {
  switch (event.is) {
    case 'play-ended':
      return step.raiseFor(task, 'PlayCompleted', results.done);
    case 'play-failed':
      return step.raiseFor(task, 'PlayFailed', results.playFailed);
    case 'tones-sent':
      return step.raiseFor(task, 'SendDtmfTonesCompleted', results.done);
    case 'tones-failed':
      return step.raiseFor(task, 'SendDtmfTonesFailed', results.unavailable);
    case 'recognised':
      return recognised(step, task, event.result);
    case 'not-recognised': {
      const data = event.prompt === undefined ? {} : { failedPlaySourceIndex: event.prompt };
      return step.raiseFor(task, 'RecognizeFailed', failures[event.reason], { data });
    }
    case 'transferred':
      return transferred(step, task);
    case 'transfer-failed':
      step.setConnection(task.connection, { state: 'connected' });
      return step.raiseFor(task, 'CallTransferFailed', results.declined);
    default:
      return;
  }
}

const failures: Readonly<Record<NotRecognised, ResultInformation>> = {
  'initial-silence': results.initialSilence,
  'tone-silence': results.interToneTimeout,
  'not-matched': results.speechNotMatched,
  'prompt-failed': results.playFailed,
  failed: results.mediaGone,
};

function recognised(step: CallStep, task: CallTask, result: Recognised): void {
  switch (result.kind) {
    case 'tones': {
      const information = result.ended === 'stop-tone' ? results.stopTone : results.maxTones;
      const data = { recognitionType: 'dtmf', dtmfResult: { tones: result.tones } };
      return step.raiseFor(task, 'RecognizeCompleted', information, { data });
    }
    case 'choice': {
      const { label, phrase, confidence } = result;
      const information = phrase === undefined ? results.toneMatched : results.speechMatched;
      const data = { recognitionType: 'choices', choiceResult: { label, recognizedPhrase: phrase, confidence } };
      return step.raiseFor(task, 'RecognizeCompleted', information, { data });
    }
    case 'speech': {
      const data = { recognitionType: 'speech', speechResult: { speech: result.text, confidence: result.confidence } };
      return step.raiseFor(task, 'RecognizeCompleted', results.speechRecognised, { data });
    }
  }
}

function transferred(step: CallStep, { connection, who, transferee, ...task }: CallTask): void {
  step.setConnection(connection, { state: 'connected' });
  step.raiseFor({ connection, ...task }, 'CallTransferAccepted', results.done, {
    data: { transferTarget: who, transferee },
    about: [who, transferee].filter((each) => each !== undefined),
  });
  if (transferee !== undefined) {
    removeParticipant(step, transferee);
    endIfEmpty(step, results.ended);
  }
}
