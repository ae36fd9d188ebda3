// Whether sound or transcripts flow to an application.
import type { CallStep } from './call-step.js';
import type { MediaEvent } from './media-events.js';
import type { CallTask, Connection } from './model.js';
import { results } from './results.js';

type StreamEvent = Extract<MediaEvent, { readonly stream: string }>;

export function applyStreamEvent(step: CallStep, event: StreamEvent): void {
  for (const connection of step.call.connections) {
    if (connection.streaming?.id === event.stream) {
      streaming(step, connection, event);
    }
    if (connection.transcription?.id === event.stream) {
      transcription(step, connection, event);
    }
  }
}

function streaming(step: CallStep, connection: Connection, event: StreamEvent): void {
  const task = endTask(step, event, ['start-stream', 'stop-stream'], connection);
  const isOn = event.is === 'stream-started';
  setState(step, connection, 'streaming', isOn);
  const update = {
    contentType: 'audio',
    mediaStreamingStatus: `mediaStreaming${wordOf(event)}`,
    mediaStreamingStatusDetails: detailsOf(event),
  };
  const type = `MediaStreaming${wordOf(event)}` as const;
  step.raiseFor(task, type, resultOf(event), { data: { mediaStreamingUpdate: update } });
}

function transcription(step: CallStep, connection: Connection, event: StreamEvent): void {
  const task = endTask(step, event, ['start-transcript', 'stop-transcript'], connection);
  const isOn = event.is === 'stream-started';
  setState(step, connection, 'transcription', isOn);
  const update = {
    transcriptionStatus: `transcription${wordOf(event)}`,
    transcriptionStatusDetails: detailsOfTranscription(event),
  };
  const type = `Transcription${wordOf(event)}` as const;
  step.raiseFor(task, type, resultOf(event), { data: { transcriptionUpdate: update } });
}

function setState(
  step: CallStep,
  { id, ...connection }: Connection,
  which: 'streaming' | 'transcription',
  isOn: boolean,
) {
  const subscription = connection[which];
  step.setConnection(id, { [which]: { ...subscription, state: isOn ? 'active' : 'inactive' } });
}

/** What asked for it, or, where a stream breaks by itself, the connection. */
function endTask(
  step: CallStep,
  { stream, is }: StreamEvent,
  [start, stop]: readonly [CallTask['kind'], CallTask['kind']],
  { id, context }: Connection,
): Pick<CallTask, 'connection' | 'context' | 'callbackUri'> {
  const kind = is === 'stream-stopped' ? stop : start;
  const found = step.call.tasks.find((task) => task.stream === stream && task.kind === kind);
  if (found !== undefined) {
    step.finish(found.id);
    return found;
  }
  return { connection: id, ...(context !== undefined && { context }) };
}

function wordOf({ is }: StreamEvent): 'Started' | 'Stopped' | 'Failed' {
  return is === 'stream-started' ? 'Started' : is === 'stream-stopped' ? 'Stopped' : 'Failed';
}

function detailsOf(event: StreamEvent): string {
  switch (event.is) {
    case 'stream-started':
      return event.isAgain ? 'streamConnectionReestablished' : 'subscriptionStarted';
    case 'stream-stopped':
      return 'subscriptionStopped';
    case 'stream-failed':
      return event.details;
  }
}

/** ACS has one name less for them. */
function detailsOfTranscription(event: StreamEvent): string {
  const details = detailsOf(event);
  return details === 'initialWebSocketConnectionFailed' ? 'streamConnectionUnsuccessful' : details;
}

function resultOf({ is }: StreamEvent) {
  return is === 'stream-failed' ? results.streamFailed : results.done;
}
