import { randomBytes } from 'node:crypto';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanStorage } from '../scan/scan-storage.js';
import { collect, newUser, type TestUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2 });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

const forbidden = { statusCode: 403, code: 'Forbidden' };
const notFound = { statusCode: 404, code: 'NotFound' };

async function twoInAThread() {
  const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
  const { chatThread } = await anna.chat.createChatThread(
    { topic: 'Changes' },
    {
      participants: [{ id: { communicationUserId: bert.id } }],
      metadata: { color: 'red', shape: 'round' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 60 },
    },
  );
  const threadId = chatThread?.id ?? '';
  const as = (who: TestUser) => who.chat.getChatThreadClient(threadId);
  return { anna, bert, threadId, as, thread: as(anna) };
}

const storage = () => emulator.ready.geographies['europe']?.storage ?? '';

describe('A thread', () => {
  it('changes its topic with a message, and metadata and retention policy without', async () => {
    const { thread, anna } = await twoInAThread();
    expect(await thread.getProperties()).toMatchObject({
      metadata: { color: 'red', shape: 'round' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 60 },
    });
    await thread.updateTopic('Renamed');
    await thread.updateProperties({
      metadata: { color: 'blue', size: 'big' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 90 },
    });
    expect(await thread.getProperties()).toMatchObject({
      topic: 'Renamed',
      metadata: { color: 'blue', shape: 'round', size: 'big' },
      retentionPolicy: { deleteThreadAfterDays: 90 },
    });
    const messages = await collect(thread.listMessages());
    expect(messages.map(({ type }) => type)).toEqual(['topicUpdated', 'topicUpdated', 'participantAdded']);
    expect(messages[0]?.content).toMatchObject({ topic: 'Renamed', initiator: { communicationUserId: anna.id } });
  });

  it('loses a metadata key that is set to null, and its policy when that is none', async () => {
    const { thread, threadId, anna } = await twoInAThread();
    const agent = new Agent({ connect: { ca: emulator.caCertificate } });
    const answer = await request(
      `${europe.endpoint}/chat/threads/${encodeURIComponent(threadId)}?api-version=2025-03-15`,
      {
        method: 'PATCH',
        dispatcher: agent,
        headers: { authorization: `Bearer ${anna.token}`, 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ metadata: { color: null }, retentionPolicy: { kind: 'none' } }),
      },
    );
    await answer.body.dump();
    await agent.close();
    expect(answer.statusCode).toBe(204);
    const { metadata, retentionPolicy } = await thread.getProperties();
    expect(metadata).toEqual({ shape: 'round' });
    expect(retentionPolicy).toEqual({ kind: 'none' });
  });

  it.each([29, 91, 30.5])('refuses to be kept for %s days', async (deleteThreadAfterDays) => {
    const anna = await newUser(emulator, europe);
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays } as const;
    await expect(anna.chat.createChatThread({ topic: 'x' }, { retentionPolicy })).rejects.toMatchObject({
      statusCode: 400,
      code: 'BadRequest',
    });
  });

  it('is gone for everybody at once when deleted, through every process, and physically with the next sweep', async () => {
    const { anna, bert, thread, threadId, as } = await twoInAThread();
    const mark = `mark-${randomBytes(8).toString('hex')}`;
    const { id } = await thread.sendMessage({ content: mark });
    const elsewhere = (await import('./clients.js'))
      .chatClient(emulator, europe.instanceEndpoints[0] ?? '', bert.token)
      .getChatThreadClient(threadId);
    await elsewhere.sendMessage({ content: 'warm over there' });
    expect((await scanStorage(storage(), [mark])).hits.length).toBeGreaterThan(0);

    await anna.chat.deleteChatThread(threadId);
    for (const attempt of [
      () => thread.getProperties(),
      () => elsewhere.getProperties(),
      () => collect(elsewhere.listMessages()),
      () => elsewhere.getMessage(id),
      () => elsewhere.sendMessage({ content: 'too late' }),
      () => as(bert).sendMessage({ content: 'too late' }),
    ]) {
      await expect(attempt()).rejects.toMatchObject(notFound);
    }
    await anna.chat.deleteChatThread(threadId);
    expect(await collect(bert.chat.listChatThreads())).toEqual([]);

    await emulator.clock.advance('PT15M');
    const scan = await scanStorage(storage(), [mark, threadId.slice(3, 39), 'warm over there']);
    expect(scan.hits).toEqual([]);
    await expect(thread.getProperties()).rejects.toMatchObject(forbidden);
  });
});

