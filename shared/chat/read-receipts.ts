// Read receipts: the latest of each participant, a row beside the log. Threads with more than 20 participants have none;
// sending one there succeeds all the same, as in ACS.
import { Fault } from '../http/index.js';
import { requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { maxParticipantsForReceipts } from './limits.js';
import { pageOfPeople, type PeoplePage } from './page-of-people.js';
import { type ChatParts, maxStateAgeMs, onThread, requireThreadId, type ThreadAccess } from './parts.js';
import { formatMessageId, parseMessageId } from './thread-id.js';

/** Rows of receipts begin with this. */
export const receiptPrefix = 'receipt!';

export interface ReadReceipt {
  /** Raw id. */
  readonly reader: string;
  readonly messageId: string;
  /** Product ms. */
  readonly readOn: number;
}

/** @throws {Fault} 404 when the thread has no such message */
export async function sendReadReceipt(parts: ChatParts, access: ThreadAccess, messageId: string): Promise<void> {
  const thread = requireThreadId(access.threadId);
  const sequence = parseMessageId(thread, messageId);
  const [state, isThere] = await onThread(() =>
    Promise.all([
      parts.threads.state(thread.key, maxStateAgeMs),
      sequence === undefined ? false : parts.threads.has(thread.key, sequence),
    ]),
  );
  requireMember(parts, state, thread, access);
  if (sequence === undefined || !isThere) {
    throw new Fault(chatFaults.messageNotFound);
  }
  if (state.members.length > maxParticipantsForReceipts) {
    return;
  }
  await parts.threads.writeBeside(thread.key, `${receiptPrefix}${access.caller.rawId}`, {
    sequence,
    readOn: parts.clock.now(),
  });
}

/** Receipts of those who take part now. */
export async function listReadReceipts(
  parts: ChatParts,
  access: ThreadAccess,
  page: PeoplePage,
): Promise<{ receipts: readonly ReadReceipt[]; after?: string }> {
  const thread = requireThreadId(access.threadId);
  const [state, rows] = await onThread(() =>
    Promise.all([parts.threads.state(thread.key, 0), parts.threads.listBeside(thread.key, receiptPrefix)]),
  );
  requireMember(parts, state, thread, access);
  if (state.members.length > maxParticipantsForReceipts) {
    return { receipts: [] };
  }
  const members = new Set(state.members.map(({ id }) => id));
  const receipts = rows
    .map(({ rowKey, columns }) => ({
      reader: rowKey.slice(receiptPrefix.length),
      messageId: formatMessageId(thread, Number(columns['sequence'])),
      readOn: Number(columns['readOn']),
    }))
    .filter(({ reader }) => members.has(reader) && !parts.isBuried(reader));
  const { items, after } = pageOfPeople(receipts, ({ reader }) => reader, page);
  return { receipts: items, ...(after !== undefined && { after }) };
}
