export * as logKeys from './keys.js';
export { Log, type LogOptions } from './log.js';
export {
  AppendQueueFull,
  AppendTimeout,
  type AmendRequest,
  LogNotFound,
  type AppendRequest,
  type Appended,
  type Columns,
  type LogEntry,
  type LogPage,
  type Proposal,
} from './model.js';
