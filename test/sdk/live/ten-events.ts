// All ten events of live chat: one does what raises them, and both hear of it what it is about, once.
import type { Emulator, EmulatorResource } from 'acs-domicile/emulator';
import { expect } from 'vitest';
import { newUser, type TestUser } from '../clients.js';
import type { HeardEvents } from './heard-events.js';

export interface TwoPeople {
  readonly emulator: Emulator;
  readonly resource: EmulatorResource;
  /** In windows of their names. */
  readonly heard: HeardEvents;
  readonly anna: TestUser;
  readonly bert: TestUser;
}

const user = ({ id }: TestUser) => ({ kind: 'communicationUser', communicationUserId: id });

export async function newThread(
  { anna, bert }: Pick<TwoPeople, 'anna' | 'bert'>,
  topic: string,
  metadata: Record<string, string> = {},
) {
  const { chatThread } = await anna.chat.createChatThread(
    { topic },
    {
      participants: [
        { id: { communicationUserId: anna.id }, displayName: 'Anna' },
        { id: { communicationUserId: bert.id }, displayName: 'Bert' },
      ],
      metadata,
    },
  );
  const id = chatThread?.id ?? '';
  return { id, ofAnna: anna.chat.getChatThreadClient(id), ofBert: bert.chat.getChatThreadClient(id) };
}

export async function hearTenEvents(people: TwoPeople): Promise<void> {
  const { emulator, resource, heard, anna, bert } = people;
  const topic = 'Töpic 100% ☕';
  const thread = await newThread(people, topic, { kind: 'team' });
  const { id: threadId } = thread;
  const inThread = (payload: Record<string, unknown>) => payload['threadId'] === threadId;
  const created = await heard.hears('bert', 'chatThreadCreated', inThread);
  expect(created.payload).toMatchObject({
    threadId,
    properties: { topic, metadata: { kind: 'team' } },
    createdBy: { id: user(anna), displayName: 'Anna' },
  });
  expect(created.payload['participants']).toHaveLength(2);

  const options = { senderDisplayName: 'Anna', metadata: { a: '1' } };
  const { id: messageId } = await thread.ofAnna.sendMessage({ content: 'hello ☕ 100%' }, options);
  const ofMessage = (payload: Record<string, unknown>) => payload['id'] === messageId;
  for (const name of ['bert', 'anna']) {
    const received = await heard.hears(name, 'chatMessageReceived', ofMessage);
    expect(received.payload).toMatchObject({
      threadId,
      message: 'hello ☕ 100%',
      type: 'Text',
      sender: user(anna),
      senderDisplayName: 'Anna',
      recipient: user(name === 'anna' ? anna : bert),
      version: messageId,
      metadata: { a: '1' },
    });
  }

  await thread.ofAnna.updateMessage(messageId, { content: 'edited' });
  const edited = await heard.hears('bert', 'chatMessageEdited', ofMessage);
  expect(edited.payload).toMatchObject({ threadId, message: 'edited', sender: user(anna) });
  expect(Date.parse(String(edited.payload['editedOn']))).toBeGreaterThan(0);

  await thread.ofBert.sendReadReceipt({ chatMessageId: messageId });
  const read = await heard.hears('anna', 'readReceiptReceived', inThread);
  expect(read.payload).toMatchObject({ chatMessageId: messageId, sender: user(bert), recipient: user(anna) });
  expect(Date.parse(String(read.payload['readOn']))).toBeGreaterThan(0);

  await thread.ofBert.sendTypingNotification({ senderDisplayName: 'Bert' });
  const typing = await heard.hears('anna', 'typingIndicatorReceived', inThread);
  expect(typing.payload).toMatchObject({ sender: user(bert), senderDisplayName: 'Bert' });

  await thread.ofAnna.deleteMessage(messageId);
  const deleted = await heard.hears('bert', 'chatMessageDeleted', ofMessage);
  expect(Date.parse(String(deleted.payload['deletedOn']))).toBeGreaterThan(0);

  await thread.ofBert.updateTopic('50% off');
  const updated = await heard.hears('anna', 'chatThreadPropertiesUpdated', inThread);
  expect(updated.payload).toMatchObject({
    properties: { topic: '50% off', metadata: { kind: 'team' } },
    updatedBy: { id: user(bert), displayName: 'Bert' },
  });

  const cy = await newUser(emulator, resource);
  const since = new Date('2026-01-02T03:04:05Z');
  await thread.ofAnna.addParticipants({
    participants: [{ id: { communicationUserId: cy.id }, displayName: 'Cy', shareHistoryTime: since }],
  });
  const added = await heard.hears('bert', 'participantsAdded', inThread);
  expect(added.payload).toMatchObject({
    addedBy: { id: user(anna), displayName: 'Anna' },
    participantsAdded: [{ id: user(cy), displayName: 'Cy', shareHistoryTime: since.toISOString() }],
  });

  await thread.ofAnna.removeParticipant({ communicationUserId: cy.id });
  const removed = await heard.hears('bert', 'participantsRemoved', inThread);
  expect(removed.payload).toMatchObject({
    removedBy: { id: user(anna) },
    participantsRemoved: [{ id: user(cy), displayName: 'Cy' }],
  });

  await anna.chat.deleteChatThread(threadId);
  const ended = await heard.hears('bert', 'chatThreadDeleted', inThread);
  expect(ended.payload).toMatchObject({ deletedBy: { id: user(anna) }, reason: 'deletedByUser' });

  await heard.hears('anna', 'chatThreadDeleted', inThread);

  // Once each, and whoever has read hears nothing of that.
  const ofThread = heard.list.filter(({ payload }) => payload !== undefined && inThread(payload));
  const counts = new Map<string, number>();
  for (const { name, event } of ofThread) {
    counts.set(`${name} ${event}`, (counts.get(`${name} ${event}`) ?? 0) + 1);
  }
  expect([...counts].filter(([, count]) => count !== 1)).toEqual([]);
  expect([...counts.keys()].filter((each) => each.startsWith('bert '))).toHaveLength(9);
  expect([...counts.keys()].filter((each) => each.startsWith('anna '))).toHaveLength(10);
}