describe('A message', () => {
  it('is changed by its sender, and its earlier text is kept nowhere', async () => {
    const { anna, bert, thread, as } = await twoInAThread();
    const mark = `earlier-${randomBytes(8).toString('hex')}`;
    const { id } = await thread.sendMessage({ content: mark }, { metadata: { a: '1', b: '2' } });
    await expect(as(bert).updateMessage(id, { content: 'mine' })).rejects.toMatchObject(forbidden);
    await thread.updateMessage(id, { content: 'now', metadata: { b: '3', c: '4' } });
    const message = await as(bert).getMessage(id);
    expect(message).toMatchObject({
      content: { message: 'now' },
      metadata: { a: '1', b: '3', c: '4' },
      sender: { communicationUserId: anna.id },
    });
    expect(message.editedOn).toBeInstanceOf(Date);
    expect(Number(message.version)).toBeGreaterThan(Number(message.id));
    expect((await scanStorage(storage(), [mark])).hits).toEqual([]);
  });

  it('is deleted by its sender: an empty place stays, nothing of the content does', async () => {
    const { bert, thread, as } = await twoInAThread();
    const mark = `deleted-${randomBytes(8).toString('hex')}`;
    const { id } = await thread.sendMessage({ content: mark }, { senderDisplayName: 'Anna' });
    await expect(as(bert).deleteMessage(id)).rejects.toMatchObject(forbidden);
    await thread.deleteMessage(id);
    const [message] = await collect(as(bert).listMessages());
    expect(message).toMatchObject({ id, type: 'text', sequenceId: '4' });
    expect(message?.content?.message).toBe('');
    expect(message?.deletedOn).toBeInstanceOf(Date);
    expect((await scanStorage(storage(), [mark])).hits).toEqual([]);
    await thread.deleteMessage(id);
    await expect(thread.updateMessage(id, { content: 'back' })).rejects.toMatchObject(notFound);
  });

  it('of the system belongs to nobody', async () => {
    const { thread } = await twoInAThread();
    const [system] = await collect(thread.listMessages());
    await expect(thread.updateMessage(system?.id ?? '', { content: 'x' })).rejects.toMatchObject(forbidden);
    await expect(thread.deleteMessage(system?.id ?? '')).rejects.toMatchObject(forbidden);
  });

  it('of another thread is not found', async () => {
    const one = await twoInAThread();
    const two = await twoInAThread();
    await emulator.clock.advance('PT1M');
    const late = await twoInAThread();
    const { id } = await late.thread.sendMessage({ content: 'there' });
    await expect(one.thread.getMessage(id)).rejects.toMatchObject(notFound);
    await expect(one.thread.updateMessage(id, { content: 'x' })).rejects.toMatchObject(notFound);
    await expect(one.thread.deleteMessage(id)).rejects.toMatchObject(notFound);
    await expect(two.thread.sendReadReceipt({ chatMessageId: id })).rejects.toMatchObject(notFound);
  });

  it('in html is cleaned of everything that could run', async () => {
    const { thread } = await twoInAThread();
    const content =
      '<p onclick="steal()">Hello <b>you</b><script>steal()</script><img src="javascript:steal()"><a href="https://example.com">link</a></p>';
    const { id } = await thread.sendMessage({ content }, { type: 'html' });
    const clean = '<p>Hello <b>you</b><img /><a href="https://example.com" rel="noopener noreferrer">link</a></p>';
    expect((await thread.getMessage(id)).content?.message).toBe(clean);
    await thread.updateMessage(id, { content: '<i>edited</i><iframe src="https://example.com"></iframe>' });
    expect((await thread.getMessage(id)).content?.message).toBe('<i>edited</i>');
  });

  it.each([
    ['separators of lines', 'a\u2028b\u2029c'],
    ['quotes and control characters', '"\\\'\u0000\u0001\u001f\u007f'.repeat(100)],
    ['emoji and combining characters', '👩‍👩‍👧‍👦 e\u0301 \u{10FFFF}'],
  ])('keeps %s as they are', async (_title, content) => {
    const { thread } = await twoInAThread();
    const sent = await Promise.all(Array.from({ length: 20 }, () => thread.sendMessage({ content })));
    for (const { id } of sent) {
      expect((await thread.getMessage(id)).content?.message).toBe(content);
    }
  });
});

