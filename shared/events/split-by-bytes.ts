// Events as requests: as many as fit into one, in their order.
import { maxEventsInRequest, maxRequestBytes } from './limits.js';

/** Lazily: of a thread with 250 people nothing but the next request is in memory. */
export function* splitByBytes<Item extends { readonly wire: object }>(
  events: Iterable<Item>,
): Generator<readonly Item[]> {
  let request: Item[] = [];
  let bytes = 2;
  for (const event of events) {
    const size = Buffer.byteLength(JSON.stringify(event.wire)) + 1;
    if (request.length > 0 && (bytes + size > maxRequestBytes || request.length === maxEventsInRequest)) {
      yield request;
      request = [];
      bytes = 2;
    }
    request.push(event);
    bytes += size;
  }
  if (request.length > 0) {
    yield request;
  }
}
