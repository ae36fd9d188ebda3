// The wire forms of chat: what requests must look like, and how answers are written. Contract: chat 2025-03-15.
import { z } from 'zod';
import type { AnswerBody } from '../../shared/api/index.js';
import { CommunicationIdentifier, toIdentifierModel } from '../wire/identifiers.js';
import { mergePatch, namedOrAbsent, orAbsent, orDefault, orRemoved } from '../wire/null-and-absent.js';
import {
  chatLimits as limits,
  type IdentifiedMessage,
  type InvalidParticipant,
  isPlace,
  type ListedThread,
  type Member,
  type NamedParticipant,
  placeOf,
  type ReadReceipt,
  threadIdOf,
  type ThreadState,
} from '../../shared/chat/index.js';
import { parseInstant, toSeconds } from '../../shared/time/instant.js';
import {
  type AddChatParticipantsResult,
  type ChatMessage,
  type ChatMessageReadReceipt,
  type ChatParticipant,
  ChatRetentionPolicy,
  type ChatThreadItem,
  type ChatThreadProperties,
} from './answers.js';

const Instant = z.string().transform((text, context) => {
  const ms = parseInstant(text);
  if (ms !== undefined) {
    return ms;
  }
  context.addIssue({ code: 'custom', message: 'Write a date and time with a zone, such as 2026-11-23T08:00:00Z.' });
  return z.NEVER;
});

const MetadataModel = namedOrAbsent(z.string());

const DisplayName = z.string().max(limits.maxDisplayNameLength);

/** Whatever is `null` is absent; told in the one step that renames, since a request may hold two hundred of these. */
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

export const CreateThreadRequest = z.object({
  topic: z.string().min(1).max(limits.maxTopicLength),
  participants: orDefault(z.array(ParticipantModel).max(limits.maxParticipantsPerCall), []),
  metadata: orAbsent(MetadataModel),
  retentionPolicy: orAbsent(ChatRetentionPolicy),
});

const MetadataPatch = mergePatch(z.string());

const noPolicy = { kind: 'none' as const };

export const UpdateThreadRequest = z.object({
  topic: orAbsent(z.string().min(1).max(limits.maxTopicLength)),
  metadata: orRemoved(MetadataPatch),
  retentionPolicy: orRemoved(ChatRetentionPolicy).transform((policy) => (policy === null ? noPolicy : policy)),
});

export const AddParticipantsRequest = z.object({
  participants: z.array(ParticipantModel).min(1).max(limits.maxParticipantsPerCall),
});

const AttachmentModel = z.object({
  id: z.string().min(1),
  attachmentType: z.enum(['image', 'file']),
  name: orAbsent(z.string()),
  url: orAbsent(z.string()),
  previewUrl: orAbsent(z.string()),
});

export const SendMessageRequest = z.object({
  content: orDefault(z.string(), ''),
  senderDisplayName: orDefault(DisplayName, ''),
  type: orDefault(z.enum(['text', 'html']), 'text'),
  metadata: orAbsent(MetadataModel),
  attachments: orAbsent(z.array(AttachmentModel).max(50)),
});

export const UpdateMessageRequest = z.object({
  content: orRemoved(z.string()).transform((content) => (content === null ? '' : content)),
  metadata: orRemoved(MetadataPatch),
});

export const SendReceiptRequest = z.object({ chatMessageId: z.string() });

export const TypingRequest = z.preprocess((body) => body ?? {}, z.object({ senderDisplayName: DisplayName.nullish() }));

/** Who asks for more gets as many as there are at most. */
const PageSize = z.coerce
  .number()
  .int()
  .min(1)
  .transform((size) => Math.min(size, limits.maxPageSize))
  .default(limits.maxPageSize);

const SequenceNumber = z
  .string()
  .regex(/^[0-9a-f]{1,10}$/, 'Use the nextLink of the page before as it is.')
  .transform((hex) => Number.parseInt(hex, 16));