describe('Read receipts', () => {
  it('hold the latest of each participant', async () => {
    const { bert, thread, as } = await twoInAThread();
    const [one, two] = [await thread.sendMessage({ content: '1' }), await thread.sendMessage({ content: '2' })];
    await as(bert).sendReadReceipt({ chatMessageId: one.id });
    await as(bert).sendReadReceipt({ chatMessageId: two.id });
    await thread.sendReadReceipt({ chatMessageId: one.id });
    const receipts = await collect(thread.listReadReceipts());
    expect(
      new Map(
        receipts.map(({ sender, chatMessageId }) => [
          (sender as { communicationUserId: string }).communicationUserId,
          chatMessageId,
        ]),
      ).get(bert.id),
    ).toBe(two.id);
    expect(receipts).toHaveLength(2);
    expect(receipts[0]?.readOn).toBeInstanceOf(Date);
  });

  it('do not exist in threads with more than twenty participants', async () => {
    const people = await Promise.all(Array.from({ length: 21 }, () => newUser(emulator, europe)));
    const [anna, ...others] = people as [TestUser, ...TestUser[]];
    const { chatThread } = await anna.chat.createChatThread(
      { topic: 'Big' },
      { participants: others.map(({ id }) => ({ id: { communicationUserId: id } })) },
    );
    const thread = anna.chat.getChatThreadClient(chatThread?.id ?? '');
    const { id } = await thread.sendMessage({ content: 'x' });
    await thread.sendReadReceipt({ chatMessageId: id });
    expect(await collect(thread.listReadReceipts())).toEqual([]);
  });

  it('and typing notices are for participants', async () => {
    const { thread, threadId } = await twoInAThread();
    expect(await thread.sendTypingNotification({ senderDisplayName: 'Anna' })).toBe(true);
    const eve = await newUser(emulator, europe);
    await expect(eve.chat.getChatThreadClient(threadId).sendTypingNotification()).rejects.toMatchObject(forbidden);
  });
});

describe('Images', () => {
  it('go up, come back byte for byte, and are deleted by their sender', async () => {
    const { anna, bert, threadId } = await twoInAThread();
    const eve = await newUser(emulator, europe);
    const agent = new Agent({ connect: { ca: emulator.caCertificate } });
    const images = `${europe.endpoint}/chat/threads/${encodeURIComponent(threadId)}/images`;
    const call = (method: 'GET' | 'POST' | 'DELETE', who: TestUser, path = '', body?: Buffer, headers = {}) =>
      request(`${images}${path}?api-version=2025-03-15`, {
        method,
        dispatcher: agent,
        headers: { authorization: `Bearer ${who.token}`, ...headers },
        ...(body && { body }),
      });
    const picture = randomBytes(6_000_000);
    const described = { 'content-type': 'image/png', 'image-filename': 'cat.png' };
    const uploaded = await call('POST', anna, '', picture, described);
    expect(uploaded.statusCode).toBe(201);
    const { id, name } = (await uploaded.body.json()) as { id: string; name: string };
    expect(name).toBe('cat.png');
    expect(uploaded.headers['location']).toContain(`/images/${id}`);

    const view = await call('GET', bert, `/${id}/views/original`);
    expect(view.headers['content-type']).toBe('image/png');
    expect(Buffer.from(await view.body.arrayBuffer()).equals(picture)).toBe(true);
    for (const [answer, status] of [
      [await call('GET', eve, `/${id}/views/original`), 403],
      [await call('DELETE', bert, `/${id}`), 403],
      [await call('POST', anna, '', picture, { 'content-type': 'text/html', 'image-filename': 'x' }), 415],
      [await call('POST', anna, '', picture, { 'content-type': 'image/png' }), 400],
      [await call('DELETE', anna, `/${id}`), 204],
      [await call('GET', anna, `/${id}/views/original`), 404],
    ] as const) {
      await answer.body.dump();
      expect(answer.statusCode).toBe(status);
    }
    await agent.close();
  });
});
