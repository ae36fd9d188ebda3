// A typing notice: nothing is stored of it.
import { lookBeforeRefusing, requireMember } from './access.js';
import { type ChatParts, maxStateAgeMs, onThread, requireThread, type ThreadAccess } from './parts.js';

/** @param displayName as the sender gives it with the notice */
export async function sendTypingNotice(parts: ChatParts, access: ThreadAccess, displayName = ''): Promise<void> {
  const thread = requireThread(access);
  await lookBeforeRefusing(parts, thread, access, async () => ({ state: await parts.threads.state(thread.key, 0) }));
  const state = await onThread(() => parts.threads.state(thread.key, maxStateAgeMs));
  requireMember(parts, state, thread, access);
  parts.live.typing(thread.key, state, access.caller.rawId, displayName);
  parts.telling.typing(thread.key, state, access.caller.rawId, displayName);
}
