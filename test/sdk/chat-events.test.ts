// What the official chat client does is told to a webhook as Event Grid would tell it.
import { startEmulator, type Emulator, type EmulatorResource } from 'acs-domicile/emulator';
import { isSystemEvent } from '@azure/eventgrid';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { chatEventTypes } from '../../shared/chat/index.js';
import { type GotEvent, startWebhook, type Webhook } from '../events/webhook.js';
import { newUser } from './clients.js';

let emulator: Emulator;
let europe: EmulatorResource;
let webhook: Webhook;

beforeAll(async () => {
  webhook = await startWebhook();
  emulator = await startEmulator({ ephemeral: true, geographies: ['europe'] });
  europe = emulator.resources[0] as EmulatorResource;
  await emulator.stage('events', 'subscribe', { name: 'all-events', endpoint: webhook.url });
});
afterAll(async () => {
  await emulator?.dispose();
  await webhook?.close();
});

const typeOf = new Map(chatEventTypes.map((type) => [type.name, type]));
const short = (type: string) => type.replace('Microsoft.Communication.', '');
const of = (threadId: string) => webhook.events.filter(({ subject }) => subject.startsWith(`thread/${threadId}/`));
const typesOf = (threadId: string) => of(threadId).map(({ eventType }) => short(eventType));

async function until(threadId: string, type: string, count = 1): Promise<readonly GotEvent[]> {
  return vi.waitFor(
    () => {
      const found = of(threadId).filter(({ eventType }) => short(eventType) === type);
      expect(found, typesOf(threadId).join()).toHaveLength(count);
      return found;
    },
    { timeout: 10_000 },
  );
}

describe('What happens in a chat thread', () => {
  it('is told to the thread and to each participant but who did it, as the contract has it', async () => {
    const [anna, bert, carl] = [
      await newUser(emulator, europe),
      await newUser(emulator, europe),
      await newUser(emulator, europe),
    ];
    const participants = [{ id: { communicationUserId: bert.id }, displayName: 'Bert' }];
    const made = await anna.chat.createChatThread({ topic: 'Planning' }, { participants, metadata: { kind: 'team' } });
    const threadId = made.chatThread?.id ?? '';
    const thread = anna.chat.getChatThreadClient(threadId);
    const sent = await thread.sendMessage({ content: 'Hello' }, { senderDisplayName: 'Anna', metadata: { n: '1' } });
    const [received] = await until(threadId, 'ChatMessageReceived');
    expect(received).toMatchObject({
      topic: expect.stringMatching(/\/domains\/domicile-europe\/topics\/contoso-europe$/),
      subject: `thread/${threadId}/sender/${anna.id}/recipient/${bert.id}`,
      dataVersion: '1.0',
      metadataVersion: '1',
      data: {
        messageBody: 'Hello',
        messageId: sent.id,
        metadata: { n: '1' },
        senderDisplayName: 'Anna',
        type: 'Text',
        version: Number(sent.id),
        threadId,
        senderCommunicationIdentifier: { rawId: anna.id, communicationUser: { id: anna.id } },
        recipientCommunicationIdentifier: { rawId: bert.id, communicationUser: { id: bert.id } },
      },
    });
    const [inThread] = await until(threadId, 'ChatMessageReceivedInThread');
    expect(inThread?.subject).toBe(`thread/${threadId}/sender/${anna.id}`);

    await thread.addParticipants({ participants: [{ id: { communicationUserId: carl.id }, displayName: 'Carl' }] });
    await thread.updateTopic('Other');
    await thread.removeParticipant({ communicationUserId: carl.id });
    await until(threadId, 'ChatParticipantRemovedFromThreadWithUser', 2);
    await anna.chat.deleteChatThread(threadId);
    await until(threadId, 'ChatThreadWithUserDeleted');
    await until(threadId, 'ChatThreadDeleted');

    expect(typesOf(threadId).toSorted()).toEqual(
      [
        'ChatThreadCreated',
        'ChatThreadCreatedWithUser',
        'ChatMessageReceivedInThread',
        'ChatMessageReceived',
        'ChatThreadParticipantAdded',
        'ChatParticipantAddedToThreadWithUser',
        'ChatParticipantAddedToThreadWithUser',
        'ChatThreadPropertiesUpdated',
        'ChatThreadPropertiesUpdatedPerUser',
        'ChatThreadPropertiesUpdatedPerUser',
        'ChatThreadParticipantRemoved',
        'ChatParticipantRemovedFromThreadWithUser',
        'ChatParticipantRemovedFromThreadWithUser',
        'ChatThreadDeleted',
        'ChatThreadWithUserDeleted',
      ].toSorted(),
    );
    for (const event of of(threadId)) {
      expect(isSystemEvent(event.eventType as never, event as never)).toBe(true);
      expect(typeOf.get(short(event.eventType))?.data.safeParse(event.data)).toMatchObject({ success: true });
    }
    expect(new Set(of(threadId).map(({ id }) => id)).size).toBe(of(threadId).length);
  });
});
