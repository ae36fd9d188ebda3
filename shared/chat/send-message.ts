// Sending a message: one insert when the thread is warm. The insert conflict proves that the sender was still a member.
import { hash } from 'node:crypto';
import { requireMember } from './access.js';
import { messageColumns } from './log-entry.js';
import { requireFittingMessage, requireSomething, storedContent } from './message-content.js';
import { countedId } from './message-id.js';
import type { Attachment, Metadata, SentType } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';

export interface NewMessage {
  readonly type: SentType;
  readonly content: string;
  readonly senderDisplayName: string;
  readonly metadata?: Metadata | undefined;
  readonly attachments?: readonly Attachment[] | undefined;
}

/**
 * @param request the id that the client repeats when it repeats the request, how long it waits for the answer, and
 *   the address that it came to
 * @returns the message's id; of the earlier one when this request was a repetition
 */
export async function sendMessage(
  parts: ChatParts,
  access: ThreadAccess,
  message: NewMessage,
  request: { readonly clientRequestId: string | undefined; readonly deadline: number; readonly origin: string },
): Promise<string> {
  const thread = requireThread(access);
  requireSomething(message);
  requireFittingMessage(message.content, message.metadata, message.attachments);
  const sender = access.caller.rawId;
  const content = await storedContent(message.type, message.content, {
    origin: request.origin,
    threadId: thread.id,
  });
  // Again: sanitising adds and escapes, and takes out.
  requireSomething({ ...message, content });
  requireFittingMessage(content, message.metadata, message.attachments);
  const columns = messageColumns({
    kind: message.type,
    content,
    sender,
    senderDisplayName: message.senderDisplayName,
    ...(message.metadata !== undefined && { metadata: message.metadata }),
    ...(message.attachments !== undefined && { attachments: message.attachments }),
  });
  const fingerprint =
    request.clientRequestId === undefined
      ? undefined
      : hash('sha256', JSON.stringify([request.clientRequestId, columns]), 'base64url').slice(0, 22);
  const { sequence, state } = await onThread(() =>
    parts.threads.append(thread.key, {
      propose: (current) => {
        requireMember(parts, current, thread, access);
        return { columns };
      },
      deadline: request.deadline,
      ...(fingerprint !== undefined && { fingerprint }),
    }),
  );
  return countedId(state, sequence);
}
