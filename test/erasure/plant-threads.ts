// Threads of others with many messages of one person, written where sending would have put them.
import type { ComposedApp } from '../../functions/compose.js';
import { chatThreads } from '../../shared/chat/index.js';
import { logKeys, maxTransactionActions, shardOf, type TableAction } from '../../shared/storage/index.js';
import { callApp, type TestUser } from '../app/call-app.js';
import { invitation } from '../app/chat-calls.js';

const inParallel = 8;
/** What making a thread writes: who takes part, and the topic. */
const firstEntries = 2;

export interface Plantation {
  readonly threads: number;
  readonly messagesPerThread: number;
  readonly charactersPerMessage?: number;
}

export async function plantThreads(
  app: ComposedApp,
  owner: TestUser,
  author: TestUser,
  { threads, messagesPerThread, charactersPerMessage = 100 }: Plantation,
): Promise<void> {
  const content = 'x'.repeat(charactersPerMessage);
  const waiting = Array.from({ length: threads }, (_, thread) => thread).values();
  const plantSome = async () => {
    for (const _thread of waiting) {
      const body = { topic: 'Tea', participants: [invitation(author)] };
      const made = await callApp(app, 'chat-create-thread', { user: owner, body });
      await plantMessages(app, String(made.body.chatThread.id).slice(3, 39), author, messagesPerThread, content);
    }
  };
  await Promise.all(Array.from({ length: inParallel }, plantSome));
}

async function plantMessages(app: ComposedApp, key: string, author: TestUser, messages: number, content: string) {
  const table = app.storage.table(chatThreads, shardOf(chatThreads, key));
  const at = app.clock.now();
  const columns = { kind: 'text', content, sender: author.id, senderDisplayName: 'Anna', at };
  for (let first = 0; first < messages; first += maxTransactionActions) {
    const length = Math.min(maxTransactionActions, messages - first);
    const actions = Array.from({ length }, (_, index): TableAction => {
      const rowKey = logKeys.rowKeyOf(firstEntries + 1 + first + index);
      return { kind: 'insert', row: { partitionKey: key, rowKey, ...columns } };
    });
    await table.transaction(key, actions);
  }
}
