// Whom live chat tells, and of whom: nobody who is deleted, and in a large thread nothing of who types or reads.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestProcess, TestUser } from '../app/composed-app.js';
import { createThread, send } from '../app/chat-calls.js';
import { type LiveGeography, startLiveGeography } from './live-geography.js';

let live: LiveGeography;
let app: TestProcess;
let people: TestUser[];
let anna: TestUser;
let bert: TestUser;
let cleo: TestUser;

beforeAll(async () => {
  live = await startLiveGeography();
  app = await live.geography.start();
  people = await Promise.all(Array.from({ length: 22 }, () => app.newUser()));
  [anna, bert, cleo] = people as [TestUser, TestUser, TestUser];
});
afterAll(() => live?.stop());

/** All that was handed over for a user, as text. */
const toldTo = (user: string) =>
  live.service.calls
    .filter(({ path }) => path === `users/${user}/:send`)
    .map(({ text }) => text)
    .join('\n');

const typesIn = async (user: TestUser, chatThreadId: string) => {
  const answer = await app.call('chat-send-typing-notice', { user, params: { chatThreadId }, body: {} });
  expect(answer.status).toBe(200);
};

it('In a thread of twenty somebody is told who types, in one of twenty-one nobody', async () => {
  const { user } = await live.connect(app, anna);
  const small = await createThread(app, anna, people.slice(1, 20));
  const large = await createThread(app, anna, people.slice(1, 21));
  await typesIn(bert, large);
  await typesIn(bert, small);
  await send(app, bert, large, 'said among many');
  await expect.poll(() => toldTo(user)).toContain('said among many');
  const typing = () => toldTo(user).match(/eventId\\":245.*/g) ?? [];
  await expect.poll(typing).toHaveLength(1);
  expect(typing()[0]).toContain(small);
});

it('Whoever is deleted is told nothing more, and nothing of them is told', async () => {
  const gone = await app.newUser();
  const { user } = await live.connect(app, anna);
  const theirs = (await live.connect(app, gone)).user;
  const thread = await createThread(app, cleo, [anna, gone]);
  await send(app, gone, thread, 'a word of theirs');
  await expect.poll(() => toldTo(theirs)).toContain('a word of theirs');
  expect((await app.call('identity-delete', { params: { id: gone.id } })).status).toBe(204);
  const [before, theirsBefore] = [toldTo(user).length, toldTo(theirs).length];
  await send(app, cleo, thread, 'said afterwards');
  await expect.poll(() => toldTo(user)).toContain('said afterwards');
  expect(toldTo(user).slice(before)).not.toContain(gone.id.slice(-36));
  expect(toldTo(theirs).slice(theirsBefore)).not.toContain('said afterwards');
});
