import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, newUser, type TestUser } from './clients.js';
import { signedCall } from './signed-call.js';
import { userCall, type UserRequest } from './user-call.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

async function scene(options: Parameters<TestUser['chat']['createChatThread']>[1] = {}) {
  const anna = await newUser(emulator, europe);
  const { chatThread } = await anna.chat.createChatThread({ topic: 'Recorded' }, options);
  const threadId = chatThread?.id ?? '';
  const path = `/chat/threads/${encodeURIComponent(threadId)}`;
  const call = (method: string, below = '', body?: UserRequest['body']) =>
    userCall(europe, anna, { method, path: `${path}${below}`, body });
  return { anna, threadId, path, call, thread: anna.chat.getChatThreadClient(threadId) };
}

describe('Fields that clients read without asking', () => {
  it('are there in a deleted message: its content is empty', async () => {
    const { thread, call, anna } = await scene();
    const { id } = await thread.sendMessage({ content: 'soon gone' }, { senderDisplayName: 'Anna' });
    await thread.deleteMessage(id);
    const inList = ((await call('GET', '/messages')).body['value'] as object[])[0];
    expect(inList).toMatchObject({ id, type: 'text', content: { message: '' }, deletedOn: expect.any(String) });
    expect(inList).toMatchObject({ senderCommunicationIdentifier: { rawId: anna.id }, senderDisplayName: 'Anna' });
    expect((await call('GET', `/messages/${id}`)).body).toEqual(inList);
  });

  it('are there in a message that was edited after its reader had left', async () => {
    const { thread } = await scene();
    const bert = await newUser(emulator, europe);
    await thread.addParticipants({ participants: [{ id: { communicationUserId: bert.id } }] });
    const { id } = await thread.sendMessage({ content: 'before' });
    await thread.removeParticipant({ communicationUserId: bert.id });
    await thread.updateMessage(id, { content: 'after' });
    const seen = await bert.chat.getChatThreadClient(thread.threadId).getMessage(id);
    expect(seen.content).toMatchObject({ message: '' });
  });

  it('are there in a thread without a policy', async () => {
    const { call } = await scene();
    expect((await call('GET')).body['retentionPolicy']).toEqual({ kind: 'none' });
  });
});

describe('Null in a merge patch takes away', () => {
  it('the policy and the metadata of a thread', async () => {
    const { call } = await scene({
      metadata: { color: 'red' },
      retentionPolicy: { kind: 'threadCreationDate', deleteThreadAfterDays: 60 },
    });
    expect((await call('PATCH', '', { retentionPolicy: null, metadata: null })).status).toBe(204);
    expect((await call('GET')).body).toMatchObject({ retentionPolicy: { kind: 'none' }, metadata: {} });
  });

  it('the metadata and the content of a message, and nothing that it does not name', async () => {
    const { call, thread } = await scene();
    const { id } = await thread.sendMessage({ content: 'words' }, { metadata: { a: '1', b: '2' } });
    await call('PATCH', `/messages/${id}`, { metadata: { a: null } });
    expect(await thread.getMessage(id)).toMatchObject({ content: { message: 'words' }, metadata: { b: '2' } });
    expect((await call('PATCH', `/messages/${id}`, { metadata: null })).status).toBe(204);
    expect(await thread.getMessage(id)).toMatchObject({ content: { message: 'words' }, metadata: {} });
    expect((await call('PATCH', `/messages/${id}`, { content: null })).status).toBe(204);
    expect(await thread.getMessage(id)).toMatchObject({ content: { message: '' } });
  });
});

it('Identifiers may name what they are not as null', async () => {
  const { call, thread } = await scene();
  const bert = await newUser(emulator, europe);
  const communicationIdentifier = {
    rawId: null,
    communicationUser: { id: bert.id },
    phoneNumber: null,
    microsoftTeamsUser: null,
    microsoftTeamsApp: null,
  };
  const added = await call('POST', '/participants/:add', { participants: [{ communicationIdentifier }] });
  expect(added).toMatchObject({ status: 201, body: {} });
  expect(await collect(thread.listParticipants())).toHaveLength(2);
});

