// The rows of a user in the index of threads, as they lie in storage.
import { chatUserIndex } from '../../shared/chat/index.js';
import { type Columns, shardOf, type Stored } from '../../shared/storage/index.js';
import type { TestProcess } from '../app/composed-app.js';

export async function indexRowsOf({ app }: TestProcess, rawId: string): Promise<Stored<Columns>[]> {
  const table = app.storage.table(chatUserIndex, shardOf(chatUserIndex, rawId));
  const rows: Stored<Columns>[] = [];
  for await (const row of table.rows<Columns>({ partition: 'users', from: `${rawId}!`, to: `${rawId}"` })) {
    rows.push(row);
  }
  return rows;
}
