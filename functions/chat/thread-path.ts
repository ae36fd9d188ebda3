// What the operations on threads share: who may call them, and how a thread stands in a path.
import { userToken } from '../../shared/auth/index.js';

/** What every chat token may do: take part in threads. */
export const anyChatScope = userToken('chat', 'chat.join', 'chat.join.limited');

/** As the service writes ids into paths: `:` encoded, `@` not. */
export function threadPath(threadId: string): string {
  return `/chat/threads/${encodeURIComponent(threadId).replaceAll('%40', '@')}`;
}
