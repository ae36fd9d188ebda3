// What it costs to list messages that were changed, and threads that are remembered.
import { accepted, createThread, send } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

async function ok(answer: ReturnType<TestProcess['call']>): Promise<void> {
  accepted(await answer);
}

/** @param other another process, which changes what the first one remembers */
export async function measureListing(
  table: CostTable,
  app: TestProcess,
  other: TestProcess,
  user: TestUser,
): Promise<void> {
  const thread = await createThread(app, user);
  const params = { chatThreadId: thread };
  const ids: string[] = [];
  for (let n = 0; n < 8; n++) {
    ids.push(await send(app, user, thread, `${n}`));
  }
  const edit = (process: TestProcess, chatMessageId = '') =>
    ok(
      process.call('chat-update-message', { user, params: { ...params, chatMessageId }, body: { content: 'Edited' } }),
    );
  const list = () => ok(app.call('chat-list-messages', { user, params, query: { maxPageSize: 4 } }));
  const get = (chatMessageId = '') => ok(app.call('chat-get-message', { user, params: { ...params, chatMessageId } }));
  await edit(app, ids[7]);
  await edit(app, ids[0]);
  const operation = 'list messages';
  const moved = 'first page, with a message that has moved to it';
  await table.measure(
    app,
    {
      operation,
      condition: moved,
      exactly: { query: 2, get: 1 },
      formula: '1; 1 more for each whose row lies behind the page, 1 more when the page was not full',
    },
    list,
  );
  await list();
  const one = { exactly: { query: 1 }, formula: '1/k, k who wait for one proof' };
  await table.measure(app, { operation, condition: 'first page, remembered', ...one }, list);
  await table.measure(app, { operation: 'get a message', condition: 'remembered', ...one }, () => get(ids[6]));
  await send(app, user, thread, 'of this process');
  await table.measure(app, { operation, condition: 'the same after a send of this process', ...one }, list);
  await send(other, user, thread, 'of another');
  const formula = '1/k, 1 for what is new, 1 for each older entry that was changed';
  await table.measure(
    app,
    { operation, condition: 'the same after a send of another', exactly: { query: 2 }, formula },
    list,
  );
  await edit(other, ids[6]);
  await table.measure(
    app,
    { operation, condition: 'the same after an edit by another', exactly: { query: 2, get: 1 }, formula },
    list,
  );
}
