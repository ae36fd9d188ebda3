// To somebody who takes no part, a thread that is there and one that never was are one and the same: the answer, and what
// it cost to find it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createThread, invitation, send } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestUser } from '../app/composed-app.js';
import { byKind } from '../costs/cost-table.js';

let geography: TestGeography;
let [anna, bert, former]: TestUser[] = [];
let thread: string;
let messageId: string;

beforeAll(async () => {
  geography = await startGeography();
  const app = await geography.start();
  [anna, bert, former] = await Promise.all([app.newUser(), app.newUser(), app.newUser()]);
  // Somebody was removed: then former members are looked up, too.
  thread = await createThread(app, anna as TestUser, [former as TestUser]);
  messageId = await send(app, anna as TestUser, thread, 'Hello');
  const params = { chatThreadId: thread };
  const body = { rawId: former?.id };
  const removed = await app.call('chat-remove-participant', { user: anna as TestUser, params, body });
  expect(removed.status).toBe(204);
});
afterAll(() => geography?.stop());

/** Of our form, and of no thread: another key, the same time. */
const unknown = () => `19:${'A'.repeat(36)}${thread.slice(39)}`;

interface Case {
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const imageId = '421f0b00-a5f0-4000-8000-000000000007';

const cases: Readonly<Record<string, () => Case>> = {
  'chat-upload-image': () => ({
    body: Buffer.from('x'),
    headers: { 'content-type': 'image/png', 'image-file-name': 'a' },
  }),
  'chat-view-image': () => ({ params: { imageId, imageViewType: 'original' } }),
  'chat-delete-image': () => ({ params: { imageId } }),
  'chat-get-thread': () => ({}),
  'chat-update-thread': () => ({ body: { topic: 'x' } }),
  'chat-delete-thread': () => ({}),
  'chat-list-participants': () => ({}),
  'chat-add-participants': () => ({ body: { participants: [invitation(bert as TestUser)] } }),
  'chat-remove-participant': () => ({ body: { rawId: bert?.id } }),
  'chat-send-message': () => ({ body: { content: 'x' } }),
  'chat-get-message': () => ({ params: { chatMessageId: messageId } }),
  'chat-list-messages': () => ({}),
  'chat-update-message': () => ({ params: { chatMessageId: messageId }, body: { content: 'x' } }),
  'chat-delete-message': () => ({ params: { chatMessageId: messageId } }),
  'chat-send-typing-notice': () => ({ body: {} }),
  'chat-send-read-receipt': () => ({ body: { chatMessageId: messageId } }),
  'chat-list-read-receipts': () => ({}),
};

const given = (operation: string): Case => cases[operation]?.() ?? {};

/** @param isKnown whether the process knows the thread that is there, since its members use it */
async function ask(operation: string, chatThreadId: string, isKnown: boolean, times = 3) {
  const app = await geography.start();
  await app.call('chat-list-threads', { user: bert as TestUser });
  if (isKnown) {
    await send(app, anna as TestUser, thread, 'warms up');
    for (let reads = 0; reads < 3; reads += 1) {
      await app.call('chat-list-messages', { user: anna as TestUser, params: { chatThreadId: thread } });
    }
  }
  const { params, ...more } = given(operation);
  const answers: unknown[] = [];
  for (let count = 0; count < times; count += 1) {
    const before = app.app.counter.snapshot();
    const { status, body } = await app.call(operation, {
      user: bert as TestUser,
      params: { ...params, chatThreadId },
      ...more,
    });
    answers.push({ status, body, calls: byKind(app.app.counter.since(before)) });
  }
  await app.close();
  return answers;
}

describe('Somebody who takes no part', () => {
  it('is asked about every operation on a thread', async () => {
    const app = await geography.start();
    const onThreads = app.app.operations.filter(
      ({ path, auth }) => path.startsWith('chat/threads/{chatThreadId}') && auth.kind === 'userToken',
    );
    expect(Object.keys(cases).sort()).toEqual(
      onThreads
        .map(({ name }) => name)

        .sort(),
    );
  });

  it.each(Object.keys(cases))('gets nothing out of %s: same answer and same work for any thread', async (operation) => {
    for (const isKnown of [false, true]) {
      const foreign = await ask(operation, thread, isKnown);
      expect(foreign).toEqual(await ask(operation, unknown(), isKnown));
      expect(foreign[0]).toMatchObject({ status: 403 });
    }
  });

  it('is refused also when everybody named is nobody', async () => {
    const app = await geography.start();
    const nobody = { communicationIdentifier: { rawId: '8:acs:nobody' } };
    const body = { participants: [nobody] };
    for (const chatThreadId of [thread, unknown()]) {
      const answer = await app.call('chat-add-participants', {
        user: bert as TestUser,
        params: { chatThreadId },
        body,
      });
      expect(answer.status).toBe(403);
    }
    const params = { chatThreadId: thread };
    const byMember = await app.call('chat-add-participants', { user: anna as TestUser, params, body });
    expect(byMember).toMatchObject({ status: 201, body: { invalidParticipants: [{ target: '8:acs:nobody' }] } });
  });
});
