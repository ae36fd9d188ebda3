// The rows of the resources of a geography: all of them, and those that an owner has beside one.
import type { Columns, Stored, Table } from '../storage/index.js';
import { isSame, seed } from './arm-id.js';
import { partitionOf, recordPartitions } from './record.js';

/** The resource and the email resources of the same subscription. */
export async function rowsNear(table: Table, resourceId: string): Promise<Stored<Columns>[]> {
  const rows = await rowsOf(table);
  const own = rows.find((row) => row['immutableId'] === resourceId);
  if (own === undefined) {
    return [];
  }
  const subscriptionId = String(own['subscriptionId'] ?? seed.subscriptionId);
  const mails = rows.filter(
    (row) => row.partitionKey === partitionOf('emailServices') && isSame(String(row['subscriptionId']), subscriptionId),
  );
  return [own, ...mails];
}

/** There are few of them. */
export async function rowsOf(table: Table): Promise<Stored<Columns>[]> {
  const rows: Stored<Columns>[] = [];
  for (const partition of recordPartitions) {
    for await (const row of table.rows<Columns>({ partition })) {
      rows.push(row);
    }
  }
  return rows;
}
