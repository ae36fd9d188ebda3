// Content and sizes on which storage, and Azurite in particular, is delicate; from the wire and back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  accepted,
  createThread,
  invitation,
  listAll,
  send,
  type WireMessage,
  type WireParticipant,
} from '../app/chat-calls.js';
import { startGeography, type TestGeography, type TestProcess, type TestUser } from '../app/composed-app.js';

let geography: TestGeography;
let app: TestProcess;
let anna: TestUser;
beforeAll(async () => {
  geography = await startGeography();
  app = await geography.start();
  anna = await app.newUser();
});
afterAll(() => geography?.stop());

/** Sends all at once and reads each back, through another process too. */
async function expectIntact(contents: readonly string[]): Promise<void> {
  const thread = await createThread(app, anna);
  await send(app, anna, thread, 'warms up');
  const ids = await Promise.all(contents.map((content) => send(app, anna, thread, content)));
  const params = { chatThreadId: thread };
  const listed = await listAll<WireMessage>(await geography.start(), 'chat-list-messages', anna, params);
  const byId = new Map(listed.map(({ id, content }) => [id, content?.message]));
  expect(ids.map((id) => byId.get(id))).toEqual(contents);
  for (const [n, content] of [...contents.entries()].slice(0, 4)) {
    const got = await app.call('chat-get-message', { user: anna, params: { ...params, chatMessageId: ids[n] ?? '' } });
    expect(got).toMatchObject({ status: 200, body: { content: { message: content } } });
  }
}

describe('A message', () => {
  it('keeps line and paragraph separators, alone and among fifty sent at once', async () => {
    const contents = [
      'a\u2028b\u2029c',
      ...Array.from({ length: 49 }, (_, n) => (n === 33 ? '33\u2029\u2028' : `${n}`)),
    ];
    await expectIntact(['\u2028a\u2029']);
    await expectIntact(contents);
  });

  it('keeps half a surrogate pair, alone and among fifty sent at once', async () => {
    await expectIntact(['a\ud800']);
    await expectIntact(Array.from({ length: 50 }, (_, n) => (n % 2 === 0 ? `\udc00${n}\ud83d` : `${n}\u{1f375}`)));
  });

  it.each([
    ['quotes', '"', 2],
    ['backslashes', '\\', 2],
    ['control characters', '\u0001', 5],
    ['separators', '\u2028', 2],
    ['emoji', '\u{1f375}', 1],
  ])('may be 28 KB of %s, also a hundred at once', async (_, character, leastTransactions) => {
    const full = `x${character.repeat(Math.floor((28 * 1024 - 1) / Buffer.byteLength(character)))}`;
    await expectIntact([full]);
    const before = app.app.counter.snapshot();
    await expectIntact(Array.from({ length: 100 }, () => full));
    // Escaped they are up to 17 MB together, far beyond the 4 MiB of one transaction. One more makes the thread.
    expect(app.app.counter.since(before)['chatthreads/transaction']).toBeGreaterThan(leastTransactions);
    expect(app.failures).toEqual([]);
  });

  it('is refused, not failed, when it is too large as text, or as html after sanitising', async () => {
    const params = { chatThreadId: await createThread(app, anna) };
    const sendHtml = (content: string, type: string) =>
      app.call('chat-send-message', { user: anna, params, body: { content, type } });
    expect((await sendHtml('x'.repeat(28 * 1024 + 1), 'text')).status).toBe(400);
    expect((await sendHtml('<a>x</a>'.repeat(3_500), 'html')).status).toBe(400);
    expect((await sendHtml('<a>x</a>'.repeat(3_500), 'text')).status).toBe(201);
    expect((await sendHtml('<script>x</script>', 'html')).status).toBe(400);
    const chatMessageId = await send(app, anna, params.chatThreadId, '<b>x</b>', { type: 'html' });
    const edited = { user: anna, params: { ...params, chatMessageId }, body: { content: '<a>x</a>'.repeat(3_500) } };
    expect((await app.call('chat-update-message', edited)).status).toBe(400);
    expect(app.failures).toEqual([]);
  });
});

describe('A thread', () => {
  it('takes 250 participants with the longest names and refuses the next', async () => {
    const people = await Promise.all(Array.from({ length: 250 }, () => app.newUser()));
    const name = (n: number) => `${n}`.padEnd(256, '"\u2028\u00e9\\');
    const invitations = people.map((user, n) => invitation(user, { displayName: name(n) }));
    const body = { topic: '\u2028"'.repeat(128), participants: invitations.slice(0, 200) };
    const made = await app.call<{ chatThread: { id: string; topic: string } }>('chat-create-thread', {
      user: anna,
      body,
    });
    const { id, topic } = accepted(made).chatThread;
    expect(topic).toBe(body.topic);
    const params = { chatThreadId: id };
    const add = (participants: readonly object[]) =>
      app.call('chat-add-participants', { user: anna, params, body: { participants } });
    // The creator is one of them.
    expect((await add(invitations.slice(200, 249))).status).toBe(201);
    expect((await add(invitations.slice(249))).status).toBe(400);
    const other = await geography.start();
    const listed = await listAll<WireParticipant>(other, 'chat-list-participants', anna, params);
    const names = new Map(listed.map((each) => [each.communicationIdentifier.rawId, each.displayName]));
    expect(names).toEqual(
      new Map([[anna.id, undefined], ...people.slice(0, 249).map(({ id: who }, n) => [who, name(n)] as const)]),
    );
    await send(other, people[248] as TestUser, id, 'Crowded here');
    expect(app.failures).toEqual([]);
  });

  it('is refused, not failed, when names and metadata do not fit into it', async () => {
    const people = await Promise.all(Array.from({ length: 200 }, () => app.newUser()));
    const huge = { displayName: '\u0001'.repeat(256), metadata: { a: 'x'.repeat(1_000) } };
    const body = { topic: 'Tea', participants: people.map((user) => invitation(user, huge)) };
    expect((await app.call('chat-create-thread', { user: anna, body })).status).toBe(400);
    const thread = await createThread(app, anna);
    const add = { user: anna, params: { chatThreadId: thread }, body };
    expect((await app.call('chat-add-participants', add)).status).toBe(400);
    await send(app, anna, thread, 'still works');
    expect(app.failures).toEqual([]);
  });
});
