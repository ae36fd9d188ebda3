// Reading messages: the state is read with them every time, so a thread deleted elsewhere is gone here at once.
import { Fault } from '../http/index.js';
import type { LogEntry } from '../storage/index.js';
import { asSeen, newestReadable, oldestReadable, type ReadAccess, requireReader } from './access.js';
import { chatFaults } from './faults.js';
import { toMessage } from './log-entry.js';
import type { IdentifiedMessage } from './model.js';
import { type ChatParts, onThread, requireThreadId, type ThreadAccess } from './parts.js';
import { formatMessageId, parseMessageId, type ThreadId } from './thread-id.js';

/** @throws {Fault} 404 when the thread has no such message, or none that the caller may see */
export async function getMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
): Promise<IdentifiedMessage> {
  const thread = requireThreadId(access.threadId);
  const sequence = parseMessageId(thread, messageId);
  // With an impossible id the first entry is read: the state still tells whether the caller may know.
  const { state, entry } = await onThread(() => parts.threads.entry(thread.key, sequence ?? 1));
  const reader = await requireReader(parts, state, thread, access);
  const [message] = sequence === undefined || entry === undefined ? [] : seen(parts, thread, [entry], reader);
  if (message === undefined) {
    throw new Fault(chatFaults.messageNotFound);
  }
  return message;
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
  let page = await onThread(() => parts.threads.page(thread.key, options.limit, options.before));
  const reader = await requireReader(parts, page.state, thread, access);
  const newest = newestReadable(reader);
  if (newest !== undefined && (page.entries[0]?.sequence ?? 0) > newest) {
    // A former member: what came after is not theirs, so the page begins where their history ends.
    page = await onThread(() => parts.threads.page(thread.key, options.limit, newest + 1));
  }
  const from = Math.max(options.from ?? 0, oldestReadable(reader));
  const messages = seen(
    parts,
    thread,
    page.entries.filter((entry) => entry.at >= from),
    reader,
  );
  const oldest = page.entries.at(-1);
  // Times never go backwards along the log, so beyond an entry that is too old all are.
  const isEnd = !page.hasMore || oldest === undefined || oldest.at < from;
  return isEnd ? { messages } : { messages, before: oldest.sequence };
}

function seen(
  parts: ChatParts,
  thread: ThreadId,
  entries: readonly LogEntry[],
  reader: ReadAccess,
): IdentifiedMessage[] {
  const messages: IdentifiedMessage[] = [];
  for (const entry of entries) {
    const message = toMessage(entry, formatMessageId(thread, entry.sequence));
    if (message === undefined || ('sender' in message && parts.isBuried(message.sender))) {
      continue;
    }
    const visible = asSeen(message, reader);
    if (visible !== undefined) {
      messages.push(visible);
    }
  }
  return messages;
}
