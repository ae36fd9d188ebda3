// An answer whose body is there as a whole. The library makes a web stream of every body and a checked copy of all headers,
// only to read both out again, which takes as long as everything else that a small request needs. It asks a response of
// ours for them instead, and gets them as they are.
import library from '@azure/functions';
import type { ApiResponse } from '../../shared/http/index.js';

type Body = InstanceType<typeof library.HttpResponse>['body'];

// Not imported by its name, which Node.js does not find in the library's CommonJS.
export class WholeResponse extends library.HttpResponse {
  override readonly headers: Headers;
  override readonly body: Body;

  /** @param body a text stays one, because Node.js sends texts together with the headers */
  constructor({ status, headers }: ApiResponse, body: string | Uint8Array | undefined) {
    super({ status });
    const sent = new Map(Object.entries(headers));
    if (body !== undefined) {
      sent.set('content-length', String(Buffer.byteLength(body)));
    }
    // With HTTP streaming on, as main.ts has it, the library asks headers for `get` and `entries`, a body for `values`.
    this.headers = sent as unknown as Headers;
    this.body = body === undefined ? null : ({ values: () => onePiece(body) } as unknown as Body);
  }
}

/** Lighter than a generator, of which one would be made for every answer. */
function onePiece<Piece>(piece: Piece): AsyncIterableIterator<Piece> {
  let isSent = false;
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      // The end comes one tick later: told at once, it would be a second write to the socket.
      if (isSent) {
        return new Promise((resolve) => process.nextTick(resolve, { value: undefined, done: true }));
      }
      isSent = true;
      return Promise.resolve({ value: piece, done: false });
    },
  };
}
