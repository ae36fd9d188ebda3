// A stretch of a log, oldest first: for whoever follows it from number to number.
import type { Table } from '../table.js';
import { rowKeyOf, sequenceOf } from './keys.js';
import type { Columns, LogEntry } from './model.js';

/** As many as storage gives at once. */
const pageEntries = 1_000;

/**
 * The entries from `first` to `last`, both included, that are there; a query a thousand.
 *
 * @param select columns to read beside number and time; all unless given
 */
export async function* entriesBetween(
  table: Table,
  partition: string,
  first: number,
  last: number,
  select?: readonly string[],
): AsyncGenerator<LogEntry> {
  for (let from = first; from <= last; from += pageEntries) {
    const to = Math.min(last, from + pageEntries - 1);
    const keys = {
      partition,
      from: rowKeyOf(to),
      to: rowKeyOf(from - 1),
      ...(select && { select: ['at', ...select] }),
    };
    const page: LogEntry[] = [];
    // Keys are in the opposite order.
    for await (const row of table.rows<Columns>(keys)) {
      page.push({ sequence: sequenceOf(row.rowKey), at: Number(row['at']), etag: row.etag, columns: row });
    }
    yield* page.toReversed();
  }
}
