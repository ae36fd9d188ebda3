// Links in answers, and the scopes that most chat operations share.
import type { RequestFacts } from '../../shared/api/index.js';
import { userToken } from '../../shared/auth/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';

/** What every chat token may do: take part in threads. */
export const anyChatScope = userToken('chat', 'chat.join', 'chat.join.limited');

/** As the service writes ids into paths: `:` encoded, `@` not. */
export function threadPath(threadId: string): string {
  return `/chat/threads/${encodeURIComponent(threadId).replaceAll('%40', '@')}`;
}

/** Absolute and complete: the SDKs follow it as it is. */
export function nextLink(
  request: RequestFacts,
  path: string,
  query: { readonly startTime?: number | undefined; readonly [name: string]: string | number | undefined },
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, name === 'startTime' ? toSevenDigits(Number(value)) : String(value));
  }
  search.set('api-version', request.apiVersion);
  return `${request.origin}${path}?${search}`;
}
