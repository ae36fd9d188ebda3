// Reading one message: the state is read with it every time, so a thread deleted elsewhere is gone here at once.
import { Fault } from '../http/index.js';
import { isMember, onReadThread, requireReader } from './access.js';
import { chatFaults } from './faults.js';
import { likelySequence, sequenceOf } from './message-id.js';
import type { IdentifiedMessage } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';
import { showing } from './show-message.js';

/** @throws {Fault} 404 when the thread has no such message, or none that the caller may see */
export async function getMessage(
  parts: ChatParts,
  access: ThreadAccess,
  messageId: string,
): Promise<IdentifiedMessage> {
  const thread = requireThread(access);
  const likely = likelySequence(thread, messageId);
  // With an impossible id the first entry is read: the state still tells whether the caller may know.
  let { state, entry } = await onReadThread(parts, thread, access, () =>
    parts.threads.entry(thread.key, likely ?? 1, (each) => isMember(each, thread, access)),
  );
  let reader = await requireReader(parts, state, thread, access);
  const sequence = await sequenceOf(parts.threads, thread.key, state, messageId);
  if (sequence !== undefined && sequence !== likely) {
    ({ state, entry } = await onThread(() => parts.threads.entry(thread.key, sequence)));
    reader = await requireReader(parts, state, thread, access);
  }
  const message = sequence === undefined || entry === undefined ? undefined : showing(parts, state, reader)(entry);
  if (message?.id !== messageId) {
    throw new Fault(chatFaults.messageNotFound);
  }
  return message;
}
