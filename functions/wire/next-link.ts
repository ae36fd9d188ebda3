// Links to further pages in answers.
import type { RequestFacts } from '../../shared/api/index.js';
import { toSevenDigits } from '../../shared/time/instant.js';

interface PageQuery {
  readonly startTime?: number | undefined;
  readonly [name: string]: string | number | undefined;
}

/** Absolute and complete: the SDKs follow it as it is. */
export function nextLink(request: RequestFacts, path: string, query: PageQuery): string {
  return `${request.origin}${relativeNextLink(request, path, query)}`;
}

/** Without the host, as recorded from phone numbers, whose SDKs put it before; the version is in it all the same. */
export function relativeNextLink(request: RequestFacts, path: string, query: PageQuery): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) {
      search.set(name, name === 'startTime' ? toSevenDigits(Number(value)) : String(value));
    }
  }
  search.set('api-version', request.apiVersion);
  return `${path}?${search}`;
}
