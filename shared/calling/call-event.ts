// An event of a call on its way to whoever controls it: one CloudEvent a request.
import type { ResultInformation } from './results.js';

export interface CallEvent {
  /** Random, and the same each time it is handed over: receivers know it again by this. */
  readonly id: string;
  /** Without `Microsoft.Communication.` in front. */
  readonly type: CallEventType;
  /** Id of the connection. */
  readonly connection: string;
  /** Where it goes. */
  readonly to: string;
  /** Product ms. */
  readonly time: number;
  readonly apiVersion: string;
  readonly context?: string;
  readonly result?: ResultInformation;
  /** What else its data has, as the contract names it; people as raw ids where `who` names the fields. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Raw ids of everybody it is about: erasing one of them withdraws it. */
  readonly about: readonly string[];
}

/** All of the contract. */
export type CallEventType =
  | 'AddParticipantSucceeded'
  | 'AddParticipantFailed'
  | 'RemoveParticipantSucceeded'
  | 'RemoveParticipantFailed'
  | 'MoveParticipantSucceeded'
  | 'MoveParticipantFailed'
  | 'CallConnected'
  | 'CallDisconnected'
  | 'CallTransferAccepted'
  | 'CallTransferFailed'
  | 'ParticipantsUpdated'
  | 'RecordingStateChanged'
  | 'PlayStarted'
  | 'PlayCompleted'
  | 'PlayFailed'
  | 'PlayCanceled'
  | 'RecognizeCompleted'
  | 'RecognizeCanceled'
  | 'RecognizeFailed'
  | 'ContinuousDtmfRecognitionToneReceived'
  | 'ContinuousDtmfRecognitionToneFailed'
  | 'ContinuousDtmfRecognitionStopped'
  | 'SendDtmfTonesCompleted'
  | 'SendDtmfTonesFailed'
  | 'CancelAddParticipantSucceeded'
  | 'CancelAddParticipantFailed'
  | 'ConnectFailed'
  | 'TranscriptionStarted'
  | 'TranscriptionStopped'
  | 'TranscriptionUpdated'
  | 'TranscriptionFailed'
  | 'CreateCallFailed'
  | 'AnswerFailed'
  | 'HoldFailed'
  | 'MediaStreamingStarted'
  | 'MediaStreamingStopped'
  | 'MediaStreamingFailed'
  | 'StartRecordingFailed';