export const MessagesQuery = z.object({
  maxPageSize: PageSize,
  startTime: Instant.optional(),
  /** Ours, from a `nextLink`: the sequence number that the page before ended with. */
  syncState: SequenceNumber.optional(),
  /** Ours too: the newest number when the walk began. Apart, because earlier builds know only the other one. */
  head: SequenceNumber.optional(),
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

export const SkipQuery = z.object({
  maxPageSize: PageSize,
  skip: z.coerce.number().int().min(0).default(0),
  /** Ours, from a `nextLink`: the place of the id that the page before ended with. */
  syncState: z.string().max(1_024).refine(isPlace, 'Use the nextLink of the page before as it is.').optional(),
});

export function renderThread(key: string, state: ThreadState): AnswerBody<typeof ChatThreadProperties> {
  return {
    id: threadIdOf(key, state),
    topic: state.topic,
    createdOn: toSeconds(state.createdOn),
    createdByCommunicationIdentifier: toIdentifierModel(state.createdBy),
    ...(state.metadata !== undefined && { metadata: state.metadata }),
    retentionPolicy: state.retention ?? { kind: 'none' },
  };
}

export function renderListedThread({ id, topic, lastMessageOn }: ListedThread): AnswerBody<typeof ChatThreadItem> {
  return { id, topic, lastMessageReceivedOn: toSeconds(lastMessageOn) };
}

export function renderMember({ id, displayName, reads, metadata }: Member): AnswerBody<typeof ChatParticipant> {
  return {
    ...renderParticipant({ id, sharedFrom: reads.from, ...(displayName !== undefined && { displayName }) }),
    ...(metadata !== undefined && { metadata }),
  };
}

function renderParticipant({ id, displayName, sharedFrom }: NamedParticipant): AnswerBody<typeof ChatParticipant> {
  return {
    communicationIdentifier: toIdentifierModel(id),
    ...(displayName !== undefined && { displayName }),
    shareHistoryTime: toSeconds(sharedFrom),
  };
}

export function renderReceipt({ reader, messageId, readOn }: ReadReceipt): AnswerBody<typeof ChatMessageReadReceipt> {
  return {
    senderCommunicationIdentifier: toIdentifierModel(reader),
    chatMessageId: messageId,
    readOn: toSeconds(readOn),
  };
}

/** Nothing when everybody could be added. */
export function renderInvalid(invalid: readonly InvalidParticipant[]): AnswerBody<typeof AddChatParticipantsResult> {
  return invalid.length === 0 ? {} : { invalidParticipants: invalid.map(renderInvalidParticipant) };
}

function renderInvalidParticipant({ rawId, reason }: InvalidParticipant) {
  return reason === 'notFound'
    ? { code: '404', message: 'Not found', target: rawId }
    : { code: '403', message: 'Permissions check failed', target: rawId };
}

export function renderMessage(message: IdentifiedMessage): AnswerBody<typeof ChatMessage> {
  switch (message.kind) {
    case 'text':
    case 'html':
      return renderSent(message);
    case 'topicUpdated':
      return renderEvent(message, message.kind, { topic: message.topic });
    case 'participantAdded':
    case 'participantRemoved':
      return renderEvent(message, message.kind, { participants: message.participants.map(renderParticipant) });
  }
}

function renderEvent<Kind extends string, Content extends object>(
  { id, sequence, createdOn, initiator }: IdentifiedMessage & { readonly initiator: string },
  type: Kind,
  content: Content,
) {
  return {
    id,
    type,
    sequenceId: String(sequence),
    version: id,
    createdOn: toSeconds(createdOn),
    content: { ...content, initiatorCommunicationIdentifier: toIdentifierModel(initiator) },
  };
}

/** Written in one piece: pages hold 200 of them. What is undefined is not written into JSON. */
function renderSent(message: IdentifiedMessage & { kind: 'text' | 'html' }): AnswerBody<typeof ChatMessage> {
  const { id, kind, createdOn, content, attachments, metadata, editedOn, deletedOn } = message;
  const changedOn = deletedOn ?? editedOn;
  return {
    id,
    type: kind,
    sequenceId: String(placeOf(message)),
    // A later moment than the id, which is the version of a message that was never changed.
    version: changedOn === undefined ? id : String(Math.max(changedOn, (Number(id) || 0) + 1)),
    createdOn: toSeconds(createdOn),
    // Never left out, and empty when the message was deleted: clients read it without asking.
    content: { message: content ?? '', attachments },
    senderDisplayName: message.senderDisplayName,
    senderCommunicationIdentifier: toIdentifierModel(message.sender),
    metadata,
    editedOn: editedOn === undefined ? undefined : toSeconds(editedOn),
    deletedOn: deletedOn === undefined ? undefined : toSeconds(deletedOn),
  };
}
