// Calls: who is in them, which application controls them, what they are told. No sound comes by here.
export {
  type AddParticipant,
  addParticipant,
  cancelAdd,
  holdParticipant,
  muteParticipant,
  takeOut,
  unholdParticipant,
} from './change-participants.js';
export type { CallAnswer } from './ask-call.js';
export { type Callback, callbackOrder, callbackRules } from './callbacks.js';
export type { CallEvent } from './call-event.js';
export type { CallFollower, CallNews, FollowedCall } from './call-news.js';
export { type CallingSettings, CallingSettingsShape, issuerOfAcs } from './calling-settings.js';
export type { Asked, CallingParts } from './calling-parts.js';
export { Calls } from './calls.js';
export { CallStore } from './store.js';
export { type CallLocator, type ConnectCall, connectCall, keyOfLocator } from './connect-call.js';
export type { ConnectionOptions } from './connection-options.js';
export { type ConnectionOfCall, createCall } from './create-call.js';
export { describeCall, findParticipant, listParticipants } from './describe-call.js';
export { callEventGridTypes } from './event-types.js';
export { callFaults } from './faults.js';
export { hangUp, terminateCall } from './hang-up.js';
export { httpMediaPlane, nameOfCall, readNameOfCall } from './http-media-plane.js';
export { eventIdentifier } from './identifier-model.js';
export { type IncomingCall, takeIncomingCall } from './incoming-call.js';
export { keyOfConnection } from './call-ids.js';
export * as callLimits from './limits.js';
export type { MediaEvent } from './media-events.js';
export type { CallHeaders, MediaCommand, MediaOrder, PlaySource, RecogniseOptions, Tone } from './media-orders.js';
export type { MediaPlane, StreamPort } from './media-plane.js';
export type { Call, Connection, Participant } from './model.js';
export { noMediaPlane } from './no-media-plane.js';
export { Offers } from './offers.js';
export { openedCalls } from './open-calls.js';
export { calls as callsStore, callbackStores } from './personal-data.js';
export { cancelMedia, playMedia, recogniseMedia } from './play-media.js';
export { callRateLimits } from './rate-limits.js';
export { numberOf, personOf } from './raw-id.js';
export { tonesOf } from './simulator/recognise.js';
export { adoptStreams } from './simulator/streams/adopt-streams.js';
export { tokenSeconds as streamTokenSeconds, frameMs as streamFrameMs } from './simulator/streams/limits.js';
export { SimulatedStreams } from './simulator/streams/simulated-streams.js';
export { Simulator } from './simulator/simulator.js';
export {
  startMediaStreaming,
  startTranscription,
  stopMediaStreaming,
  stopTranscription,
  updateTranscription,
} from './streams.js';
export { answerCall, redirectCall, rejectCall } from './take-offer.js';
export { tendCalls } from './tend-calls.js';
export { ignoreTones, listenToTones, sendTones } from './tones.js';
export { moveParticipants, transferCall } from './transfer-call.js';
