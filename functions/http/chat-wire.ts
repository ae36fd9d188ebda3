// The wire forms of chat: what requests must look like, and how answers are written. Contract: chat 2025-03-15.
import { z } from 'zod';
import { CommunicationIdentifier, toIdentifierModel } from '../../shared/api/communication-identifier.js';
import {
  chatLimits as limits,
  formatThreadId,
  type IdentifiedMessage,
  type InvalidParticipant,
  type ListedThread,
  type Member,
  type ThreadState,
} from '../../shared/chat/index.js';
import { parseInstant, toSeconds } from '../../shared/time/instant.js';

const Instant = z.string().transform((text, context) => {
  const ms = parseInstant(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: 'Write a date and time with a zone, such as 2026-11-23T08:00:00Z.' });
  return z.NEVER;
});

const MetadataModel = z.record(z.string(), z.string());

const DisplayName = z.string().max(limits.maxDisplayNameLength);

const ParticipantModel = z
  .object({
    communicationIdentifier: CommunicationIdentifier,
    displayName: DisplayName.nullish(),
    shareHistoryTime: Instant.nullish(),
    metadata: MetadataModel.nullish(),
  })
  .transform(({ communicationIdentifier, displayName, shareHistoryTime, metadata }) => ({
    rawId: communicationIdentifier,
    displayName: displayName ?? undefined,
    shareHistoryTime: shareHistoryTime ?? undefined,
    metadata: metadata ?? undefined,
  }));

const RetentionPolicyModel = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('none') }),
  z.object({
    kind: z.literal('threadCreationDate'),
    deleteThreadAfterDays: z.int().min(limits.minRetentionDays).max(limits.maxRetentionDays),
  }),
]);

export const CreateThreadRequest = z.object({
  topic: z.string().min(1).max(limits.maxTopicLength),
  participants: z
    .array(ParticipantModel)
    .max(limits.maxParticipantsPerCall)
    .nullish()
    .transform((list) => list ?? []),
  metadata: MetadataModel.nullish().transform((metadata) => metadata ?? undefined),
  retentionPolicy: RetentionPolicyModel.nullish().transform((policy) => policy ?? undefined),
});

export const SendMessageRequest = z.object({
  content: z.string(),
  senderDisplayName: DisplayName.nullish().transform((name) => name ?? ''),
  type: z
    .enum(['text', 'html'])
    .nullish()
    .transform((type) => type ?? 'text'),
  metadata: MetadataModel.nullish().transform((metadata) => metadata ?? undefined),
});

const PageSize = z.coerce.number().int().min(1).max(limits.maxPageSize).default(limits.maxPageSize);

export const MessagesQuery = z.object({
  maxPageSize: PageSize,
  startTime: Instant.optional(),
  /** Ours, from a `nextLink`: the sequence number that the page before ended with. */
  syncState: z
    .string()
    .regex(/^[0-9a-f]{1,10}$/, 'Use the nextLink of the page before as it is.')
    .transform((hex) => Number.parseInt(hex, 16))
    .optional(),
});

export const ThreadsQuery = z.object({
  maxPageSize: PageSize,
  startTime: Instant.optional(),
  /** Ours, from a `nextLink`: the key of the last thread of the page before. */
  syncState: z
    .string()
    .regex(/^[\w-]{36}$/, 'Use the nextLink of the page before as it is.')
    .optional(),
});

export const ParticipantsQuery = z.object({
  maxPageSize: PageSize,
  skip: z.coerce.number().int().min(0).default(0),
});

export function renderThread(key: string, state: ThreadState) {
  return {
    id: formatThreadId({ key, createdOn: state.createdOn }),
    topic: state.topic,
    createdOn: toSeconds(state.createdOn),
    createdByCommunicationIdentifier: toIdentifierModel(state.createdBy),
    ...(state.metadata !== undefined && { metadata: state.metadata }),
    ...(state.retention !== undefined && { retentionPolicy: state.retention }),
  };
}

export function renderListedThread({ key, createdOn, topic, lastMessageOn }: ListedThread) {
  return { id: formatThreadId({ key, createdOn }), topic, lastMessageReceivedOn: toSeconds(lastMessageOn) };
}

export function renderParticipant({ id, displayName, sharedFrom, metadata }: Member) {
  return {
    communicationIdentifier: toIdentifierModel(id),
    ...(displayName !== undefined && { displayName }),
    shareHistoryTime: toSeconds(sharedFrom),
    ...(metadata !== undefined && { metadata }),
  };
}

export function renderInvalidParticipant({ rawId, reason }: InvalidParticipant) {
  return reason === 'notFound'
    ? { code: '404', message: 'Not found', target: rawId }
    : { code: '403', message: 'Permissions check failed', target: rawId };
}

export function renderMessage(message: IdentifiedMessage) {
  const base = {
    id: message.id,
    type: message.kind,
    sequenceId: String(message.sequence),
    version: message.id,
    createdOn: toSeconds(message.createdOn),
  };
  switch (message.kind) {
    case 'text':
    case 'html':
      return {
        ...base,
        content: { message: message.content },
        senderDisplayName: message.senderDisplayName,
        senderCommunicationIdentifier: toIdentifierModel(message.sender),
        ...(message.metadata !== undefined && { metadata: message.metadata }),
      };
    case 'topicUpdated':
      return {
        ...base,
        content: { topic: message.topic, initiatorCommunicationIdentifier: toIdentifierModel(message.initiator) },
      };
    case 'participantAdded':
    case 'participantRemoved':
      return {
        ...base,
        content: {
          participants: message.participants.map(renderParticipant),
          initiatorCommunicationIdentifier: toIdentifierModel(message.initiator),
        },
      };
  }
}
