// A typing notice: nothing is stored of it.
import { requireMember } from './access.js';
import { type ChatParts, maxStateAgeMs, onThread, requireThreadId, type ThreadAccess } from './parts.js';

export async function sendTypingNotice(parts: ChatParts, access: ThreadAccess): Promise<void> {
  const thread = requireThreadId(access.threadId);
  const state = await onThread(() => parts.threads.state(thread.key, maxStateAgeMs));
  requireMember(parts, state, thread, access);
}
