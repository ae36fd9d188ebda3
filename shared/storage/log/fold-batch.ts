// Takes into memory what this process has written itself, so that it is not read.
import type { Row } from '../table-row.js';
import type { Batch } from './batch.js';
import { sequenceOf } from './keys.js';
import type { Columns, LogEntry } from './model.js';
import type { RecentEntry } from './recent-entries.js';
import type { Remembered } from './remembered.js';

/**
 * Leaves what is remembered as it is when the batch does not follow it: then the next proof finds out.
 *
 * @param previous what the batch was appended to
 * @param etags of the entries, and of those that were changed
 */
export function foldBatch<State>(
  remembered: Remembered<State>,
  { rows, changed, state, isStateChanged, firstSequence }: Batch<State>,
  previous: RecentEntry | undefined,
  etags: readonly (string | undefined)[],
): void {
  const { newest } = remembered;
  const isNext = newest.sequence === firstSequence - 1 && newest.columns['nonce'] === previous?.nonce;
  const isWhole = changed.every(({ mode, row }) => mode === 'replace' || remembered.at(sequenceOf(row.rowKey)));
  if (!isNext || previous?.nonce === undefined || !isWhole) {
    return;
  }
  if (isStateChanged) {
    remembered.setState(state);
  }
  remembered.addNewer(rows.map((row, index) => toEntry(row, etags[index])));
  for (const [index, { row, mode }] of changed.entries()) {
    const before = mode === 'merge' ? remembered.at(sequenceOf(row.rowKey))?.columns : {};
    remembered.setChanged(toEntry({ ...before, ...row }, etags[rows.length + index]));
  }
}

/** As it would be read. */
function toEntry(row: Row, etag = ''): LogEntry {
  const columns = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as Columns;
  return { sequence: sequenceOf(row.rowKey), at: Number(row['at']), etag, columns };
}
