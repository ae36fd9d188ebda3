// What explaining costs in storage, and a recorded file from its beginning to its end.
import { randomUUID } from 'node:crypto';
import { accepted } from '../app/chat-calls.js';
import type { TestProcess } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

export async function measureExplanation(table: CostTable, process: TestProcess, threadId: string): Promise<void> {
  await table.measure(
    process,
    { operation: 'explain how long something is kept', condition: 'a thread', exactly: { get: 1 }, formula: '1' },
    async () => accepted(await process.call('retention-explain', { body: { kind: 'thread', id: threadId } })),
  );
}

/** @param process one that nothing else uses: its clock is moved */
export async function measureRecordedFile(table: CostTable, process: TestProcess): Promise<void> {
  const { recordings, clock } = process.app;
  // Past all that others have made due.
  clock.setOffset(60 * 60_000);
  const file = { id: randomUUID(), contentType: 'audio/wav', participants: [], completedOn: clock.now() };
  await process.app.sweep();
  await table.measure(
    process,
    {
      operation: 'keep a recorded file',
      condition: 'from memory',
      exactly: { update: 1, 'blob-write': 2 },
      formula:
        '3; a stream 1 more, and one a 4 MiB; with participants a query of who was erased, at most every two seconds',
    },
    () => recordings.store(randomUUID(), file, Buffer.from('sound')),
  );
  clock.setOffset(25 * 60 * 60_000 + 1);
  process.app.dropCaches();
  await table.measure(
    process,
    {
      operation: 'sweep',
      condition: 'a recorded file',
      exactly: {
        query: 16 + 1,
        get: 1,
        insert: 1,
        'blob-list': 1,
        'blob-read': 1,
        'blob-write': 1,
        'blob-delete': 2,
        transaction: 1,
        delete: 1,
      },
      formula: 'in all 17, and 4 a bucket in which something is due; a file 4; 1 a hundred entries that are done',
    },
    () => process.app.sweep(),
  );
}
