// What live chat costs in storage: nothing where nobody is online.
import { expect, vi } from 'vitest';
import { livePointers } from '../../shared/realtime/index.js';
import { createThread, send } from '../app/chat-calls.js';
import type { TestUser } from '../app/composed-app.js';
import { startLiveGeography } from '../realtime/live-geography.js';
import type { CostTable } from './cost-table.js';

export async function measureLive(table: CostTable): Promise<void> {
  const live = await startLiveGeography();
  try {
    const app = await live.geography.start();
    const [anna, bert, cy, dan] = [await app.newUser(), await app.newUser(), await app.newUser(), await app.newUser()];
    const thread = await createThread(app, anna, [bert]);
    await send(app, anna, thread, 'warms up');
    const operation = 'send a message, with live chat';
    const formula = '1/k; where somebody of the thread is online 1/k more, k sent at once';
    const sends = (condition: string, exactly: Record<string, number>, run: () => Promise<unknown>) =>
      table.measure(app, { operation, condition, exactly, formula }, run);
    await sends('nobody online', { insert: 1 }, () => send(app, anna, thread, 'Hello'));
    const open = 'open a connection of live chat';
    const whole = { update: 2, insert: 1 };
    const formulaOfOpen = '2; 1 more when nobody has stated within two hours that the user is online';
    const opens = (condition: string, exactly: Record<string, number>, user: TestUser) =>
      table.measure(app, { operation: open, condition, exactly, formula: formulaOfOpen }, () =>
        live.connect(app, user),
      );
    await opens('the first', whole, cy);
    await opens('another window', { update: 2 }, cy);
    await sends('somebody online, in other threads', { insert: 1 }, () => send(app, anna, thread, 'Hello'));
    const { user, say, close } = await live.connect(app, bert);
    await sends('somebody of the thread online', { insert: 1, query: 1 }, async () => {
      const told = live.service.next(`users/${user}/:send`);
      await send(app, anna, thread, 'Hello');
      await told;
    });
    const keep = { operation: 'keep a connection of live chat', condition: 'a ping', exactly: {}, formula: '0' };
    await table.measure(app, keep, () => say('5:1+::{"name":"ping"}'));
    const end = { operation: 'close a connection of live chat', condition: 'always', exactly: { delete: 1 } };
    await table.measure(
      app,
      { ...end, formula: '1; 1 more half a minute later, to see whether there is another, and 1 when there was none' },
      close,
    );
    const sessionId = 'a-window-that-polls1';
    const poll = () => app.call('live-poll', { user: dan, params: { sessionId } });
    const polls = 'poll for live chat';
    const formulaOfPoll =
      '2; where there are pointers 1 more, and of each 1, or 2 when more was appended behind it since';
    await table.measure(
      app,
      {
        operation: polls,
        condition: 'the first time',
        exactly: { get: 1, query: 1, update: 2, insert: 1 },
        formula: '5',
      },
      poll,
    );
    const pointers = app.app.storage.table(livePointers);
    const countPointers = async () => (await pointers.query({ partition: 'pointers', select: [] })).rows.length;
    const putSince = (before: number) => vi.waitFor(async () => expect(await countPointers()).toBe(before + 1));
    const theirs = await createThread(app, anna, [dan]);
    await putSince(0);
    await poll();
    for (const [condition, sent, query] of [
      ['one message', 1, 2],
      ['three messages, one after the other', 3, 6],
    ] as const) {
      const before = await countPointers();
      for (let count = 0; count < sent; count++) {
        await send(app, anna, theirs, 'Hello');
        await putSince(before + count);
      }
      await table.measure(
        app,
        { operation: polls, condition, exactly: { get: 1, query, update: 1 }, formula: formulaOfPoll },
        poll,
      );
    }
  } finally {
    await live.stop();
  }
}
