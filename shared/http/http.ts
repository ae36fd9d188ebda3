// What the request pipeline takes and gives: the few things of HTTP that any platform can hand over.
// `functions/` maps the Functions types onto these; the benchmarks map node:http onto them.
import type { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

export interface ApiRequest {
  readonly method: string;
  /** Absolute URL as the platform handed it over. Its path may be re-encoded, its query string is as sent. */
  readonly url: string;
  /** Route parameters, percent-decoded, by the names of the route template. */
  readonly params: Readonly<Record<string, string>>;
  /** A request header by lower-case name; several values are joined with commas. */
  header(name: string): string | undefined;
  /** All request headers: lower-case name and value. */
  headers(): Iterable<readonly [name: string, value: string]>;
  /**
   * Reads the body once. Rejects with `BodyTooLarge` as soon as more than `maxBytes` have arrived, with `RequestTimeout` when
   * it does not come within this time, or comes too slowly.
   */
  readBody(maxBytes: number, withinMs?: number): Promise<Buffer>;
  /** The body as it comes, instead of reading it. Fails with `BodyTooLarge` behind `maxBytes`, with `RequestTimeout` too. */
  streamBody(maxBytes: number): Readable;
  /** Aborted when the client hangs up; undefined where the platform does not tell. */
  readonly hungUp?: AbortSignal | undefined;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body?: string | Uint8Array | Readable | ReadableStream;
}
