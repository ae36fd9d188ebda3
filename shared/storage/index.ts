// What other parts use of storage.
export { type BlobDownload, type BlobPage, type BlobProperties, Blobs, type BlobUploadOptions } from './blobs.js';
export { type CallFate, type CallInterceptor, createCallInterceptor } from './call-interceptor.js';
export {
  dueBuckets,
  type DueEntry,
  DueIndex,
  dueIndexStore,
  encodeTime,
  maxPostponeMs,
  readDueEntry,
  type StoredDueEntry,
} from './due-index.js';
export { eachDuePage } from './due-pages.js';
export { slicesOf } from './slices.js';
export {
  AppendQueueFull,
  AppendTimeout,
  type AppendWatch,
  amendedColumn,
  type Columns,
  entriesBetween,
  type Fingerprint,
  Log,
  type LogEntry,
  logKeys,
  LogNotFound,
  type LogPage,
  type LogView,
  ofColumn,
  type Proposal,
  type RememberedEntry,
  type Rewriting,
} from './log/index.js';
export { decodeState } from './log/snapshot.js';
export { statePage } from './log/state-page.js';
export { longTextColumns, readLongText, writeLongText } from './log/long-text.js';
export { eraseInShards, eraseRows } from './erase-rows.js';
export { eraseEverything, provision } from './provision.js';
export type { Queue, QueueMessage } from './queue.js';
export { openStorage, type Storage, type StorageOptions } from './storage.js';
export type { CallObserver, StorageCall, StorageCallKind } from './storage-call.js';
export {
  StorageConflict,
  StorageError,
  StorageNotFound,
  StorageRefused,
  StorageStale,
  StorageTooLarge,
  StorageUnavailable,
  StorageUnknownOutcome,
} from './storage-error.js';
export { isLoopback, parseConnectionString, readStorageSettings, type StorageSettings } from './storage-settings.js';
export { openShards, type ShardedTable } from './sharded-table.js';
export { physicalNames, poisonQueueName, shardOf } from './store-names.js';
export { type Page, type PageQuery, type Stored, Table, type WriteMode } from './table.js';
export { encodedBytes, isKey, type Row, type RowKeys, type RowValue } from './table-row.js';
export { TransactionGroups } from './transaction-groups.js';
export { maxTransactionActions, maxTransactionBytes, type TableAction } from './table-transaction.js';
export { createTransactionCounter, type TransactionCounter, type TransactionCounts } from './transaction-counter.js';
export { callTimeoutMs, createTransport } from './transport.js';
