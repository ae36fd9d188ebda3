// Figures about the app itself.
export {
  countDeliveryOutcome,
  countLiveConnection,
  countLiveNotices,
  countStorageCall,
  recordCommit,
  recordErasure,
  recordFailedJob,
  recordForeignItems,
  recordParkedJobs,
  recordRetentionLag,
  recordRequest,
  recordWaitingDeliveries,
} from './metrics.js';
export { DroppedRows } from './dropped-rows.js';
export { openIngestion } from './ingestion.js';
export { LogKeys } from './log-keys.js';
export * as logLimits from './log-limits.js';
export { LogPurges } from './log-purges.js';
export { LogSegments } from './log-segments.js';
export { defaultLogSettings, isLogged } from './log-settings.js';
export { type LogRow, type LogTable, type LogValue, requestColumns } from './log-table.js';
export { LogWriter } from './log-writer.js';
export { logKeys, logPurges, logSegments, logWorkspace } from './personal-data.js';
export { PersonLogs } from './person-logs.js';
export { MetricExporter } from './metric-exporter.js';
export { openPurgeDoor } from './purge-door.js';
export { queryLogs } from './query-logs.js';
export { segmentSink } from './segment-sink.js';
export { WorkspaceLogs } from './workspace-logs.js';
export type { LogWorkspaceSettings } from './workspace-settings.js';
export { workspaceSink } from './workspace-sink.js';
