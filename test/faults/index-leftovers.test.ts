import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { chatUserIndex } from '../../shared/chat/index.js';
import { shardOf } from '../../shared/storage/index.js';
import { accepted, createThread, invitation } from '../app/chat-calls.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { indexRowsOf } from '../chat/index-rows.js';

let geography: TestGeography;
beforeEach(async () => {
  geography = await startGeography();
});
afterEach(() => geography?.stop());

describe('A row of the index of users that leads nowhere', () => {
  it('goes when an invitation is refused, and nothing else goes', async () => {
    const process = await geography.start();
    const people = await Promise.all(Array.from({ length: 251 }, () => process.newUser()));
    const [anna, bert, ...others] = people as [(typeof people)[0], (typeof people)[0], ...typeof people];
    const chatThreadId = await createThread(process, anna, others.slice(0, 200));
    const add = (users: typeof people) =>
      process.call('chat-add-participants', {
        user: anna,
        params: { chatThreadId },
        body: { participants: users.map((user) => invitation(user)) },
      });
    accepted(await add(others.slice(200)));
    expect((await add([bert])).status).toBe(400);
    accepted(
      await process.call('chat-remove-participant', {
        user: anna,
        params: { chatThreadId },
        body: { rawId: others[0]?.id },
      }),
    );
    expect(await indexRowsOf(process, bert.id)).toHaveLength(1);
    process.app.clock.setOffset(10 * 60_000);
    process.app.dropCaches();
    await process.app.sweep();
    expect(await indexRowsOf(process, bert.id)).toEqual([]);
    for (const user of [anna, ...others]) {
      expect(await indexRowsOf(process, user.id)).toHaveLength(1);
    }
    const table = process.app.storage.table(chatUserIndex, shardOf(chatUserIndex, bert.id));
    expect((await table.scan({ select: [] })).rows.filter(({ rowKey }) => rowKey.startsWith('!'))).toEqual([]);
  }, 60_000);
});
