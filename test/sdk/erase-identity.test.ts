import { randomBytes } from 'node:crypto';
import { type Emulator, type EmulatorResource, startEmulator } from 'acs-domicile/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scanStorage } from '../scan/scan-storage.js';
import { chatClient, collect, identityClient, newUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;

beforeAll(async () => {
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'], instances: 2 });
  europe = emulator.resources[0] as EmulatorResource;
});
afterAll(() => emulator?.dispose());

const storage = () => emulator.ready.geographies['europe']?.storage ?? '';
const foundMarks = async (marks: readonly string[]) =>
  [...new Set((await scanStorage(storage(), marks)).hits.map(({ mark }) => mark))].sort();

describe('Deleting an identity', () => {
  it('hides its messages at once, here and within two seconds elsewhere, and leaves no byte of it', async () => {
    const [anna, bert, cleo] = [
      await newUser(emulator, europe),
      await newUser(emulator, europe),
      await newUser(emulator, europe),
    ];
    const mark = randomBytes(6).toString('hex');
    const marks = ['topic', 'name', 'text', 'metadata', 'renamed', 'thread'].map((what) => `${what}-${mark}`).sort();
    const [metadataMark, nameMark, renamedMark, textMark, threadMark, topicMark] = marks as [
      string,
      string,
      string,
      string,
      string,
      string,
    ];
    const user = { communicationUserId: anna.id };
    const { chatThread } = await anna.chat.createChatThread(
      { topic: topicMark },
      {
        participants: [
          { id: { communicationUserId: bert.id }, displayName: 'Bert' },
          { id: user, displayName: nameMark },
        ],
        metadata: { note: threadMark },
      },
    );
    const threadId = chatThread?.id ?? '';
    const hers = anna.chat.getChatThreadClient(threadId);
    const his = bert.chat.getChatThreadClient(threadId);
    await hers.sendMessage({ content: textMark }, { senderDisplayName: nameMark, metadata: { m: metadataMark } });
    const { id: kept } = await his.sendMessage({ content: 'from Bert' });
    await his.sendReadReceipt({ chatMessageId: kept });
    await hers.sendReadReceipt({ chatMessageId: kept });
    await hers.updateTopic(renamedMark);
    await his.addParticipants({ participants: [{ id: { communicationUserId: cleo.id } }] });
    // She has left another thread, and is alone in a third.
    const { chatThread: left } = await bert.chat.createChatThread({ topic: 'left' }, { participants: [{ id: user }] });
    await anna.chat.getChatThreadClient(left?.id ?? '').sendMessage({ content: textMark });
    await anna.chat.getChatThreadClient(left?.id ?? '').removeParticipant(user);
    const { chatThread: alone } = await anna.chat.createChatThread({ topic: topicMark });
    expect(await foundMarks([...marks, anna.id])).toEqual([...marks, anna.id].sort((a, b) => (a < b ? -1 : 1)));

    const elsewhere = chatClient(emulator, europe.instanceEndpoints[0] ?? '', bert.token).getChatThreadClient(threadId);
    const textsSeen = async (thread: typeof his) =>
      (await collect(thread.listMessages())).map(({ content }) => content?.message).filter(Boolean);
    expect(await textsSeen(elsewhere)).toEqual(['from Bert', textMark]);

    await identityClient(emulator, europe).deleteUser(user);
    expect(await textsSeen(his)).toEqual(['from Bert']);
    await expect.poll(() => textsSeen(elsewhere), { timeout: 2_500, interval: 100 }).toEqual(['from Bert']);

    await emulator.clock.advance('PT15M');
    await emulator.clock.advance('PT15M');
    expect(await foundMarks([...marks, anna.id, anna.id.slice(-36), alone?.id.slice(3, 39) ?? ''])).toEqual([]);

    // The others have lost nothing, and the thread goes on without gaps.
    expect((await his.getMessage(kept)).content?.message).toBe('from Bert');
    expect((await collect(his.listReadReceipts())).map(({ chatMessageId }) => chatMessageId)).toEqual([kept]);
    const still = (await collect(his.listParticipants())).map(({ id }) => id as { communicationUserId: string });
    expect(new Set(still.map(({ communicationUserId }) => communicationUserId))).toEqual(new Set([bert.id, cleo.id]));
    const { id: next } = await his.sendMessage({ content: 'and on' });
    expect((await his.getMessage(next)).sequenceId).toBe('9');
  });

  it('shows in the health of the app when its erasure is parked', async () => {
    const health = async () => (await fetch(`${europe.httpEndpoint}/health`)).json();
    // At night there is more in it: what the residency record of the day says.
    expect(await health()).toMatchObject({ status: 'healthy', parkedJobs: 0, overdueSeconds: 0 });
  });
});
