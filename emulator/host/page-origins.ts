// Which pages in a browser may use the emulator. Its keys are public, so whatever a page could sign would be believed: a
// request by a page from elsewhere is refused before it does anything, not only kept from being read.
import type { IncomingHttpHeaders } from 'node:http';

/** A page of this machine: a loopback name, or one below `localhost` (RFC 6761, 6.3). */
const loopbackOrigin = /^https?:\/\/(?:(?:[a-z0-9-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

export class PageOrigins {
  readonly #more: ReadonlySet<string>;

  /** @param more origins that are allowed beside those of this machine; `*` for all */
  constructor(more: readonly string[] = []) {
    this.#more = new Set(more);
  }

  isAllowed(origin: string): boolean {
    return loopbackOrigin.test(origin) || this.#more.has(origin) || this.#more.has('*');
  }

  /**
   * Whether a page from elsewhere makes the request. Browsers name the origin of whatever is not a plain GET, and say of
   * everything where it comes from (W3C, Fetch Metadata); other clients say neither.
   */
  isForeign(headers: IncomingHttpHeaders): boolean {
    const { origin } = headers;
    if (origin !== undefined) {
      return !this.isAllowed(origin);
    }
    return headers['sec-fetch-site'] === 'cross-site' && !this.#more.has('*');
  }
}
