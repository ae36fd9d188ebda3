// Reading messages: the state is read with them every time, so a thread deleted elsewhere is gone here at once.
import { Fault } from '../http/index.js';
import type { LogEntry } from '../storage/index.js';
import { asSeen, newestReadable, oldestReadable, type ReadAccess, requireReader } from './access.js';
import { chatFaults } from './faults.js';
import { toMessage } from './log-entry.js';
import { likelySequence, messageIdOf, sequenceOf } from './message-id.js';
import type { IdentifiedMessage, ThreadState } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';
import type { AskedThread } from './thread-id.js';

/** @throws {Fault} 404 when the thread has no such message, or none that the caller may see */
export async function getMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
): Promise<IdentifiedMessage> {
  const thread = requireThread(access);
  const likely = likelySequence(thread, messageId);
  // With an impossible id the first entry is read: the state still tells whether the caller may know.
  const { state, entry } = await onThread(() => parts.threads.entry(thread.key, likely ?? 1));
  const reader = await requireReader(parts, state, thread, access);
  const sequence = await sequenceOf(parts.threads, thread.key, state, messageId);
  const found = sequence === likely || sequence === undefined ? entry : await entryAt(parts, thread, sequence);
  const [message] = sequence === undefined || found === undefined ? [] : seen(parts, state, [found], reader);
  if (message?.id !== messageId) {
    throw new Fault(chatFaults.messageNotFound);
  }
  return message;
}

async function entryAt(parts: ChatParts, thread: AskedThread, sequence: number): Promise<LogEntry | undefined> {
  const { entry } = await onThread(() => parts.threads.entry(thread.key, sequence));
  return entry;
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
  const thread = requireThread(access);
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
    page.state,
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
  state: ThreadState,
  entries: readonly LogEntry[],
  reader: ReadAccess,
): IdentifiedMessage[] {
  const messages: IdentifiedMessage[] = [];
  for (const entry of entries) {
    const message = toMessage(entry, messageIdOf(state, entry));
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
