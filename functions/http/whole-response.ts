// An answer whose body is there as a whole. The library makes a web stream of every body and a checked copy of all headers,
// only to read both out again, which takes as long as everything else that a small request needs. It asks a response of
// ours for them instead, and gets them as they are.
import library from '@azure/functions';
import type { ApiResponse } from '../../shared/api/index.js';

type Body = InstanceType<typeof library.HttpResponse>['body'];

// Not imported by its name, which Node.js does not find in the library's CommonJS.
export class WholeResponse extends library.HttpResponse {
  override readonly headers: Headers;
  override readonly body: Body;
  override readonly arrayBuffer: () => Promise<ArrayBuffer>;

  constructor({ status, headers }: ApiResponse, body: string | Uint8Array | undefined) {
    super({ status });
    const bytes = typeof body === 'string' ? Buffer.from(body) : body;
    // Of headers the library uses `get` and `entries`, of a body `values`, where it streams; and `arrayBuffer` where not.
    const sent = new Map(Object.entries(headers));
    // With its length known it goes out in one piece.
    if (bytes !== undefined) sent.set('content-length', String(bytes.length));
    this.headers = sent as unknown as Headers;
    this.body = bytes === undefined ? null : ({ values: () => [bytes].values() } as unknown as Body);
    this.arrayBuffer = async () => Uint8Array.from(bytes ?? []).buffer;
  }
}
