// Sound and transcripts that flow to an application: begun and ended while the call goes on, where they were set up with it.
import { Fault } from '../http/index.js';
import { askCall, type AskedOf, type CallAnswer, taskOf } from './ask-call.js';
import type { Asked, CallingParts } from './calling-parts.js';
import { callFaults } from './faults.js';
import type { StreamSubscription, TranscriptSubscription } from './model.js';
import { results } from './results.js';
import { startStream, startTranscript } from './stream-orders.js';

export async function startMediaStreaming(parts: CallingParts, asked: Asked): Promise<CallAnswer<void>> {
  return askCall(parts, asked, (of) => {
    const streaming = requireSetUp(of.connection.streaming);
    requireState(of, streaming, 'inactive', 'start-stream');
    of.step.begin(taskOf(of.step, 'start-stream', asked, { stream: streaming.id }));
    of.step.order(startStream(of.connection.id, streaming));
  });
}

export async function stopMediaStreaming(parts: CallingParts, asked: Asked): Promise<CallAnswer<void>> {
  return askCall(parts, asked, (of) => {
    const streaming = requireSetUp(of.connection.streaming);
    requireState(of, streaming, 'active', 'stop-stream');
    of.step.begin(taskOf(of.step, 'stop-stream', asked, { stream: streaming.id }));
    of.step.order({ do: 'stop-stream', stream: streaming.id, connection: of.connection.id });
  });
}

export interface StartTranscription extends Asked {
  readonly locale?: string | undefined;
  readonly modelEndpointId?: string | undefined;
}

export async function startTranscription(parts: CallingParts, asked: StartTranscription): Promise<CallAnswer<void>> {
  return askCall(parts, asked, (of) => {
    const { step, connection } = of;
    const set = requireSetUp(connection.transcription);
    requireState(of, set, 'inactive', 'start-transcript');
    const transcription = spokenAs(set, asked);
    step.setConnection(connection.id, { transcription });
    step.begin(taskOf(step, 'start-transcript', asked, { stream: set.id }));
    step.order(startTranscript(connection.id, transcription));
  });
}

export async function updateTranscription(parts: CallingParts, asked: StartTranscription): Promise<CallAnswer<void>> {
  return askCall(parts, asked, (of) => {
    const { step, connection } = of;
    const set = requireSetUp(connection.transcription);
    requireState(of, set, 'active', 'update-transcript');
    const transcription = spokenAs(set, asked);
    step.setConnection(connection.id, { transcription });
    const { id: stream, locale } = transcription;
    step.order({ do: 'update-transcript', stream, connection: connection.id, locale });
    const update = {
      transcriptionStatus: 'transcriptionUpdated',
      transcriptionStatusDetails: 'transcriptionLocaleUpdated',
    };
    const ours = taskOf(step, 'update-transcript', asked);
    step.raiseFor(ours, 'TranscriptionUpdated', results.done, { data: { transcriptionUpdate: update } });
  });
}

export async function stopTranscription(parts: CallingParts, asked: Asked): Promise<CallAnswer<void>> {
  return askCall(parts, asked, (of) => {
    const set = requireSetUp(of.connection.transcription);
    requireState(of, set, 'active', 'stop-transcript');
    of.step.begin(taskOf(of.step, 'stop-transcript', asked, { stream: set.id }));
    of.step.order({ do: 'stop-transcript', stream: set.id, connection: of.connection.id });
  });
}

function requireSetUp<Subscription>(subscription: Subscription | undefined): Subscription {
  if (subscription === undefined) {
    throw new Fault(callFaults.notConfigured);
  }
  return subscription;
}

function requireState(
  { step }: Pick<AskedOf, 'step'>,
  { id, state }: Pick<StreamSubscription, 'id' | 'state'>,
  wanted: StreamSubscription['state'],
  task: 'start-stream' | 'stop-stream' | 'start-transcript' | 'stop-transcript' | 'update-transcript',
): void {
  const isUnderWay = step.call.tasks.some(({ kind, stream }) => kind === task && stream === id);
  if (state !== wanted || isUnderWay) {
    throw new Fault(callFaults.wrongState);
  }
}

function spokenAs(
  transcription: TranscriptSubscription,
  { locale = transcription.locale, modelEndpointId = transcription.modelEndpointId }: StartTranscription,
): TranscriptSubscription {
  return { ...transcription, locale, ...(modelEndpointId !== undefined && { modelEndpointId }) };
}
