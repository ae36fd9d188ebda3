// What other parts use of live chat.
export type { SessionPlace } from './client-frames.js';
export { Connections } from './connections.js';
export { FailedSockets } from './failed-sockets.js';
export { liveFaults } from './faults.js';
export { Leavers } from './leavers.js';
export type { LiveRecord } from './live-record.js';
export * as liveLimits from './limits.js';
export { LiveFeed } from './live-feed.js';
export { LiveSessions } from './live-sessions.js';
export type {
  LiveDelivery,
  LiveNotice,
  LivePerson,
  LiveSource,
  MessageNotice,
  ReadNotice,
  ThreadNotice,
} from './model.js';
export { gatheredFrames } from './notice-frames.js';
export { liveConnections, livePointers } from './personal-data.js';
export { Pointers } from './pointers.js';
export { pollParameter, PollSessions } from './poll-sessions.js';
export { Polls } from './polls.js';
export { Presence } from './presence.js';
export { noTransports } from './session-answer.js';
export { SocketNames } from './socket-names.js';
export { SocketServiceFailed, type WebPubSubSettings } from './socket-service.js';
export { webPubSub } from './web-pubsub.js';
