// What a person gets handed out of a thread: their part in it, what they wrote and did there, the images they sent; on
// request also what others wrote while they could read it. The words of others are not theirs, but for the topic. It is
// read as whoever answers for the data reads it: also of a thread that has expired and can be restored, which nobody reads.
import { type ExportItem, type ExportOptions, hiddenIdentities, type PersonalIdentifier } from '../data-map/index.js';
import { toSeconds } from '../time/instant.js';
import { accessOf, asSeen, findFormer, type ReadAccess, topicFor } from './access.js';
import { unlessGone } from './follow-thread.js';
import { lifecycleOf, storedUntil } from './lifecycle.js';
import { toMessage } from './log-entry.js';
import type { LogEntry } from '../storage/index.js';
import { messageIdOf } from './message-id.js';
import type { IdentifiedMessage, Message, Metadata, ThreadState } from './model.js';
import { naming } from './names.js';
import { namedPrefix } from './named-people.js';
import type { ChatParts } from './parts.js';
import { readMessageId, receiptPrefix } from './read-receipts.js';
import { runsOutOn } from './retention.js';
import { threadIdOf } from './thread-id.js';
import { type IsGone, stateWithout } from './without-people.js';

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
  namesYouGave: 'Names that you gave to others in the thread; with what you received',
  notesYouGave: 'What the application noted about others in the thread in your name; with what you received',
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
  wasYourDoing: 'Whether it was you who added or removed participants, or changed what is noted of the thread',
  sharedFrom: 'From when on the history was shared with you when you were added',
};

/** What somebody has to do with a thread. */
export interface PartInThread {
  /** What they may read; absent of who is only named. */
  readonly reader?: ReadAccess;
}

/** undefined when the person never took part and is not named, or the thread is deleted: it is about to be gone. */
export async function findPart(
  parts: ChatParts,
  threadKey: string,
  state: ThreadState,
  rawId: string,
): Promise<PartInThread | undefined> {
  if (lifecycleOf(state, parts.clock.now()).stage === 'deleted') {
    return undefined;
  }
  const member = state.members.find(({ id }) => id === rawId);
  if (member !== undefined) {
    return { reader: accessOf(member) };
  }
  const former = state.lastRemoval > 0 ? await findFormer(parts, threadKey, rawId) : undefined;
  if (former !== undefined) {
    return { reader: former };
  }
  // Who never took part, but is named: what they did is theirs, the rest of the thread is not.
  const isNamed = state.namesOthers && (await parts.threads.beside(threadKey, `${namedPrefix}${rawId}`)) !== undefined;
  return isNamed ? {} : undefined;
}

/** Product ms when a copy has to be gone: with the thread, but while that is expired with what can still be restored. */
export function copiesEnd(state: ThreadState, now: number): number | undefined {
  return lifecycleOf(state, now).stage === 'expired' ? storedUntil(state) : runsOutOn(state);
}

/** First the part that the person has in the thread, then each entry that an erasure would change. */
export async function* exportThread(
  parts: ChatParts,
  threadKey: string,
  rawId: string,
  { includesReceived, readsFrom }: ExportOptions,
): AsyncGenerator<ExportItem> {
  await readsFrom(threadKey);
  const first = await pageOf(parts, threadKey);
  const part = first && (await findPart(parts, threadKey, first.state, rawId));
  if (first === undefined || part === undefined) {
    return;
  }
  const { state } = first;
  const now = parts.clock.now();
  const isHidden = hiddenIdentities(parts.isHidden);
  const isGone = (id: string) => id !== rawId && isHidden(id);
  const shown = stateWithout(state, isGone) ?? state;
  // Nobody reads what has expired, so nothing of others in it is handed out.
  const { reader } = lifecycleOf(state, now).stage === 'expired' ? {} : part;
  const about = { threadId: threadIdOf(threadKey, state), ...topicShown(state, rawId, reader, isGone) };
  const keptUntil = copiesEnd(state, now);
  const ends = keptUntil === undefined ? {} : { keptUntil };
  const isTopicOfAnother = 'topic' in about && state.topicBy !== rawId;
  const topicAuthors = isTopicOfAnother ? [identityOf(state.topicBy)] : [];
  const { record, others } = await partIn(parts, threadKey, shown, rawId, part.reader, includesReceived);
  yield { record: { type: 'thread', ...about, ...record }, others: [...topicAuthors, ...others], ...ends };
  // Their own name is theirs, whenever it was given.
  const withNames = naming(shown, { intervals: [{ from: 0, first: 1 }] });
  for (let page: typeof first | undefined = first; page !== undefined; ) {
    for (const entry of page.entries) {
      const message = toMessage(entry, messageIdOf(state, entry));
      const received = includesReceived ? reader : undefined;
      const exported =
        message === undefined ? exportChange(entry, rawId) : exportEntry(withNames(message), rawId, received, isGone);
      if (exported === undefined) {
        continue;
      }
      yield { ...exported, record: { ...about, ...exported.record }, others: topicAuthors, ...ends };
    }
    const oldest = page.entries.at(-1);
    page = page.hasMore && oldest !== undefined ? await pageOf(parts, threadKey, oldest.sequence) : undefined;
  }
}

