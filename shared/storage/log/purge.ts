// Removes a closed partition: rows beside the log, then the log from its oldest entry on, then the state. Keys of entries
// are computed, not listed, so a hundred rows cost one transaction.
import { StorageNotFound } from '../storage-error.js';
import { maxTransactionActions } from '../table-transaction.js';
import type { Table } from '../table.js';
import { afterLog, rowKeyOf, stateKey } from './keys.js';

/** Behind every key that a row of a partition may have. */
const end = '~';

/** The first text behind all that begin with `prefix`. */
export function behind(prefix: string): string {
  const last = prefix.length - 1;
  return prefix.slice(0, last) + String.fromCharCode(prefix.charCodeAt(last) + 1);
}

export async function purgePartition(table: Table, partition: string, lastSequence: number): Promise<void> {
  for (let rows = await keysIn(table, partition, afterLog, end); rows.length > 0; ) {
    await removeAll(table, partition, rows);
    rows = rows.length < maxTransactionActions ? [] : await keysIn(table, partition, afterLog, end);
  }
  for (let first = 1; first <= lastSequence; first += maxTransactionActions) {
    const last = Math.min(first + maxTransactionActions - 1, lastSequence);
    const keys = Array.from({ length: last - first + 1 }, (_, index) => rowKeyOf(first + index));
    try {
      await removeAll(table, partition, keys);
    } catch (error) {
      if (!(error instanceof StorageNotFound)) throw error;
      // An earlier run came this far; what it left is listed.
      const left = await keysIn(table, partition, rowKeyOf(last), rowKeyOf(first - 1));
      if (left.length > 0) await removeAll(table, partition, left);
    }
  }
  await table.remove(partition, stateKey);
}

async function keysIn(table: Table, partition: string, from: string, to: string): Promise<string[]> {
  const { rows } = await table.query({ partition, from, to, top: maxTransactionActions, select: [] });
  return rows.map(({ rowKey }) => rowKey);
}

async function removeAll(table: Table, partition: string, rowKeys: readonly string[]): Promise<void> {
  await table.transaction(
    partition,
    rowKeys.map((rowKey) => ({ kind: 'remove', rowKey })),
  );
}
