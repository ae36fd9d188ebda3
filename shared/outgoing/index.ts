// What goes to addresses that somebody else chose.
export { Outgoing, type OutgoingOptions, type OutgoingRule } from './outgoing.js';
export { isRefusedAddress, OutgoingRefused } from './outgoing-refused.js';
