// Read receipts: the latest of each participant, a row beside the log. Threads with more than 20 participants have none;
// sending one there succeeds all the same, as in ACS.
import { hiddenIdentities } from '../data-map/index.js';
import { Fault } from '../http/index.js';
import type { Columns, RememberedEntry } from '../storage/index.js';
import { lookBeforeRefusing, requireMember } from './access.js';
import { chatFaults } from './faults.js';
import { maxParticipantsForReceipts } from './limits.js';
import { isMessageKind } from './log-entry.js';
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
  await lookBeforeRefusing(parts, thread, access, () => parts.threads.entry(thread.key, likely ?? 1));
  const has = async (sequence: number | undefined) =>
    sequence !== undefined && isMessage(await parts.threads.facts(thread.key, sequence));
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
  const { readOn } = receipt;
  parts.live.read(thread.key, state, { reader: access.caller.rawId, messageId, readOn });
}

/** Entries that say how a thread changed take numbers too, which are no ids of messages. */
function isMessage(entry: RememberedEntry | undefined): boolean {
  return isMessageKind(entry?.columns['kind']);
}

/** The message that a row of a receipt names; the row states its id when it does not follow from the number. */
export function readMessageId(state: ThreadState, receipt: Columns): string {
  return String(receipt['messageId'] ?? countedId(state, Number(receipt['sequence'])));
}

/** Receipts of those who take part now; none of a larger thread. */
export async function readReceipts(
  { threads, isHidden }: Pick<ChatParts, 'threads' | 'isHidden'>,
  threadKey: string,
): Promise<{ readonly state: ThreadState; readonly receipts: readonly ReadReceipt[] }> {
  const [state, rows] = await Promise.all([threads.state(threadKey, 0), threads.listBeside(threadKey, receiptPrefix)]);
  if (state.members.length > maxParticipantsForReceipts) {
    return { state, receipts: [] };
  }
  const isGone = hiddenIdentities(isHidden);
  const members = new Set(state.members.map(({ id }) => id));
  const receipts = rows
    .map(({ rowKey, columns }) => ({
      reader: rowKey.slice(receiptPrefix.length),
      messageId: readMessageId(state, columns),
      readOn: Number(columns['readOn']),
    }))
    .filter(({ reader }) => members.has(reader) && !isGone(reader));
  return { state, receipts };
}

export async function listReadReceipts(
  parts: ChatParts,
  access: ThreadAccess,
  page: PeoplePage,
): Promise<{ receipts: readonly ReadReceipt[]; after?: string }> {
  const thread = requireThread(access);
  const { state, receipts } = await onThread(() => readReceipts(parts, thread.key));
  requireMember(parts, state, thread, access);
  const { items, after } = pageOfPeople(receipts, ({ reader }) => reader, page);
  return { receipts: items, ...(after !== undefined && { after }) };
}
