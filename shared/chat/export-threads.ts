// What a person gets handed out of a thread: their part in it, what they wrote and did there, the images they sent; on
// request also what others wrote while they could read it. The words of others are not theirs, but for the topic.
import type { Readable } from 'node:stream';
import type { ExportItem, ExportOptions, PersonalIdentifier } from '../data-map/index.js';
import { type LogEntry, LogNotFound } from '../storage/index.js';
import { toSeconds } from '../time/instant.js';
import { accessOf, asSeen, findFormer, type ReadAccess } from './access.js';
import { imageBlobName, imagePrefix } from './image-names.js';
import { hasEnded } from './lifecycle.js';
import { toMessage } from './log-entry.js';
import { messageIdOf } from './message-id.js';
import type { Message, Metadata, ThreadState } from './model.js';
import { namedPrefix } from './named-people.js';
import type { ChatParts } from './parts.js';
import { readMessageId, receiptPrefix } from './read-receipts.js';
import { runsOutOn } from './retention.js';
import { threadIdOf } from './thread-id.js';

const pageEntries = 500;

export const threadFields: Readonly<Record<string, string>> = {
  type: 'thread: your part in a thread; text, html: a message; topicUpdated, participantAdded, participantRemoved',
  threadId: 'Id of the thread',
  topic: 'Topic of the thread; of a topicUpdated: the topic that was set then',
  id: 'Id of the message',
  createdOn: 'When the message was sent, or the thread was made',
  createdByYou: 'Whether you made the thread',
  isParticipant: 'Whether you take part in the thread now',
  leftOn: 'When you left, or were removed from the thread',
  displayName: 'Your name in the thread',
  participantMetadata: 'What the application noted about your part in the thread',
  metadata: 'What the application noted with the message; of a thread: what it noted in your name',
  deleteThreadAfterDays: 'How many days after it was made the thread is deleted',
  lastReadMessageId: 'The last message that you confirmed to have read',
  lastReadOn: 'When you confirmed that',
  content: 'Text of the message; absent when the message was deleted, or edited after you had left',
  senderDisplayName: 'Name of the sender, as sent with the message',
  sender: 'Who sent a message that you received',
  initiator: 'Who set a topic that you received',
  attachments: 'What was attached to the message',
  editedOn: 'When the message was edited last',
  deletedOn: 'When the message was deleted',
  wasYourDoing: 'Whether it was you who added or removed participants',
  sharedFrom: 'From when on the history was shared with you when you were added',
};

/** Nothing when the person never took part and is not named, or the thread is deleted or expired: then nobody reads it any more. */
export async function* exportThread(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  { includesReceived, readsFrom }: ExportOptions,
): AsyncGenerator<ExportItem> {
  await readsFrom(threadKey);
  const first = await pageOf(parts, threadKey);
  if (first === undefined || hasEnded(first.state, parts.clock.now())) {
    return;
  }
  const { state } = first;
  const keptUntil = runsOutOn(state);
  const member = state.members.find(({ id }) => id === rawId);
  const reader = member === undefined ? await findFormer(parts, threadKey, rawId) : accessOf(member);
  // Who never took part, but is named: what they did is theirs, the rest of the thread is not.
  const isNamed = state.namesOthers && (await parts.threads.beside(threadKey, `${namedPrefix}${rawId}`)) !== undefined;
  if (reader === undefined && !isNamed) {
    return;
  }

  const isTopicSeen = reader !== undefined || state.topicBy === rawId;
  const about = { threadId: threadIdOf(threadKey, state), ...(isTopicSeen && { topic: state.topic }) };
  const ends = keptUntil === undefined ? {} : { keptUntil };
  const topicAuthors = state.topicBy === rawId || !isTopicSeen ? [] : [identityOf(state.topicBy)];
  yield {
    record: { type: 'thread', ...about, ...(await partIn(parts, threadKey, state, rawId, reader)) },
    others: topicAuthors,
    ...ends,
  };
  for (let page: typeof first | undefined = first; page !== undefined; ) {
    for (const entry of page.entries) {
      const exported = exportEntry(parts, state, entry, rawId, includesReceived ? reader : undefined);
      if (exported === undefined) {
        continue;
      }
      const { record, receivedFrom } = exported;
      yield {
        record: { ...about, ...record },
        others: topicAuthors,
        ...ends,
        ...(receivedFrom !== undefined && { receivedFrom }),
      };
    }
    const oldest = page.entries.at(-1);
    page = page.hasMore && oldest !== undefined ? await pageOf(parts, threadKey, oldest.sequence) : undefined;
  }
}

export const imageFields: Readonly<Record<string, string>> = {
  threadId: 'Id of the thread that the image was sent to',
  name: 'Name of the file, as sent',
  sentOn: 'When the image was sent',
};