/** One's own topic, or that of another as one knew it. */
function topicShown(state: ThreadState, rawId: string, reader: ReadAccess | undefined, isGone: IsGone) {
  if (state.topicBy === rawId) {
    return { topic: state.topic };
  }
  const topic = reader === undefined || isGone(state.topicBy) ? undefined : topicFor(state, reader);
  return topic === undefined ? {} : { topic };
}

async function partIn(
  parts: ChatParts,
  threadKey: string,
  state: ThreadState,
  rawId: string,
  reader: ReadAccess | undefined,
  includesOthers: boolean,
): Promise<{ record: ExportItem['record']; others: readonly PersonalIdentifier[] }> {
  const member = state.members.find(({ id }) => id === rawId);
  const named = member ?? state.formerNames?.find(({ id }) => id === rawId);
  // Their words, but about others: handed out with what is of others.
  const others = includesOthers ? state.members.filter(({ id }) => id !== rawId) : [];
  const namedByThem = [...others, ...(includesOthers ? (state.formerNames ?? []) : [])].filter(
    ({ id, namedBy }) => namedBy === rawId && id !== rawId,
  );
  const notedByThem = others.filter(({ notedBy }) => notedBy === rawId);
  const receipt = await parts.threads.beside(threadKey, `${receiptPrefix}${rawId}`);
  const metadata = Object.entries(state.metadata ?? {}).filter(([key]) => state.metadataBy?.[key] === rawId);
  const record = {
    createdOn: toSeconds(state.createdOn),
    createdByYou: state.createdBy === rawId,
    isParticipant: member !== undefined,
    ...(reader?.leftOn !== undefined && { leftOn: toSeconds(reader.leftOn) }),
    ...(named?.displayName !== undefined && { displayName: named.displayName }),
    ...(namedByThem.length > 0 && { namesYouGave: namedByThem.map(({ displayName }) => displayName) }),
    ...(notedByThem.length > 0 && { notesYouGave: notedByThem.map((each) => each.metadata) }),
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
  // Whom they have described, and who has described them.
  const described = [...namedByThem, ...notedByThem].map(({ id }) => id);
  const authors = [named?.namedBy, member?.notedBy].flatMap((id) => id ?? []);
  return { record, others: [...described, ...authors].filter((id) => id !== rawId).map(identityOf) };
}

interface ExportedEntry {
  readonly record: ExportItem['record'];
  /** Somebody else who wrote it. */
  readonly receivedFrom?: PersonalIdentifier;
}

/** @param reader set when what was received is wanted too */
function exportEntry(
  message: IdentifiedMessage,
  rawId: string,
  reader: ReadAccess | undefined,
  isGone: IsGone,
): ExportedEntry | undefined {
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
  if (reader === undefined || isGone(author)) {
    return undefined;
  }
  const visible = asSeen(message, reader);
  if (visible === undefined || 'participants' in visible) {
    return undefined;
  }
  const name = 'sender' in visible ? 'sender' : 'initiator';
  return { record: { ...placed, ...writtenBy(visible), [name]: author }, receivedFrom: identityOf(author) };
}

/** That they have changed something beside the topic: what it is now stands with the thread. */
function exportChange({ at, columns }: LogEntry, rawId: string): ExportedEntry | undefined {
  return columns['kind'] === 'threadChanged' && columns['initiator'] === rawId
    ? { record: { type: 'threadChanged', createdOn: toSeconds(at), wasYourDoing: true } }
    : undefined;
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
