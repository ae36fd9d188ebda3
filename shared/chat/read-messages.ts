// Reading messages: the state is read with them every time, so a thread deleted elsewhere is gone here at once.
import { Fault } from '../api/index.js';
import { chatFaults } from './faults.js';
import { toMessage } from './log-entry.js';
import type { IdentifiedMessage, Member, Message } from './model.js';
import { type ChatParts, onThread, requireMember, requireThreadId, type ThreadAccess } from './parts.js';
import { formatMessageId, parseMessageId, type ThreadId } from './thread-id.js';

/** @throws {Fault} 404 when the thread has no such message, or none that the caller may see */
export async function getMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
): Promise<IdentifiedMessage> {
  const thread = requireThreadId(access.threadId);
  const sequence = parseMessageId(thread, messageId);
  // A number that no message can have; its reading still tells whether the caller may know.
  const { state, entry } = await onThread(() => parts.threads.entry(thread.key, sequence ?? 1));
  const member = requireMember(state, thread, access);
  const message = sequence === undefined || entry === undefined ? undefined : toMessage(entry);
  if (message === undefined || !isVisible(message, member)) throw new Fault(chatFaults.messageNotFound);
  return identify(thread, message);
}

export interface MessagePage {
  /** Newest first. */
  readonly messages: readonly IdentifiedMessage[];
  /** Where the next page begins; undefined on the last. */
  readonly before?: number;
}

/**
 * @param options.from only messages created at or after this, product ms
 * @param options.before only messages older than this sequence number
 * @param options.limit 1-200
 */
export async function listMessages(
  parts: ChatParts,
  access: ThreadAccess,
  options: { readonly limit: number; readonly from?: number | undefined; readonly before?: number | undefined },
): Promise<MessagePage> {
  const thread = requireThreadId(access.threadId);
  const { state, entries, hasMore } = await onThread(() =>
    parts.threads.page(thread.key, options.limit, options.before),
  );
  const member = requireMember(state, thread, access);
  const from = Math.max(options.from ?? 0, member.sharedFrom);
  const messages = entries
    .filter((entry) => entry.at >= from)
    .map(toMessage)
    .filter((message) => message !== undefined)
    .map((message) => identify(thread, message));
  const oldest = entries.at(-1);
  // Times never go backwards along the log, so beyond an entry that is too old all are.
  const isEnd = !hasMore || oldest === undefined || oldest.at < from;
  return isEnd ? { messages } : { messages, before: oldest.sequence };
}

function isVisible(message: Message, member: Member): boolean {
  return message.createdOn >= member.sharedFrom;
}

function identify(thread: ThreadId, message: Message): IdentifiedMessage {
  return { ...message, id: formatMessageId(thread, message.sequence) };
}