export async function* exportImages(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  { readsFrom }: ExportOptions,
): AsyncGenerator<ExportItem> {
  await readsFrom(threadKey);
  let state: ThreadState | undefined;
  for await (const { rowKey, columns } of parts.threads.allBeside(threadKey, imagePrefix)) {
    if (columns['owner'] !== rawId) {
      continue;
    }
    state ??= await stateOf(parts, threadKey);
    if (state === undefined || hasEnded(state, parts.clock.now())) {
      return;
    }
    const keptUntil = runsOutOn(state);
    const imageId = rowKey.slice(imagePrefix.length);
    const name = String(columns['name']);
    yield {
      record: {
        threadId: threadIdOf(threadKey, state),
        name,
        sentOn: toSeconds(Number(columns['at'])),
      },
      // The sender's own name may hold anything; of it only the extension is needed to open the file.
      file: { name: `${imageId}${extensionOf(name)}`, open: () => openImage(parts, threadKey, imageId) },
      ...(keptUntil !== undefined && { keptUntil }),
    };
  }
}

async function openImage(parts: ChatParts, threadKey: string, imageId: string): Promise<Readable | undefined> {
  return (await parts.images.download(imageBlobName(threadKey, imageId)))?.content;
}

function extensionOf(fileName: string): string {
  return /\.(?:png|jpe?g|gif|webp)$/i.exec(fileName)?.[0].toLowerCase() ?? '';
}

async function partIn(
  parts: ChatParts,
  threadKey: string,
  state: ThreadState,
  rawId: string,
  reader: ReadAccess | undefined,
): Promise<ExportItem['record']> {
  const member = state.members.find(({ id }) => id === rawId);
  const receipt = await parts.threads.beside(threadKey, `${receiptPrefix}${rawId}`);
  const metadata = Object.entries(state.metadata ?? {}).filter(([key]) => state.metadataBy?.[key] === rawId);
  return {
    createdOn: toSeconds(state.createdOn),
    createdByYou: state.createdBy === rawId,
    isParticipant: member !== undefined,
    ...(reader?.leftOn !== undefined && { leftOn: toSeconds(reader.leftOn) }),
    ...(member?.displayName !== undefined && { displayName: member.displayName }),
    ...(member?.metadata !== undefined && { participantMetadata: member.metadata }),
    ...(metadata.length > 0 && { metadata: Object.fromEntries(metadata) as Metadata }),
    ...(state.retention?.kind === 'threadCreationDate' && {
      deleteThreadAfterDays: state.retention.deleteThreadAfterDays,
    }),
    ...(receipt !== undefined && {
      lastReadMessageId: readMessageId(state, receipt),
      lastReadOn: toSeconds(Number(receipt['readOn'])),
    }),
  };
}

interface ExportedEntry {
  readonly record: ExportItem['record'];
  /** Somebody else who wrote it. */
  readonly receivedFrom?: PersonalIdentifier;
}

/** @param reader set when what was received is wanted too */
function exportEntry(
  parts: ChatParts,
  state: ThreadState,
  entry: LogEntry,
  rawId: string,
  reader: ReadAccess | undefined,
): ExportedEntry | undefined {
  const message = toMessage(entry, messageIdOf(state, entry));
  if (message === undefined) {
    return undefined;
  }
  const placed = { id: message.id, createdOn: toSeconds(message.createdOn) };
  if ('participants' in message) {
    const own = message.participants.find(({ id }) => id === rawId);
    const wasYourDoing = message.initiator === rawId;
    if (own === undefined && !wasYourDoing) {
      return undefined;
    }
    const { displayName, sharedFrom } = own ?? {};
    return {
      record: {
        type: message.kind,
        ...placed,
        wasYourDoing,
        ...(displayName !== undefined && { displayName }),
        ...(sharedFrom !== undefined && { sharedFrom: toSeconds(sharedFrom) }),
      },
    };
  }
  const author = 'sender' in message ? message.sender : message.initiator;
  if (author === rawId) {
    return { record: { ...placed, ...writtenBy(message) } };
  }
  if (reader === undefined || parts.isBuried(author)) {
    return undefined;
  }
  const visible = asSeen(message, reader);
  if (visible === undefined || 'participants' in visible) {
    return undefined;
  }
  const name = 'sender' in visible ? 'sender' : 'initiator';
  return { record: { ...placed, ...writtenBy(visible), [name]: author }, receivedFrom: identityOf(author) };
}

function writtenBy(message: Exclude<Message, { participants: unknown }>): ExportItem['record'] {
  if (!('sender' in message)) {
    return { type: message.kind, topic: message.topic };
  }
  const { kind, content, senderDisplayName, metadata, attachments, editedOn, deletedOn } = message;
  return {
    type: kind,
    ...(content !== undefined && { content }),
    ...(senderDisplayName !== '' && { senderDisplayName }),
    ...(metadata !== undefined && { metadata }),
    ...(attachments !== undefined && { attachments }),
    ...(editedOn !== undefined && { editedOn: toSeconds(editedOn) }),
    ...(deletedOn !== undefined && { deletedOn: toSeconds(deletedOn) }),
  };
}

function identityOf(rawId: string): PersonalIdentifier {
  return { kind: 'identity', rawId };
}

/** undefined when the thread is gone. */
function pageOf(parts: ChatParts, threadKey: string, before?: number) {
  return unlessGone(() => parts.threads.page(threadKey, pageEntries, before));
}

export function stateOf(parts: ChatParts, threadKey: string): Promise<ThreadState | undefined> {
  return unlessGone(() => parts.threads.state(threadKey, 0));
}

async function unlessGone<Result>(read: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof LogNotFound) {
      return undefined;
    }
    throw error;
  }
}
