// Rows of a log as they come from storage.
import type { Stored } from '../table.js';
import { isLogKey, sequenceOf } from './keys.js';
import type { Columns, LogEntry } from './model.js';

export function toEntry(row: Stored<Columns>): LogEntry {
  return { sequence: sequenceOf(row.rowKey), at: Number(row['at']), etag: row.etag, columns: row };
}

/** @returns `hasMore`: older entries may exist */
export function toPage(rows: readonly Stored<Columns>[], continuation: string | undefined) {
  const entries = rows.filter(({ rowKey }) => isLogKey(rowKey)).map(toEntry);
  return { entries, hasMore: continuation !== undefined && entries.at(-1)?.sequence !== 1 };
}
