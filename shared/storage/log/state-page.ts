// The states of all partitions of a log's table, page by page. For maintenance: it reads the whole table.
import type { Table } from '../table.js';
import { stateKey } from './keys.js';
import type { Columns } from './model.js';
import { decodeState } from './snapshot.js';

const pageStates = 200;

export async function statePage<State>(
  table: Table,
  continuation: string | undefined,
): Promise<{ states: readonly { partition: string; state: State }[]; continuation?: string }> {
  const page = await table.scan<Columns>({
    rowKey: stateKey,
    top: pageStates,
    ...(continuation !== undefined && { continuation }),
  });
  return {
    states: page.rows.map((row) => ({ partition: row.partitionKey, state: decodeState<State>(row) })),
    ...(page.continuation !== undefined && { continuation: page.continuation }),
  };
}