describe('No limits of our own', () => {
  it('on pages: who asks for more than 200 entries gets 200', async () => {
    const { call } = await scene();
    for (const below of ['/messages', '/participants', '/readReceipts']) {
      expect(await call('GET', `${below}?maxPageSize=5000`)).toMatchObject({ status: 200 });
    }
    expect((await call('GET', '/messages?maxPageSize=0')).status).toBe(400);
  });

  it('on topics and names of a few hundred characters', async () => {
    const long = 'x'.repeat(1_000);
    const { thread, anna } = await scene();
    await thread.updateTopic(long);
    await thread.addParticipants({ participants: [{ id: { communicationUserId: anna.id }, displayName: long }] });
    const { id } = await thread.sendMessage({ content: 'hello' }, { senderDisplayName: long });
    expect((await thread.getProperties()).topic).toBe(long);
    expect((await collect(thread.listParticipants()))[0]?.displayName).toBe(long);
    expect((await thread.getMessage(id)).senderDisplayName).toBe(long);
  });

  it('on messages that are only an attachment or metadata, or are edited to say nothing', async () => {
    const { thread, call } = await scene();
    const attachments = [{ id: 'a', attachmentType: 'file', name: null, url: '/a' }];
    const only = await call('POST', '/messages', { content: '', attachments });
    expect(only.status).toBe(201);
    expect((await call('GET', `/messages/${String(only.body['id'])}`)).body).toMatchObject({
      content: { message: '', attachments: [{ id: 'a' }] },
    });
    const { id } = await thread.sendMessage({ content: '' }, { metadata: { kind: 'mark' } });
    expect(await thread.getMessage(id)).toMatchObject({ content: { message: '' }, metadata: { kind: 'mark' } });
    const words = await thread.sendMessage({ content: 'words' });
    await thread.updateMessage(words.id, { content: '' });
    expect((await thread.getMessage(words.id)).content).toMatchObject({ message: '' });
    expect((await call('POST', '/messages', { content: '' })).status).toBe(400);
  });
});

it('Deleting a thread again succeeds for those who took part, and for nobody else', async () => {
  const { anna, threadId } = await scene();
  const eve = await newUser(emulator, europe);
  await anna.chat.deleteChatThread(threadId);
  await anna.chat.deleteChatThread(threadId);
  await expect(eve.chat.deleteChatThread(threadId)).rejects.toMatchObject({ statusCode: 403 });
  await expect(anna.chat.getChatThreadClient(threadId).getProperties()).rejects.toMatchObject({ statusCode: 404 });
});

it.each(['a'.repeat(32), `19:${'a'.repeat(32)}@thread.v2`])('The thread %s is one of others', async (threadId) => {
  const { anna } = await scene();
  await expect(anna.chat.getChatThreadClient(threadId).getProperties()).rejects.toMatchObject({ statusCode: 403 });
});

describe('Metadata', () => {
  it('of a message and a thread loses the keys that a change sets to an empty value', async () => {
    const { thread } = await scene({ metadata: { color: 'red', shape: 'round' } });
    const { id } = await thread.sendMessage({ content: 'words' }, { metadata: { a: '1', b: '2' } });
    await thread.updateMessage(id, { metadata: { a: '' } });
    expect((await thread.getMessage(id)).metadata).toEqual({ b: '2' });
    await thread.updateProperties({ metadata: { color: '' } });
    expect((await thread.getProperties()).metadata).toEqual({ shape: 'round' });
  });

  it('is refused with a name that could not be kept', async () => {
    const { call, thread, anna } = await scene();
    const { id } = await thread.sendMessage({ content: 'words' });
    const metadata = '{"__proto__":"lost","a":"kept"}';
    const who = JSON.stringify({ rawId: anna.id });
    for (const [method, below, body] of [
      ['PATCH', '', `{"metadata":${metadata}}`],
      ['POST', '/messages', `{"content":"x","metadata":${metadata}}`],
      ['PATCH', `/messages/${id}`, `{"metadata":${metadata}}`],
      ['POST', '/participants/:add', `{"participants":[{"communicationIdentifier":${who},"metadata":${metadata}}]}`],
    ] as const) {
      const answer = await call(method, below, body);
      expect([answer.status, JSON.stringify(answer.body)]).toEqual([400, expect.stringContaining('Choose another')]);
    }
  });
});

