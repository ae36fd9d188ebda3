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

export async function purgePartition(
  table: Table,
  partition: string,
  { sequence: lastSequence, stateEtag }: { readonly sequence: number; readonly stateEtag: string },
): Promise<void> {
  await removeListed(table, partition, afterLog, end);
  for (let first = 1; first <= lastSequence; first += maxTransactionActions) {
    const last = Math.min(first + maxTransactionActions - 1, lastSequence);
    const keys = Array.from({ length: last - first + 1 }, (_, index) => rowKeyOf(first + index));
    try {
      await removeAll(table, partition, keys);
    } catch (error) {
      if (!(error instanceof StorageNotFound)) {
        throw error;
      }
      // An earlier run came this far; what it left is listed.
      await removeListed(table, partition, rowKeyOf(last), rowKeyOf(first - 1));
    }
  }
  try {
    // An entry that was appended meanwhile has changed the state.
    await table.remove(partition, stateKey, stateEtag);
  } catch (error) {
    if (!(error instanceof StorageNotFound)) {
      throw error;
    }
  }
}

/** A page may be short, even empty, and still not be the last. Another run may be at it too. */
async function removeListed(table: Table, partition: string, from: string, to: string): Promise<void> {
  for await (const rows of table.pages({ partition, from, to, top: maxTransactionActions, select: [] })) {
    await table.removeAll(
      partition,
      rows.map(({ rowKey }) => rowKey),
    );
  }
}

async function removeAll(table: Table, partition: string, rowKeys: readonly string[]): Promise<void> {
  await table.transaction(
    partition,
    rowKeys.map((rowKey) => ({ kind: 'remove', rowKey })),
  );
}
