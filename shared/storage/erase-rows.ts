// Removes rows in bounded steps, for erasures of everything: a page, a hundred rows a transaction; rows that somebody else
// has removed meanwhile are fine.
import type { EraseStep } from '../data-map/index.js';
import type { PageQuery, Table } from './table.js';

const rowsPerStep = 1_000;

/** Removes at most a thousand rows of a partition; the cursor says that there are more. */
export async function eraseRows(table: Table, range: Pick<PageQuery, 'partition' | 'from' | 'to'>): Promise<EraseStep> {
  const { rows, continuation } = await table.query({ ...range, top: rowsPerStep, select: [] });
  await table.removeAll(
    range.partition,
    rows.map(({ rowKey }) => rowKey),
  );
  return continuation === undefined ? { erased: rows.length } : { erased: rows.length, cursor: 'more' };
}

/**
 * The same in every shard of a store, one after the other.
 *
 * @param cursor number of the shard
 */
export async function eraseInShards(
  shards: number,
  cursor: string | undefined,
  eraseIn: (shard: number) => Promise<EraseStep>,
): Promise<EraseStep> {
  const shard = Number(cursor ?? 0);
  const { erased, cursor: more } = await eraseIn(shard);
  const next = more === undefined ? shard + 1 : shard;
  return next < shards ? { erased, cursor: String(next) } : { erased };
}
