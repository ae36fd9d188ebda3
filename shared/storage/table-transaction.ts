// The actions of an entity group transaction and what has to hold for them; Azurite enforces only half of it.
// https://learn.microsoft.com/rest/api/storageservices/performing-entity-group-transactions
import { StorageRefused, StorageTooLarge } from './storage-error.js';
import { checkKey, encodedBytes, type Row } from './table-row.js';

export type TableAction =
  | { readonly kind: 'insert'; readonly row: Row }
  | { readonly kind: 'upsert'; readonly row: Row; readonly mode: 'merge' | 'replace' }
  /** Fails when the ETag is not this one; `*` for any. */
  | { readonly kind: 'update'; readonly row: Row; readonly etag: string; readonly mode: 'merge' | 'replace' }
  /** Fails when the row is gone; takes no ETag, because the SDK does not pass one on in a transaction. */
  | { readonly kind: 'remove'; readonly rowKey: string };

export const maxTransactionActions = 100;
/** Azure: 4 MiB for the whole body. */
export const maxTransactionBytes = 3.5 * 1_048_576;

/**
 * @throws {StorageRefused} when there are none or too many actions, two partitions, or the same row twice
 * @throws {StorageTooLarge} when the encoded actions are too large together
 */
export function checkTransaction(partitionKey: string, actions: readonly TableAction[]): void {
  checkKey('partitionKey', partitionKey);
  if (actions.length === 0 || actions.length > maxTransactionActions) {
    throw new StorageRefused(`A transaction has 1-${maxTransactionActions} actions.`, { code: 'InvalidActionCount' });
  }
  const rowKeys = new Set<string>();
  let roughBytes = 0;
  for (const [failedIndex, action] of actions.entries()) {
    const rowKey = action.kind === 'remove' ? action.rowKey : action.row.rowKey;
    checkKey('rowKey', rowKey);
    if (action.kind !== 'remove' && action.row.partitionKey !== partitionKey) {
      throw new StorageRefused('All actions of a transaction must be in one partition.', {
        code: 'CommandsInBatchActOnDifferentPartitions',
        failedIndex,
      });
    }
    if (rowKeys.has(rowKey)) {
      throw new StorageRefused('A transaction must not touch the same row twice.', {
        code: 'InvalidDuplicateRow',
        failedIndex,
      });
    }
    rowKeys.add(rowKey);
    roughBytes += roughlyEncodedBytes(action);
  }
  // Counting exactly means encoding every row twice; nearly all transactions are far below the limit.
  if (roughBytes <= maxTransactionBytes) {
    return;
  }
  const bytes = actions.reduce(
    (sum, action) =>
      sum + encodedBytes(action.kind === 'remove' ? { partitionKey, rowKey: action.rowKey } : action.row),
    0,
  );
  if (bytes > maxTransactionBytes) {
    throw new StorageTooLarge(`A transaction has ${bytes} bytes; ${maxTransactionBytes} are allowed.`, {
      code: 'RequestBodyTooLarge',
    });
  }
}

/** An upper bound, cheap: no character takes more than six bytes in JSON (a control character as an escape). */
export function roughlyEncodedBytes(action: TableAction): number {
  let bytes = 2_048;
  if (action.kind === 'remove') {
    return bytes;
  }
  for (const name in action.row) {
    const value = action.row[name];
    bytes += 64 + 2 * name.length;
    if (typeof value === 'string') {
      bytes += 6 * value.length;
    } else if (value instanceof Uint8Array) {
      bytes += 2 * value.byteLength;
    }
  }
  return bytes;
}
