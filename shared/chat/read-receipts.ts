// Read receipts: the latest of each participant, a row beside the log. Threads with more than 20 participants have none;
// sending one there succeeds all the same, as in ACS.
import { Fault } from '../http/index.js';
import type { Columns } from '../storage/index.js';
import { requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { maxParticipantsForReceipts } from './limits.js';
import { countedId, likelySequence, sequenceOf } from './message-id.js';
import { pageOfPeople, type PeoplePage } from './page-of-people.js';
import type { ThreadState } from './model.js';
import { type ChatParts, maxStateAgeMs, onThread, requireThread, type ThreadAccess } from './parts.js';

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
  const thread = requireThread(access);
  const likely = likelySequence(thread, messageId);
  const has = async (sequence: number | undefined) =>
    sequence !== undefined && (await parts.threads.has(thread.key, sequence));
  const [state, isLikelyThere] = await onThread(() =>
    Promise.all([parts.threads.state(thread.key, maxStateAgeMs), has(likely)]),
  );
  requireMember(parts, state, thread, access);
  const sequence = await sequenceOf(parts.threads, thread.key, state, messageId);
  const isThere = sequence === likely ? isLikelyThere : await has(sequence);
  if (sequence === undefined || !isThere) {
    throw new Fault(chatFaults.messageNotFound);
  }
  if (state.members.length > maxParticipantsForReceipts) {
    return;
  }
  const receipt = {
    sequence,
    readOn: parts.clock.now(),
    ...(messageId !== countedId(state, sequence) && { messageId }),
  };
  // Receipts may overtake each other: one for an older message says nothing that the newer has not said.
  await parts.threads.advanceBeside(thread.key, `${receiptPrefix}${access.caller.rawId}`, receipt, 'sequence');
}

/** The message that a row of a receipt names; the row states its id when it does not follow from the number. */
export function readMessageId(state: ThreadState, receipt: Columns): string {
  return String(receipt['messageId'] ?? countedId(state, Number(receipt['sequence'])));
}

/** Receipts of those who take part now. */
export async function listReadReceipts(
  parts: ChatParts,
  access: ThreadAccess,
  page: PeoplePage,
): Promise<{ receipts: readonly ReadReceipt[]; after?: string }> {
  const thread = requireThread(access);
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
      messageId: readMessageId(state, columns),
      readOn: Number(columns['readOn']),
    }))
    .filter(({ reader }) => members.has(reader) && !parts.isBuried(reader));
  const { items, after } = pageOfPeople(receipts, ({ reader }) => reader, page);
  return { receipts: items, ...(after !== undefined && { after }) };
}
