export { entriesBetween } from './entries-between.js';
export type { Fingerprint } from './fingerprint.js';
export * as logKeys from './keys.js';
export { Log, type LogOptions } from './log.js';
export {
  AppendQueueFull,
  AppendTimeout,
  type AppendWatch,
  amendedColumn,
  LogNotFound,
  type AppendRequest,
  type Appended,
  type Columns,
  type LogEntry,
  type LogPage,
  type LogView,
  ofColumn,
  type Proposal,
  type RememberedEntry,
  type Rewriting,
} from './model.js';
