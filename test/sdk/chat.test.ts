import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, newUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

describe('The official chat client', () => {
  it('creates a thread, which its participants see with its system messages', async () => {
    const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
    const { chatThread, invalidParticipants } = await anna.chat.createChatThread(
      { topic: 'Planning' },
      { participants: [{ id: { communicationUserId: bert.id }, displayName: 'Bert' }], metadata: { kind: 'team' } },
    );
    expect(invalidParticipants).toBeUndefined();
    expect(chatThread).toMatchObject({
      topic: 'Planning',
      createdBy: { communicationUserId: anna.id },
      metadata: { kind: 'team' },
    });
    const thread = bert.chat.getChatThreadClient(chatThread?.id ?? '');
    expect(await thread.getProperties()).toMatchObject({ id: chatThread?.id, topic: 'Planning' });
    const messages = await collect(thread.listMessages());
    expect(messages.map(({ type, sequenceId }) => [type, sequenceId])).toEqual([
      ['topicUpdated', '2'],
      ['participantAdded', '1'],
    ]);
    expect(messages[0]?.content).toMatchObject({ topic: 'Planning' });
    expect(messages[1]?.content?.participants).toHaveLength(2);
    const participants = await collect(thread.listParticipants());
    expect(new Map(participants.map(({ id, displayName }) => [id, displayName]))).toEqual(
      new Map([
        [{ kind: 'communicationUser', communicationUserId: anna.id }, undefined],
        [{ kind: 'communicationUser', communicationUserId: bert.id }, 'Bert'],
      ]),
    );
  });

  it('sends, gets and lists messages, page by page, newest first', async () => {
    const anna = await newUser(emulator, europe);
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Paging' });
    const thread = anna.chat.getChatThreadClient(chatThread?.id ?? '');
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) {
      const sent = await thread.sendMessage(
        { content: `message ${n}` },
        { senderDisplayName: 'Anna', metadata: { n: String(n) } },
      );
      ids.push(sent.id);
    }
    const got = await thread.getMessage(ids[3] ?? '');
    expect(got).toMatchObject({
      id: ids[3],
      type: 'text',
      sequenceId: '6',
      version: ids[3],
      content: { message: 'message 3' },
      senderDisplayName: 'Anna',
      sender: { communicationUserId: anna.id },
      metadata: { n: '3' },
    });
    const pages: string[][] = [];
    for await (const page of thread.listMessages({ maxPageSize: 4 }).byPage()) {
      pages.push(page.map(({ content }) => content?.message ?? '-'));
    }
    expect(pages).toEqual([
      ['message 6', 'message 5', 'message 4', 'message 3'],
      ['message 2', 'message 1', 'message 0', '-'],
      ['-'],
    ]);
    expect([...ids].sort()).toEqual(ids);
  });

  it('lists the threads of the caller, with the time of the last message, page by page', async () => {
    const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
    const made: string[] = [];
    for (let n = 0; n < 5; n++) {
      const { chatThread } = await anna.chat.createChatThread({ topic: `Thread ${n}` });
      made.push(chatThread?.id ?? '');
    }
    await bert.chat.createChatThread({ topic: 'Not hers' });
    const listed = await collect(anna.chat.listChatThreads({ maxPageSize: 2 }));
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set(made));
    for (const item of listed) {
      expect(item.lastMessageReceivedOn).toBeInstanceOf(Date);
    }
  });

  it('makes one thread of a repeated create', async () => {
    const anna = await newUser(emulator, europe);
    const options = { idempotencyToken: 'c3a1f1a4-5f5e-4d2c-9d38-5d6a1f9d7a51' };
    const first = await anna.chat.createChatThread({ topic: 'Once' }, options);
    const again = await anna.chat.createChatThread({ topic: 'Once' }, options);
    expect(again.chatThread?.id).toBe(first.chatThread?.id);
    expect(await collect(anna.chat.listChatThreads())).toHaveLength(1);
  });

  it('reports participants that cannot take part, one by one', async () => {
    const anna = await newUser(emulator, europe);
    const invented = anna.id.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
    const { chatThread, invalidParticipants } = await anna.chat.createChatThread(
      { topic: 'Some' },
      { participants: [{ id: { communicationUserId: invented } }, { id: { phoneNumber: '+15551234567' } }] },
    );
    expect(chatThread?.topic).toBe('Some');
    expect(invalidParticipants?.map(({ code, target }) => [code, target])).toEqual([
      ['404', invented],
      ['403', '4:+15551234567'],
    ]);
  });

  it('keeps strangers out of everything', async () => {
    const [anna, eve] = [await newUser(emulator, europe), await newUser(emulator, europe)];
    const { chatThread } = await anna.chat.createChatThread({ topic: 'Private' });
    const hers = anna.chat.getChatThreadClient(chatThread?.id ?? '');
    const { id } = await hers.sendMessage({ content: 'secret' });
    const thread = eve.chat.getChatThreadClient(chatThread?.id ?? '');
    const attempts = [
      () => thread.getProperties(),
      () => thread.sendMessage({ content: 'let me in' }),
      () => thread.getMessage(id),
      () => collect(thread.listMessages()),
      () => collect(thread.listParticipants()),
    ];
    for (const attempt of attempts) {
      await expect(attempt()).rejects.toMatchObject({ statusCode: 403, code: 'Forbidden' });
    }
    expect(await collect(eve.chat.listChatThreads())).toEqual([]);
  });
});
