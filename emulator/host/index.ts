// The local Functions host.
export type { FunctionHost, HostLog, HostOptions, RegisteredFunction } from './host.js';
export { startHost } from './start-host.js';
