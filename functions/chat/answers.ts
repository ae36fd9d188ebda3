// What chat answers, one schema a model of the contract (chat 2025-03-15), and those of Domicile's own operations.
import { z } from 'zod';
import { WrittenIdentifier } from '../wire/identifiers.js';
import { chatLimits as limits } from '../../shared/chat/index.js';
import { Count, InSeconds, NamedTexts, pageOf, Text } from '../wire/written.js';

/** Asked for in the same words. */
export const ChatRetentionPolicy = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('none') }),
    z.object({
      kind: z.literal('threadCreationDate'),
      deleteThreadAfterDays: z.int().min(limits.minRetentionDays).max(limits.maxRetentionDays),
    }),
  ])
  .meta({ id: 'ChatRetentionPolicy' });

export const ChatThreadProperties = z
  .object({
    id: Text,
    topic: Text,
    createdOn: InSeconds,
    createdByCommunicationIdentifier: WrittenIdentifier,
    metadata: NamedTexts.optional(),
    retentionPolicy: ChatRetentionPolicy,
  })
  .meta({ id: 'ChatThreadProperties' });

/** Who could not be added. */
const ChatError = z.object({ code: Text, message: Text, target: Text }).meta({ id: 'ChatError' });

export const AddChatParticipantsResult = z
  .object({ invalidParticipants: z.array(ChatError).optional() })
  .meta({ id: 'AddChatParticipantsResult' });

export const CreateChatThreadResult = AddChatParticipantsResult.extend({ chatThread: ChatThreadProperties }).meta({
  id: 'CreateChatThreadResult',
});

export const ChatThreadItem = z
  .object({ id: Text, topic: Text, lastMessageReceivedOn: InSeconds })
  .meta({ id: 'ChatThreadItem' });

export const ChatParticipant = z
  .object({
    communicationIdentifier: WrittenIdentifier,
    displayName: Text.optional(),
    shareHistoryTime: InSeconds,
    metadata: NamedTexts.optional(),
  })
  .meta({ id: 'ChatParticipant' });

const ChatAttachment = z
  .object({
    id: Text,
    attachmentType: z.enum(['image', 'file']),
    name: Text.optional(),
    url: Text.optional(),
    previewUrl: Text.optional(),
  })
  .meta({ id: 'ChatAttachment' });

const entry = { id: Text, sequenceId: Text, version: Text, createdOn: InSeconds };

/** What a user has sent. */
const SentMessage = z.object({
  ...entry,
  type: z.enum(['text', 'html']),
  content: z.object({ message: Text, attachments: z.array(ChatAttachment).optional() }),
  senderDisplayName: Text,
  senderCommunicationIdentifier: WrittenIdentifier,
  metadata: NamedTexts.optional(),
  editedOn: InSeconds.optional(),
  deletedOn: InSeconds.optional(),
});

const TopicUpdate = z.object({
  ...entry,
  type: z.literal('topicUpdated'),
  content: z.object({ topic: Text, initiatorCommunicationIdentifier: WrittenIdentifier }),
});

const MembershipChange = z.object({
  ...entry,
  type: z.enum(['participantAdded', 'participantRemoved']),
  content: z.object({
    participants: z.array(ChatParticipant),
    initiatorCommunicationIdentifier: WrittenIdentifier,
  }),
});

export const ChatMessage = z
  .discriminatedUnion('type', [SentMessage, TopicUpdate, MembershipChange])
  .meta({ id: 'ChatMessage' });

export const SendChatMessageResult = z.object({ id: Text }).meta({ id: 'SendChatMessageResult' });

export const ChatMessageReadReceipt = z
  .object({ senderCommunicationIdentifier: WrittenIdentifier, chatMessageId: Text, readOn: InSeconds })
  .meta({ id: 'ChatMessageReadReceipt' });

export const UploadChatImageResult = z
  .object({ id: Text, attachmentType: z.literal('inlineImage'), name: Text.optional() })
  .meta({ id: 'UploadChatImageResult' });

export const ChatThreadsPage = pageOf(ChatThreadItem);
export const ChatParticipantsPage = pageOf(ChatParticipant);
export const ChatMessagesPage = pageOf(ChatMessage);
export const ChatReceiptsPage = pageOf(ChatMessageReadReceipt);

/** Only how many took part in it; no topic, no content. */
export const ExpiredChatThread = z
  .object({ id: Text, participants: Count, expiredOn: InSeconds, restorableUntil: InSeconds })
  .meta({ id: 'ExpiredChatThread' });
