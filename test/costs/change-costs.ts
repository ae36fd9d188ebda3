// What it costs to change messages, and what else is decided on what is remembered of a thread.
import { setTimeout as wait } from 'node:timers/promises';
import { accepted, createThread, send } from '../app/chat-calls.js';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import type { CostTable } from './cost-table.js';

async function ok(answer: ReturnType<TestProcess['call']>): Promise<void> {
  accepted(await answer);
}

export async function measureChanges(
  table: CostTable,
  app: TestProcess,
  anna: TestUser,
  bert: TestUser,
): Promise<void> {
  const thread = await createThread(app, anna, [bert]);
  const old = await send(app, anna, thread, 'The 201st, and more than a minute old');
  app.app.clock.setOffset(app.app.clock.offsetMs + 61_000);
  for (let n = 0; n < 4; n++) {
    await Promise.all(Array.from({ length: 50 }, () => send(app, anna, thread, 'Hello')));
  }
  const recent = await Promise.all(Array.from({ length: 4 }, () => send(app, anna, thread, 'Recent')));
  const params = (chatMessageId: string) => ({ chatThreadId: thread, chatMessageId });
  const edit = (id: string | undefined, body: object = { content: 'Edited' }) =>
    ok(app.call('chat-update-message', { user: anna, params: params(id ?? ''), body }));
  const remove = (id: string | undefined) =>
    ok(app.call('chat-delete-message', { user: anna, params: params(id ?? '') }));
  const typing = () => ok(app.call('chat-send-typing-notice', { user: anna, params: { chatThreadId: thread } }));
  const receipt = (chatMessageId: string | undefined) => () =>
    ok(
      app.call('chat-send-read-receipt', {
        user: bert,
        params: { chatThreadId: thread },
        body: { chatMessageId },
      }),
    );
  const one = { transaction: 1 };
  const two = { get: 1, transaction: 1 };
  const formulas: Readonly<Record<string, string>> = {
    'edit a message': '1/k; 1 more for an older one or a long one, 2 more for a lost race',
    'delete a message': '1/k; 1 more for an older one or a long one, 2 more for a lost race',
    'send a typing notice': '0; 1 more when not fresh',
    'send a read receipt': '2; 1 more when not fresh; 1 more for an older one; 1 less when it says nothing new',
  };
  const measure = (operation: string, condition: string, exactly: Record<string, number>, run: () => Promise<void>) =>
    table.measure(app, { operation, condition, exactly, formula: formulas[operation] ?? '' }, run);
  await send(app, anna, thread, 'makes the state fresh');
  await measure('edit a message', 'warm, among the newest 200', one, () => edit(recent[0]));
  await measure('edit a message', 'warm, an older one', two, () => edit(old));
  await measure('edit a message', 'warm, its metadata', one, () => edit(recent[0], { metadata: { a: 'b' } }));
  await measure('delete a message', 'warm, among the newest 200', one, () => remove(recent[1]));
  await measure('send a typing notice', 'fresh', {}, typing);
  await measure('send a read receipt', 'fresh', { get: 1, insert: 1 }, receipt(recent[0]));
  await measure('send a read receipt', 'fresh, an older one', { get: 2 }, receipt(old));
  await wait(2_100);
  await measure('send a typing notice', 'not fresh', { get: 1 }, typing);
  await measure('send a read receipt', 'not fresh', { get: 2, update: 1 }, receipt(recent[3]));
  await measure('delete a message', 'warm, an older one', two, () => remove(old));
  const list = { user: anna, params: { chatThreadId: thread } };
  await table.measure(
    app,
    {
      operation: 'list read receipts',
      condition: 'always',
      exactly: { get: 1, query: 1 },
      formula: '2 in parallel',
    },
    () => ok(app.call('chat-list-read-receipts', list)),
  );
}

/** @param cold another process, which knows no thread */
export async function measureChangesAmong(
  table: CostTable,
  app: TestProcess,
  cold: TestProcess,
  anna: TestUser,
): Promise<void> {
  const thread = await createThread(app, anna);
  const [first = '', second = ''] = [await send(app, anna, thread, 'Hello'), await send(app, anna, thread, 'Hello')];
  const edit = (process: TestProcess, chatMessageId: string) => () =>
    ok(
      process.call('chat-update-message', {
        user: anna,
        params: { chatThreadId: thread, chatMessageId },
        body: { content: 'Edited' },
      }),
    );
  const operation = 'edit a message';
  await table.measure(
    cold,
    { operation, condition: 'cold', exactly: { query: 1, transaction: 1 }, formula: '1 more' },
    edit(cold, first),
  );
  const formula = '2 more; 3 when it was for the same message';
  const lost = { transaction: 2, query: 1 };
  await table.measure(
    app,
    { operation, condition: 'warm, after a lost race', exactly: lost, formula },
    edit(app, second),
  );
  await edit(cold, second)();
  await table.measure(
    app,
    { operation, condition: 'warm, after a lost race for it', exactly: { ...lost, get: 1 }, formula },
    edit(app, second),
  );
}
