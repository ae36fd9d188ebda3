// The other geographies: asking whose a host is, and passing requests on to their home.
export { type Arrival, arrive, passHome } from './arrival.js';
export { ConnectedPeers, hostQuestionPath } from './connected-peers.js';
export { createFindHere, type FindHere } from './find-here.js';
export { createPassing, type Passing } from './pass-on.js';
export { aloneInTheWorld, type Hop, type PassedRequest, type Peers } from './peers.js';
export { HostSettings, PeerSettings, type World } from './world.js';