it('A late receipt for an older message does not move back what was read', async () => {
  const { thread } = await scene();
  const older = await thread.sendMessage({ content: 'older' });
  const newer = await thread.sendMessage({ content: 'newer' });
  const readTo = async () => (await collect(thread.listReadReceipts())).map(({ chatMessageId }) => chatMessageId);
  for (const [chatMessageId, expected] of [
    [older.id, older.id],
    [newer.id, newer.id],
    [older.id, newer.id],
  ] as const) {
    await thread.sendReadReceipt({ chatMessageId });
    expect(await readTo()).toEqual([expected]);
  }
  const more = await Promise.all(Array.from({ length: 6 }, (_, n) => thread.sendMessage({ content: `${n}` })));
  await Promise.all(more.map(({ id }) => thread.sendReadReceipt({ chatMessageId: id })));
  expect(await readTo()).toEqual([
    more
      .map(({ id }) => id)
      .toSorted()
      .at(-1),
  ]);
});

describe('A repeated create', () => {
  const idempotencyToken = '2b7a3c1e-52f3-4a53-9a0e-6b5f0f6d1c11';

  it('is refused with another topic, other people, metadata or policy', async () => {
    const [anna, bert] = [await newUser(emulator, europe), await newUser(emulator, europe)];
    const participants = [{ id: { communicationUserId: bert.id }, displayName: 'Bert' }];
    const create = async (topic: string, more: object = {}) =>
      (await anna.chat.createChatThread({ topic }, { idempotencyToken, participants, ...more })).chatThread?.id;
    const id = await create('One');
    expect(await create('One')).toBe(id);
    const refusal = { statusCode: 400, code: 'BadRequest' };
    await expect(create('Other')).rejects.toMatchObject(refusal);
    await expect(create('One', { participants: [] })).rejects.toMatchObject(refusal);
    await expect(create('One', { metadata: { a: '1' } })).rejects.toMatchObject(refusal);
    const retentionPolicy = { kind: 'threadCreationDate', deleteThreadAfterDays: 60 };
    await expect(create('One', { retentionPolicy })).rejects.toMatchObject(refusal);
    const { chatThread } = await bert.chat.createChatThread({ topic: 'Other' }, { idempotencyToken });
    expect(chatThread?.id).not.toBe(id);
  });

  it('makes a new thread when the one it made was deleted', async () => {
    const anna = await newUser(emulator, europe);
    const create = async (topic: string) =>
      (await anna.chat.createChatThread({ topic }, { idempotencyToken })).chatThread?.id ?? '';
    const ids: string[] = [];
    for (const topic of ['first', 'second', 'third']) {
      const id = await create(topic);
      expect(await create(topic)).toBe(id);
      ids.push(id);
      expect((await anna.chat.getChatThreadClient(id).getProperties()).topic).toBe(topic);
      await anna.chat.deleteChatThread(id);
    }
    expect(new Set(ids).size).toBe(3);
  });
});

