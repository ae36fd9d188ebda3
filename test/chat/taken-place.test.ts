// An id that was made elsewhere can be chosen so that it leads to where another thread lies.
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PlaceTaken } from '../../shared/chat/place-thread.js';
import { createThread } from '../app/chat-calls.js';
import { startGeography, type TestGeography } from '../app/composed-app.js';
import { placeForeign } from './foreign-threads.js';

let geography: TestGeography;
beforeAll(async () => {
  geography = await startGeography();
});
afterAll(() => geography?.stop());

it('A thread is not placed where another lies, which stays as it is and opens to nobody', async () => {
  const app = await geography.start();
  const [anna, mallory] = await Promise.all([app.newUser(), app.newUser()]);
  const hers = await createThread(app, anna);
  const id = `${hers.slice(0, 39)}${randomBytes(6).toString('base64url')}@thread.v2`;
  const messageIds = ['1', '2', '3'] as const;
  await expect(placeForeign(app, { id, messageIds }, [mallory])).rejects.toBeInstanceOf(PlaceTaken);
  // The very same id too: it is one that a state has not stated.
  await expect(placeForeign(app, { id: hers, messageIds }, [mallory])).rejects.toBeInstanceOf(PlaceTaken);
  for (const chatThreadId of [id, hers]) {
    expect((await app.call('chat-get-thread', { user: mallory, params: { chatThreadId } })).status).toBe(403);
  }
  expect((await app.call('chat-get-thread', { user: anna, params: { chatThreadId: hers } })).status).toBe(200);
});

it('Placing a thread again changes nothing', async () => {
  const app = await geography.start();
  const anna = await app.newUser();
  const thread = { id: `19:${randomBytes(33).toString('base64url')}@thread.v2`, messageIds: ['1', '2', '3'] } as const;
  const key = await placeForeign(app, thread, [anna]);
  expect(await placeForeign(app, thread, [anna])).toBe(key);
  const params = { chatThreadId: thread.id };
  const { body } = await app.call<{ value: unknown[] }>('chat-list-messages', { user: anna, params });
  expect(body.value).toHaveLength(3);
});
