// The other geographies, as this one sees them: whom a request can be passed on to. Nothing is stored on the way.
import type { Readable } from 'node:stream';
import { Fault } from '../api/fault.js';
import { faults } from '../api/faults.js';
import type { ApiResponse } from '../api/http.js';
import type { GeographySlug } from './catalogue.js';

/** A request as it came, or one of our own in the name of the same caller. */
export interface PassedRequest {
  readonly method: string;
  /** Absolute, at the host that the client addressed; it is signed over. */
  readonly url: string;
  /** Lower-case names. */
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: Readable | Buffer | undefined;
  /** Monotonic time, ms. */
  readonly deadline: number;
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
}

/** A geography that knows no others. */
export const aloneInTheWorld: Peers = {
  slugs: [],
  forward: async () => {
    throw new Fault(faults.serviceUnavailable);
  },
};