it('Html loads nothing from elsewhere by being shown; images of the thread stay', async () => {
  const { thread, call, threadId } = await scene();
  const other = await scene();
  const image = (path: string, origin = europe.httpEndpoint) =>
    `<img src="${origin}${path}/images/1b-2/views/small?api-version=1" />`;
  const encoded = `/chat/threads/${encodeURIComponent(threadId)}`;
  const own = image(encoded);
  const bad = [
    '<img src="https://tracker.example/pixel.png" />',
    '<img src="//tracker.example/pixel.png" />',
    '<img src="data:image/png;base64,AAAA" />',
    `<img src="${europe.httpEndpoint.replace('://', '://x@')}${encoded}/images/1/views/small" />`,
    `<img src="${europe.httpEndpoint}${encoded}/images/../../../../privacy/audit" />`,
    `<img src="/relative.png" srcset="https://tracker.example/2 2x" style="background:url(https://tracker.example/3)" />`,
    image(other.path),
    image(encoded, 'https://tracker.example'),
  ];
  const rest = [
    '<style>@import "https://tracker.example/4"</style>',
    '<p style="background:url(https://tracker.example/5)" background="https://tracker.example/6">hello</p>',
    '<video poster="https://tracker.example/7" src="https://tracker.example/8"></video>',
    '<iframe src="https://tracker.example/9"></iframe><link rel="stylesheet" href="https://tracker.example/10" />',
    '<table background="https://tracker.example/11"></table><svg><image href="https://tracker.example/12" /></svg>',
  ];
  const content = `${own}${bad.join('')}${rest.join('')}`;
  const clean = `${own}${'<img />'.repeat(bad.length)}<p>hello</p><table></table>`;
  const sent = await call('POST', '/messages', { type: 'html', content });
  const id = String(sent.body['id']);
  expect((await thread.getMessage(id)).content?.message).toBe(clean);
  expect((await call('PATCH', `/messages/${id}`, { content: `again ${content}` })).status).toBe(204);
  expect((await thread.getMessage(id)).content?.message).toBe(`again ${clean}`);
});

describe('Who is added without a time', () => {
  const seenBy = async ({ thread }: Awaited<ReturnType<typeof scene>>) => {
    const bert = await newUser(emulator, europe);
    await thread.addParticipants({ participants: [{ id: { communicationUserId: bert.id } }] });
    const listed = await collect(bert.chat.getChatThreadClient(thread.threadId).listMessages());
    const shared = (await collect(thread.listParticipants())).find(
      ({ id }) => 'communicationUserId' in id && id.communicationUserId === bert.id,
    )?.shareHistoryTime;
    return { texts: listed.flatMap(({ content }) => content?.message ?? []), shared };
  };

  it('sees all that was said before, since 1970', async () => {
    const place = await scene();
    await place.thread.sendMessage({ content: 'before' });
    expect(await seenBy(place)).toEqual({ texts: ['before'], shared: new Date(0) });
  });

  it('sees nothing of it where the owner has set so, and only there', async () => {
    const set = async (history: unknown) =>
      (await signedCall(europe, 'PUT', '/chat/defaultHistory', { history })).status;
    expect((await signedCall(europe, 'GET', '/chat/defaultHistory')).body).toEqual({ history: 'all' });
    expect(await set('some')).toBe(400);
    expect(await set('none')).toBe(200);
    expect((await signedCall(europe, 'GET', '/chat/defaultHistory')).body).toEqual({ history: 'none' });
    const place = await scene();
    await place.thread.sendMessage({ content: 'before' });
    const { texts, shared } = await seenBy(place);
    expect(texts).toEqual([]);
    expect(shared?.getTime()).toBeGreaterThan(0);
    expect(await set('all')).toBe(200);
    expect((await seenBy(place)).texts).toEqual(['before']);
  });
});

it('Who was removed finds the thread in their list still, with nothing newer in it', async () => {
  const { thread, threadId, anna } = await scene();
  const bert = await newUser(emulator, europe);
  await thread.addParticipants({ participants: [{ id: { communicationUserId: bert.id } }] });
  await thread.updateTopic('While he was there');
  await emulator.clock.advance('PT1M');
  await thread.removeParticipant({ communicationUserId: bert.id });
  const listOf = async (who: TestUser) =>
    (await collect(who.chat.listChatThreads())).map(({ id, topic, lastMessageReceivedOn }) => [
      id,
      topic,
      lastMessageReceivedOn?.getTime(),
    ]);
  const [before] = await listOf(bert);
  expect(before).toEqual([threadId, 'While he was there', expect.any(Number)]);
  await emulator.clock.advance('PT1M');
  await thread.sendMessage({ content: 'afterwards' });
  expect(await listOf(bert)).toEqual([before]);
  await thread.updateTopic('Not for him');
  expect(await listOf(bert)).toEqual([[threadId, '', before?.[2]]]);
  expect((await listOf(anna))[0]?.slice(0, 2)).toEqual([threadId, 'Not for him']);
  await anna.chat.deleteChatThread(threadId);
  expect(await listOf(bert)).toEqual([]);
});
