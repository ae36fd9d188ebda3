// Links to further pages in answers.
import type { RequestFacts } from '../../shared/api/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';

/** Absolute and complete: the SDKs follow it as it is. */
export function nextLink(
  request: RequestFacts,
  path: string,
  query: { readonly startTime?: number | undefined; readonly [name: string]: string | number | undefined },
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      search.set(name, name === 'startTime' ? toSevenDigits(Number(value)) : String(value));
    }
  }
  search.set('api-version', request.apiVersion);
  return `${request.origin}${path}?${search}`;
}
