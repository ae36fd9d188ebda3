// Sending a message: one insert when the thread is warm. The insert conflict proves that the sender was still a member.
import { keyedHash } from '../auth/index.js';
import { lookBeforeAppending, requireMember } from './access.js';
import { requireOwnAddresses } from './attachment-address.js';
import { messageColumns } from './log-entry.js';
import { requireFittingMessage, requireSomething, storedContent } from './message-content.js';
import { countedId } from './message-id.js';
import type { Attachment, Metadata, SentType } from './model.js';
import { type ChatParts, onThread, requireThread, type ThreadAccess } from './parts.js';
import type { Columns, Fingerprint } from '../storage/index.js';

/** Of each half: enough to tell apart what one thread holds at a time. */
const fingerprintBytes = 8;

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
  await lookBeforeAppending(parts, thread, access);
  requireSomething(message);
  requireOwnAddresses(message.attachments ?? [], request.origin);
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
  const fingerprint = fingerprintOf(parts, access, request.clientRequestId, columns);
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

/**
 * By which a repeated request is recognised: as long as it is the newest that its sender has sent under this id, because
 * some give one id to all that they send. Keyed, because whoever reads the storage account could otherwise try out what
 * a short message said; an edit removes that half, and so does a deletion.
 */
function fingerprintOf(
  { keys }: ChatParts,
  { resource, caller }: ThreadAccess,
  clientRequestId: string | undefined,
  columns: Columns,
): Fingerprint | undefined {
  if (clientRequestId === undefined) {
    return undefined;
  }
  const key = keys.deriveKey('chat-fingerprint', resource.masterSecretVersion);
  const hash = (...parts: string[]) =>
    keyedHash(key, resource.immutableId, caller.rawId, clientRequestId, ...parts)
      .subarray(0, fingerprintBytes)
      .toString('base64url');
  return { request: hash(), content: hash(JSON.stringify(columns)) };
}
