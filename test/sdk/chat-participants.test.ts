import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chatClient, collect, identityClient, newUser, type TestUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

const forbidden = { statusCode: 403, code: 'Forbidden' };
const user = ({ id }: TestUser) => ({ communicationUserId: id });
const users = (count: number) => Promise.all(Array.from({ length: count }, () => newUser(emulator, europe)));

async function newThread(creator: TestUser, ...others: TestUser[]) {
  const { chatThread } = await creator.chat.createChatThread(
    { topic: 'Talk' },
    { participants: others.map((other) => ({ id: user(other) })) },
  );
  const id = chatThread?.id ?? '';
  return { id, as: (reader: TestUser) => reader.chat.getChatThreadClient(id) };
}

const texts = async (thread: ReturnType<TestUser['chat']['getChatThreadClient']>) =>
  (await collect(thread.listMessages())).map(({ type, content }) => content?.message ?? type);

describe('Participants', () => {
  it('are added with the history that is shared with them, and no more', async () => {
    const [anna, bert, cleo, dora] = (await users(4)) as [TestUser, TestUser, TestUser, TestUser];
    const thread = await newThread(anna);
    await thread.as(anna).sendMessage({ content: 'first' });
    await emulator.clock.advance('PT1M');
    const since = await emulator.clock.now();
    await thread.as(anna).sendMessage({ content: 'second' });
    await emulator.clock.advance('PT1M');
    const fromNow = await emulator.clock.now();
    await thread.as(anna).addParticipants({
      participants: [
        { id: user(bert), shareHistoryTime: new Date(0), displayName: 'Bert' },
        { id: user(cleo), shareHistoryTime: since },
        { id: user(dora), shareHistoryTime: fromNow },
      ],
    });
    await thread.as(anna).sendMessage({ content: 'third' });
    expect(await texts(thread.as(bert))).toEqual([
      'third',
      'participantAdded',
      'second',
      'first',
      'topicUpdated',
      'participantAdded',
    ]);
    expect(await texts(thread.as(cleo))).toEqual(['third', 'participantAdded', 'second']);
    expect(await texts(thread.as(dora))).toEqual(['third', 'participantAdded']);
    const [, added] = await collect(thread.as(anna).listMessages());
    expect(added?.content?.initiator).toMatchObject(user(anna));
    expect(added?.content?.participants?.map(({ displayName }) => displayName)).toEqual(['Bert', undefined, undefined]);
  });

  it('read, after being removed, what lay inside their membership, by list and by get, and nothing newer', async () => {
    const [anna, bert] = (await users(2)) as [TestUser, TestUser];
    const thread = await newThread(anna, bert);
    const before = await thread.as(anna).sendMessage({ content: 'before' });
    const kept = await thread.as(anna).sendMessage({ content: 'edited later' });
    await thread.as(anna).removeParticipant(user(bert));
    await emulator.clock.advance('PT1S');
    const after = await thread.as(anna).sendMessage({ content: 'after' });
    await thread.as(anna).updateMessage(kept.id, { content: 'new text' });
    await thread.as(anna).updateTopic('new topic');

    expect(await texts(thread.as(bert))).toEqual([
      'participantRemoved',
      '',
      'before',
      'topicUpdated',
      'participantAdded',
    ]);
    expect((await thread.as(bert).getMessage(before.id)).content?.message).toBe('before');
    const edited = await thread.as(bert).getMessage(kept.id);
    expect([edited.content?.message, edited.editedOn]).toEqual(['', undefined]);
    await expect(thread.as(bert).getMessage(after.id)).rejects.toMatchObject({ statusCode: 404 });
    for (const attempt of [
      () => thread.as(bert).sendMessage({ content: 'still here' }),
      () => thread.as(bert).getProperties(),
      () => collect(thread.as(bert).listParticipants()),
      () => collect(thread.as(bert).listReadReceipts()),
      () => thread.as(bert).sendReadReceipt({ chatMessageId: before.id }),
      () => thread.as(bert).updateTopic('mine'),
      () => thread.as(bert).addParticipants({ participants: [{ id: user(bert) }] }),
      () => thread.as(bert).removeParticipant(user(anna)),
    ]) {
      await expect(attempt()).rejects.toMatchObject(forbidden);
    }
    expect((await collect(bert.chat.listChatThreads())).map(({ topic }) => topic)).toEqual(['']);
    expect((await collect(thread.as(anna).listParticipants())).map(({ id }) => id)).toEqual([
      { kind: 'communicationUser', ...user(anna) },
    ]);
  });

  it('read both stretches, and not what lay between, when added again', async () => {
    const [anna, bert] = (await users(2)) as [TestUser, TestUser];
    const thread = await newThread(anna, bert);
    await thread.as(anna).sendMessage({ content: 'one' });
    await thread.as(bert).removeParticipant(user(bert));
    await thread.as(anna).sendMessage({ content: 'between' });
    await emulator.clock.advance('PT1M');
    const shareHistoryTime = await emulator.clock.now();
    await thread.as(anna).addParticipants({ participants: [{ id: user(bert), shareHistoryTime }] });
    await thread.as(bert).sendMessage({ content: 'two' });
    expect(await texts(thread.as(bert))).toEqual([
      'two',
      'participantAdded',
      'participantRemoved',
      'one',
      'topicUpdated',
      'participantAdded',
    ]);
    expect((await collect(bert.chat.listChatThreads())).map(({ id }) => id)).toEqual([thread.id]);
  });

  it('read nothing of what became of a message while they were away, also where others read the thread all the time', async () => {
    const [anna, bert] = (await users(2)) as [TestUser, TestUser];
    const thread = await newThread(anna, bert);
    const { id } = await thread.as(anna).sendMessage({ content: 'for both' });
    await thread.as(anna).removeParticipant(user(bert));
    await emulator.clock.advance('PT1M');
    await thread.as(anna).updateMessage(id, { content: 'for Anna alone' });
    await emulator.clock.advance('PT1M');
    const shareHistoryTime = await emulator.clock.now();
    await thread.as(anna).addParticipants({ participants: [{ id: user(bert), shareHistoryTime }] });
    const read = async (reader: TestUser) =>
      (await collect(thread.as(reader).listMessages())).find((message) => message.id === id)?.content?.message ?? '';
    // What is read again stays in the memory of the process, with the text that is written for it.
    for (const reader of [anna, anna, anna, bert, anna, bert]) {
      const seen = [await read(reader), (await thread.as(reader).getMessage(id)).content?.message ?? ''];
      expect(seen).toEqual(reader === anna ? ['for Anna alone', 'for Anna alone'] : ['', '']);
    }
  });

  it('get a new name when added while they take part, without a message', async () => {
    const [anna, bert] = (await users(2)) as [TestUser, TestUser];
    const thread = await newThread(anna, bert);
    await thread.as(anna).addParticipants({ participants: [{ id: user(bert), displayName: 'Bertram' }] });
    const named = (await collect(thread.as(anna).listParticipants())).map(({ displayName }) => displayName);
    expect(new Set(named)).toEqual(new Set([undefined, 'Bertram']));
    expect(await texts(thread.as(anna))).toEqual(['topicUpdated', 'participantAdded']);
  });

  it('are reported one by one when they cannot take part', async () => {
    const [anna] = (await users(1)) as [TestUser];
    const thread = await newThread(anna);
    const result = await thread.as(anna).addParticipants({
      participants: [{ id: { phoneNumber: '+15551234567' } }, { id: { microsoftTeamsUserId: 'someone' } }],
    });
    expect(result.invalidParticipants?.map(({ code, target }) => [code, target])).toEqual([
      ['403', '4:+15551234567'],
      ['403', '8:orgid:someone'],
    ]);
  });

  it('are listed page by page', async () => {
    const people = await users(7);
    const [first, ...others] = people as [TestUser, ...TestUser[]];
    const thread = await newThread(first, ...others);
    const pages: number[] = [];
    const seen: unknown[] = [];
    for await (const page of thread.as(first).listParticipants({ maxPageSize: 3 }).byPage()) {
      pages.push(page.length);
      seen.push(...page.map(({ id }) => (id as { communicationUserId: string }).communicationUserId));
    }
    expect(pages).toEqual([3, 3, 1]);
    expect(new Set(seen)).toEqual(new Set(people.map(({ id }) => id)));
  });

  it('need a scope that allows it', async () => {
    const [anna, bert] = (await users(2)) as [TestUser, TestUser];
    const identity = identityClient(emulator, europe);
    const tokens = {
      join: await identity.getToken(user(anna), ['chat.join']),
      limited: await identity.getToken(user(anna), ['chat.join.limited']),
    };
    const thread = await newThread(anna);
    const as = ({ token }: { token: string }) =>
      chatClient(emulator, europe.endpoint, token).getChatThreadClient(thread.id);
    await as(tokens.join).addParticipants({ participants: [{ id: user(bert) }] });
    await expect(as(tokens.join).updateTopic('no')).rejects.toMatchObject(forbidden);
    await expect(
      chatClient(emulator, europe.endpoint, tokens.join.token).deleteChatThread(thread.id),
    ).rejects.toMatchObject(forbidden);
    await expect(as(tokens.limited).removeParticipant(user(bert))).rejects.toMatchObject(forbidden);
    const { id } = await as(tokens.limited).sendMessage({ content: 'allowed' });
    await as(tokens.limited).updateMessage(id, { content: 'allowed too' });
    await as(tokens.limited).sendReadReceipt({ chatMessageId: id });
    await as(tokens.limited).sendTypingNotification();
    await as(tokens.limited).deleteMessage(id);
    expect(await collect(as(tokens.limited).listParticipants())).toHaveLength(2);
    await as(tokens.join).removeParticipant(user(bert));
  });
});
