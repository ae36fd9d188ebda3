// An edited or deleted message in the list: where a recorded session of the service shows it.
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { collect, newUser } from './clients.js';
import { userCall, type UserRequest } from './user-call.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

async function scene() {
  const anna = await newUser(emulator, europe);
  const { chatThread } = await anna.chat.createChatThread({ topic: 'Recorded' });
  const threadId = chatThread?.id ?? '';
  const path = `/chat/threads/${encodeURIComponent(threadId)}`;
  const call = (method: string, below = '', body?: UserRequest['body']) =>
    userCall(europe, anna, { method, path: `${path}${below}`, body });
  return { anna, call, thread: anna.chat.getChatThreadClient(threadId) };
}

describe('An edit, and a deletion,', () => {
  const placesOf = async (call: Awaited<ReturnType<typeof scene>>['call'], query = '') => {
    const { body } = await call('GET', `/messages${query}`);
    const value = body['value'] as { type: string; sequenceId: string; content: { message?: string } }[];
    return value.map(({ type, sequenceId, content }) => [sequenceId, type === 'text' ? content.message : type]);
  };

  it('takes the next number and moves the message to it, as in the recorded session', async () => {
    const { thread, call, anna } = await scene();
    await thread.updateTopic('Recorded anew');
    const ids: string[] = [];
    for (const content of ['1', '3', '4', '5', '6', '7']) {
      ids.push((await thread.sendMessage({ content, senderDisplayName: 'Anna' } as never)).id);
    }
    const [one = '', seven = ''] = [ids[0], ids[5]];
    await thread.updateMessage(one, { content: '1 edited' });
    await thread.deleteMessage(one);
    await thread.updateMessage(seven, { content: '7 edited' });
    for (const _ of [1, 2]) {
      const bert = await newUser(emulator, europe);
      await thread.addParticipants({ participants: [{ id: { communicationUserId: bert.id } }] });
    }
    expect(await placesOf(call)).toEqual([
      ['14', 'participantAdded'],
      ['13', 'participantAdded'],
      ['12', '7 edited'],
      ['11', ''],
      ['8', '6'],
      ['7', '5'],
      ['6', '4'],
      ['5', '3'],
      ['3', 'topicUpdated'],
      ['2', 'topicUpdated'],
      ['1', 'participantAdded'],
    ]);
    const [, , edited, deleted] = (await call('GET', '/messages')).body['value'] as Record<string, unknown>[];
    const sender = { senderCommunicationIdentifier: { rawId: anna.id } };
    expect(edited).toMatchObject({ id: seven, ...sender, editedOn: expect.any(String), version: expect.any(String) });
    expect(deleted).toMatchObject({ id: one, ...sender, content: { message: '' }, deletedOn: expect.any(String) });
    expect(Number(edited?.['version'])).toBeGreaterThan(Number(seven));
    for (const [id, listed] of [
      [one, deleted],
      [seven, edited],
    ] as const) {
      expect((await call('GET', `/messages/${id}`)).body).toEqual(listed);
    }
  });

  it('takes numbers that are no ids of messages', async () => {
    const { thread, call } = await scene();
    const { id } = await thread.sendMessage({ content: 'words' });
    await thread.updateMessage(id, { content: 'other words' });
    await thread.updateProperties({ metadata: { a: 'b' } });
    for (const number of [1, 2]) {
      const path = `/messages/${Number(id) + number}`;
      expect((await call('GET', path)).status).toBe(404);
      expect((await call('PATCH', path, { content: 'x' })).status).toBe(404);
      expect((await call('DELETE', path)).status).toBe(404);
      const receipt = { chatMessageId: String(Number(id) + number) };
      expect((await call('POST', '/readReceipts', receipt)).status).toBe(404);
    }
    expect((await call('POST', '/readReceipts', { chatMessageId: id })).status).toBe(200);
    expect((await collect(thread.listReadReceipts())).map(({ chatMessageId }) => chatMessageId)).toEqual([id]);
  });

  it('is found by a client that polls the first page, and pages are full all the same', async () => {
    const { thread, call } = await scene();
    const ids: string[] = [];
    for (let n = 0; n < 12; n++) {
      ids.push((await thread.sendMessage({ content: `${n}` })).id);
    }
    // Twelve entries that are overtaken or internal, and then one that counts.
    for (let n = 0; n < 12; n++) {
      await thread.updateMessage(ids[0] ?? '', { content: `edit ${n}` });
    }
    expect(await placesOf(call, '?maxPageSize=2')).toEqual([
      ['26', 'edit 11'],
      ['14', '11'],
    ]);
    const walked = await collect(thread.listMessages({ maxPageSize: 3 }));
    expect(walked.map(({ sequenceId }) => Number(sequenceId))).toEqual([
      26,
      ...Array.from({ length: 11 }, (_, n) => 14 - n),
      2,
      1,
    ]);
  });

  it('made while somebody walks leaves the message where it was for that walk, with what it says now', async () => {
    const { call, thread } = await scene();
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) {
      ids.push((await thread.sendMessage({ content: `${n}` })).id);
    }
    const first = (await call('GET', '/messages?maxPageSize=2')).body;
    await thread.updateMessage(ids[1] ?? '', { content: '1 edited' });
    await thread.deleteMessage(ids[0] ?? '');
    const { searchParams } = new URL(String(first['nextLink']));
    const query = (names: readonly string[]) =>
      `?${names.map((name) => `${name}=${searchParams.get(name)}`).join('&')}&maxPageSize=20`;
    const rest = [
      ['6', '3'],
      ['5', '2'],
      ['9', '1 edited'],
      ['10', ''],
      ['2', 'topicUpdated'],
      ['1', 'participantAdded'],
    ];
    expect(await placesOf(call, query(['syncState', 'head']))).toEqual(rest);
    // A link of an earlier build does not say when its walk began.
    expect(await placesOf(call, query(['syncState']))).toEqual(rest);
  });
});
