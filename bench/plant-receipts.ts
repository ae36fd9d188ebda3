// Receipts whose time is over, or not yet, with their entries in the due index: planted a hundred at a time, because
// through the API each would be an erasure.
import { dropReceiptKind, receipts } from '../shared/privacy/index.js';
import { dueBuckets, dueIndexStore, encodeTime, type Storage, type TableAction } from '../shared/storage/index.js';

const perTransaction = 100;
const inParallel = 8;

export interface DueReceipts {
  /** A multiple of a hundred. */
  readonly count: number;
  /** Product ms. */
  readonly dueMs: number;
  /** Without it there are entries only, which point at nothing (any more). */
  readonly withRows: boolean;
  /** Tells one planting from another. */
  readonly name: string;
}

/** Spread evenly over the buckets of the index, and a hundred receipts a resource. */
export async function plantReceipts(storage: Storage, planted: DueReceipts): Promise<void> {
  const { count, dueMs, withRows, name } = planted;
  const hundreds = Array.from({ length: count / perTransaction }, (_, hundred) => hundred).values();
  const plant = async (): Promise<void> => {
    for (const hundred of hundreds) {
      const resourceId = `${name}-${hundred}`;
      const bucket = String(hundred % dueBuckets).padStart(2, '0');
      const ids = Array.from({ length: perTransaction }, (_, index) => `${encodeTime(dueMs)}-${index}`);
      const entries = ids.map((id): TableAction => {
        const rowKey = `${encodeTime(dueMs)}~${dropReceiptKind}~${resourceId}~${id}~planted`;
        return { kind: 'insert', row: { partitionKey: bucket, rowKey, since: dueMs } };
      });
      const rows = ids.map((id): TableAction => {
        return { kind: 'insert', row: { partitionKey: resourceId, rowKey: id, keptUntil: dueMs, content: '{}' } };
      });
      if (withRows) {
        await storage.table(receipts).transaction(resourceId, rows);
      }
      await storage.table(dueIndexStore).transaction(bucket, entries);
    }
  };
  await Promise.all(Array.from({ length: inParallel }, plant));
}

/** What one sweep of so many planted entries costs in the due index: docs/storage.md, "What a sweep costs". */
export function sweepTransactions(count: number): number {
  let transactions = dueBuckets;
  for (let bucket = 0; bucket < dueBuckets; bucket++) {
    const hundreds = Math.ceil((count / perTransaction - bucket) / dueBuckets);
    if (hundreds > 0) {
      transactions += 3 * (hundreds + 1) + hundreds + 1;
    }
  }
  return transactions;
}
