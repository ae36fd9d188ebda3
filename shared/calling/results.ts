// What came of something, by the codes of ACS: in errors that are answered and in `resultInformation` of events.
// https://learn.microsoft.com/azure/communication-services/resources/troubleshooting/voice-video-calling/troubleshooting-codes

export interface ResultInformation {
  readonly code: number;
  readonly subCode: number;
  readonly message: string;
}

const entry = (code: number, subCode: number, message: string): ResultInformation => ({ code, subCode, message });

export const results = {
  done: entry(200, 0, 'Action completed successfully.'),
  /** Of a call that has ended as somebody wanted. */
  ended: entry(200, 7000, 'The conversation has ended.'),
  notFound: entry(404, 8522, 'Call not found.'),
  busy: entry(486, 8539, 'The participant is busy.'),
  declined: entry(603, 8538, 'The participant has declined.'),
  unavailable: entry(480, 8541, 'The participant is unavailable.'),
  unanswered: entry(408, 8542, 'The participant has not answered in time.'),
  cancelled: entry(487, 8542, 'The invitation was cancelled.'),
  tooLate: entry(400, 8585, 'The invitation is there no more.'),
  operationCancelled: entry(400, 8508, 'Action failed, the operation was cancelled.'),
  initialSilence: entry(400, 8510, 'Action failed, initial silence timeout reached.'),
  interToneTimeout: entry(400, 8532, 'Action failed, inter-digit silence timeout reached.'),
  playFailed: entry(400, 8511, 'Action failed, encountered failure while trying to play the prompt.'),
  maxTones: entry(200, 8531, 'Action completed, max digits received.'),
  stopTone: entry(200, 8533, 'Action completed, DTMF option matched.'),
  toneMatched: entry(200, 8533, 'Action completed, DTMF option matched.'),
  speechMatched: entry(200, 8545, 'Action completed, speech option matched.'),
  speechRecognised: entry(200, 8534, 'Action completed, speech recognised.'),
  speechNotMatched: entry(400, 8547, 'Action failed, recognized phrase does not match a valid option.'),
  streamFailed: entry(500, 8581, 'Action failed, the stream could not be connected, or broke off.'),
  mediaGone: entry(500, 9999, 'The media of the call is gone.'),
  notInCall: entry(400, 8501, 'The call is not established.'),
} as const satisfies Readonly<Record<string, ResultInformation>>;
