// A typing notice: nothing is stored of it.
import { requireMember } from './access.js';
import { type ChatParts, maxStateAgeMs, onThread, requireThread, type ThreadAccess } from './parts.js';

export async function sendTypingNotice(parts: ChatParts, access: ThreadAccess): Promise<void> {
  const thread = requireThread(access);
  const state = await onThread(() => parts.threads.state(thread.key, maxStateAgeMs));
  requireMember(parts, state, thread, access);
}
