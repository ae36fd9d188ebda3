// Which headers of an answer the script of a web page may read. Browsers show it a few (Fetch, "CORS-safelisted
// response-header name") and those that the answer names; the platform's own CORS rules name none. ACS names them too, as
// recorded from phone numbers.
import type { ApiResponse } from './http.js';

const shownAnyway = new Set([
  'cache-control',
  'content-language',
  'content-length',
  'content-type',
  'expires',
  'last-modified',
  'pragma',
]);

/** For an answer to a request that names an origin. By name: a wildcard does not count for requests with credentials. */
export function exposeHeaders(answer: ApiResponse): ApiResponse {
  const names = Object.keys(answer.headers).filter(
    (name) => !shownAnyway.has(name) && !name.startsWith('access-control-'),
  );
  return { ...answer, headers: { ...answer.headers, 'access-control-expose-headers': names.join(', ') } };
}
