// Whose the rows of chat are: each says it in a column `resource`. Rows of states and of the index of users that were
// written before there was that column are told as they were then, here and nowhere else.
import { type Belonging, byResourceColumn, type EraseStep } from '../data-map/index.js';
import { type Columns, logKeys, type ShardedTable } from '../storage/index.js';
import { userIndexPartition } from './user-index.js';

const rowsPerStep = 1_000;

/** A state row without the column: its JSON begins with the resource. */
const stateWithoutColumn: Belonging = {
  columns: ['state'],
  resourceOf: ({ columns }) => /^\{"resourceId":"([\da-f-]{36})"/.exec(String(columns['state'] ?? ''))?.[1],
};

/** Of rows of threads: the state says it, and what follows is of the same. */
export const threadBelonging = byResourceColumn(stateWithoutColumn);

/** Of what lies under the key of a thread: the state of the thread says it, unless nothing is left of that. */
export async function resourceOfThread(threadKey: string, threads: ShardedTable): Promise<string | undefined> {
  const select = threadBelonging.columns ?? [];
  const row = await threads.of(threadKey).get<Columns>(threadKey, logKeys.stateKey, { select });
  return row && threadBelonging.resourceOf({ partition: threadKey, key: row.rowKey, columns: row });
}

/** An index row without the column: only identities that were issued here had one, and their ids name the resource. */
const indexRowWithoutColumn: Belonging = { resourceOf: ({ key }) => /^8:acs:([\da-f-]{36})_/.exec(key)?.[1] };

export const userIndexBelonging = byResourceColumn(indexRowWithoutColumn);

/**
 * Removes the index rows of a resource, a page at a time: all are looked at, because people of any kind can be in them.
 *
 * @param cursor `{shard}` or `{shard} {continuation}`
 */
export async function eraseIndexOf(
  tables: ShardedTable,
  resourceId: string,
  cursor: string | undefined,
): Promise<EraseStep> {
  const [, number = '0', after] = /^(\d+)(?: (.*))?$/s.exec(cursor ?? '') ?? [];
  const shard = Number(number);
  const table = tables.at(shard);
  const { rows, continuation } = await table.query<Columns>({
    partition: userIndexPartition,
    top: rowsPerStep,
    select: userIndexBelonging.columns ?? [],
    ...(after !== undefined && { continuation: after }),
  });
  const own = rows.filter(
    (row) =>
      userIndexBelonging.resourceOf({ partition: row.partitionKey, key: row.rowKey, columns: row }) === resourceId,
  );
  await table.removeAll(
    userIndexPartition,
    own.map(({ rowKey }) => rowKey),
  );
  if (continuation !== undefined) {
    return { erased: own.length, cursor: `${shard} ${continuation}` };
  }
  return shard + 1 < tables.shards ? { erased: own.length, cursor: String(shard + 1) } : { erased: own.length };
}
