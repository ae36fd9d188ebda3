// The other geographies, as this one sees them: whom a request can be passed on to. Nothing is stored on the way.
import type { Readable } from 'node:stream';
import type { GeographySlug } from '../geography/index.js';
import { type ApiResponse, Fault, faults } from '../http/index.js';

/** A request as it came, or one of our own in the name of the same caller. */
export interface PassedRequest {
  readonly method: string;
  /** Absolute, at the host that the client addressed; it is signed over. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: Readable | Buffer | undefined;
  /** Monotonic time, ms. While a body is still coming the time starts anew with each piece of it. */
  readonly deadline: number;
  /** One of our own, of which there are few: it has connections apart from those of callers. */
  readonly isQuestion?: true;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal?: AbortSignal | undefined;
}

/** What another geography vouches for when it passes a request on. */
export interface Hop {
  readonly from: GeographySlug;
  /** Scheme, host and port as the client addressed them. */
  readonly origin: string;
  /** How long the sender will wait for the answer, ms. */
  readonly budgetMs: number;
}

export interface Peers {
  /** Never this geography itself. */
  readonly slugs: readonly GeographySlug[];
  /**
   * Passes a request on and answers with what came back, its body as a stream.
   *
   * @throws {Fault} 502 when the geography cannot be reached, 504 when it does not answer before the deadline
   */
  forward(geography: GeographySlug, request: PassedRequest): Promise<ApiResponse>;
  /**
   * What the geography says that passed this request on; undefined when the client itself sent it.
   *
   * @throws {Fault} 403 when the request only claims to have been passed on
   */
  hopOf(request: { method: string; url: string; header(name: string): string | undefined }): Hop | undefined;
  /** Which other geography answers at a host, as far as its name or the settings tell. */
  knownHomeOf(host: string): GeographySlug | undefined;
  /**
   * Which other geography answers at a host; asks them all when nothing else tells.
   *
   * @throws {Fault} 503 when none says that it does and not all could be asked
   */
  homeOf(host: string): Promise<GeographySlug | undefined>;
}

/** A geography that knows no others. */
export const aloneInTheWorld: Peers = {
  slugs: [],
  forward: async () => {
    throw new Fault(faults.serviceUnavailable);
  },
  hopOf: () => undefined,
  knownHomeOf: () => undefined,
  homeOf: async () => undefined,
};
