// What one process remembers of a thread is shown to nobody for whom it was not proved: neither to who has left, nor to who came
// after it was remembered, nor after a removal that another process has made meanwhile.
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { accepted, createThread, invitation, listAll, send, type WireMessage } from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';

let geography: TestGeography;
let remembering: TestProcess;
let other: TestProcess;
let anna: TestUser;
let bert: TestUser;
beforeAll(async () => {
  geography = await startGeography();
  other = await geography.start();
  remembering = await geography.start();
});
beforeEach(async () => {
  [anna, bert] = [await other.newUser(), await other.newUser()];
});
afterAll(() => geography?.stop());

const edits = 4;

/** A thread with a message, "SECRET", and more behind it, of which one has overtaken places in front of it. */
async function plant(others: readonly TestUser[]) {
  const chatThreadId = await createThread(other, anna, others);
  const secret = await send(other, anna, chatThreadId, 'SECRET');
  for (let n = 0; n < 5; n++) {
    await send(other, anna, chatThreadId, `m${n}`);
  }
  const chatMessageId = await send(other, anna, chatThreadId, 'edited');
  for (let n = 0; n < edits; n++) {
    const edit = { user: anna, params: { chatThreadId, chatMessageId }, body: { content: `edited ${n}` } };
    accepted(await other.call('chat-update-message', edit));
  }
  return { chatThreadId, secret };
}

/** Read so often that it is answered from memory. */
async function warm(chatThreadId: string): Promise<void> {
  for (let n = 0; n < 3; n++) {
    const list = { user: anna, params: { chatThreadId }, query: { maxPageSize: 200 } };
    accepted(await remembering.call('chat-list-messages', list));
  }
}

const deletes = async (chatThreadId: string, chatMessageId: string) =>
  accepted(await other.call('chat-delete-message', { user: anna, params: { chatThreadId, chatMessageId } }));
const removes = async (chatThreadId: string, { id }: TestUser) =>
  accepted(await other.call('chat-remove-participant', { user: anna, params: { chatThreadId }, body: { rawId: id } }));
const textsOf = (messages: readonly WireMessage[]) => messages.flatMap(({ content }) => content?.message ?? []);

it('Who has left is not shown what was deleted, however their pages lie', async () => {
  const { chatThreadId, secret } = await plant([bert]);
  await removes(chatThreadId, bert);
  await warm(chatThreadId);
  await deletes(chatThreadId, secret);
  for (const maxPageSize of [1, 3, 7, 8, 20]) {
    const query = { maxPageSize };
    const seen = await listAll<WireMessage>(remembering, 'chat-list-messages', bert, { chatThreadId }, query);
    expect(textsOf(seen), `pages of ${maxPageSize}`).not.toContain('SECRET');
    expect(textsOf(seen)).toContain('m0');
  }
});

it('Who came later, and lists its further pages at another process, is not shown what was deleted there', async () => {
  const { chatThreadId, secret } = await plant([]);
  for (let n = 5; n < 10; n++) {
    await send(other, anna, chatThreadId, `m${n}`);
  }
  await warm(chatThreadId);
  const body = { participants: [invitation(bert, { shareHistoryTime: '1970-01-01T00:00:00Z' })] };
  accepted(await other.call('chat-add-participants', { user: anna, params: { chatThreadId }, body }));
  await deletes(chatThreadId, secret);
  for (const maxPageSize of [1, 3, 5, 7, 8]) {
    const query = { maxPageSize };
    let pageNumber = 0;
    const call: TestProcess['call'] = (...asked) => (pageNumber++ === 0 ? other : remembering).call(...asked);
    const seen = await listAll<WireMessage>({ call }, 'chat-list-messages', bert, { chatThreadId }, query);
    expect(textsOf(seen), `pages of ${maxPageSize}`).not.toContain('SECRET');
    expect(textsOf(seen)).toContain('m0');
  }
});
