// Sending a message: one insert when the thread is warm. The insert conflict proves that the sender was still a member.
import { createHash } from 'node:crypto';
import { Fault } from '../api/index.js';
import { chatFaults } from './faults.js';
import { maxMessageBytes } from './limits.js';
import { messageColumns } from './log-entry.js';
import type { Metadata, SentType } from './model.js';
import { type ChatParts, onThread, requireMember, requireThreadId, type ThreadAccess } from './parts.js';
import { formatMessageId } from './thread-id.js';

export interface NewMessage {
  readonly type: SentType;
  readonly content: string;
  readonly senderDisplayName: string;
  readonly metadata?: Metadata | undefined;
}

/**
 * @param repeat the id that the client repeats when it repeats the request, and how long it waits for the answer
 * @returns the message's id; of the earlier one when this request was a repetition
 */
export async function sendMessage(
  parts: ChatParts,
  access: ThreadAccess,
  message: NewMessage,
  repeat: { readonly clientRequestId: string | undefined; readonly deadline: number },
): Promise<string> {
  if (message.content.trim() === '') throw new Fault(chatFaults.emptyContent, { target: 'content' });
  const metadataText = message.metadata === undefined ? '' : JSON.stringify(message.metadata);
  if (Buffer.byteLength(message.content) + Buffer.byteLength(metadataText) > maxMessageBytes) {
    throw new Fault(chatFaults.messageTooLarge);
  }
  const thread = requireThreadId(access.threadId);
  const columns = messageColumns({
    kind: message.type,
    content: message.content,
    sender: access.caller.rawId,
    senderDisplayName: message.senderDisplayName,
    ...(message.metadata !== undefined && { metadata: message.metadata }),
  });
  const { sequence } = await onThread(() =>
    parts.threads.append(thread.key, {
      propose: (state) => {
        requireMember(state, thread, access);
        return { columns };
      },
      deadline: repeat.deadline,
      ...(repeat.clientRequestId !== undefined && {
        fingerprint: fingerprintOf([
          repeat.clientRequestId,
          access.caller.rawId,
          message.type,
          message.content,
          message.senderDisplayName,
          metadataText,
        ]),
      }),
    }),
  );
  return formatMessageId(thread, sequence);
}

/** JSON keeps the parts apart. */
function fingerprintOf(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
