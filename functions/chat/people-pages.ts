// Pages of people on the wire: participants and read receipts are listed alike.
import type { RequestFacts } from '../../shared/api/index.js';
import { fromPlace, toPlace } from '../../shared/chat/index.js';
import { nextLink } from '../wire/next-link.js';

interface PageQuery {
  readonly skip: number;
  readonly maxPageSize: number;
  readonly syncState?: string | undefined;
}

/** @param resourceId of the resource that is asked: links of version 0.1.0 name only a part of an id of its own */
export function askedPage({ skip, maxPageSize, syncState }: PageQuery, resourceId: string) {
  return { skip, limit: maxPageSize, after: syncState === undefined ? undefined : fromPlace(syncState, resourceId) };
}

/**
 * The body of an answer.
 *
 * @param end where the page ended; undefined for the last
 */
export function renderPage<Item>(
  value: readonly Item[],
  end: string | undefined,
  {
    request,
    path,
    maxPageSize,
  }: { readonly request: RequestFacts; readonly path: string; readonly maxPageSize: number },
) {
  return end === undefined
    ? { value }
    : { value, nextLink: nextLink(request, path, { maxPageSize, syncState: toPlace(end) }) };
}
