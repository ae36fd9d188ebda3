// What the composition uses to reach the other geographies.
export { ConnectedPeers, hostQuestionPath } from './connected-peers.js';
export { HostSettings, PeerSettings, type World } from './world.js';
