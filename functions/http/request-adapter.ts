// Maps the request and response types of Functions onto those of the pipeline, and back. Nothing is copied that nobody
// asks for: the body is read when an operation wants it.
import { Readable } from 'node:stream';
import type { HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { Fault, faults } from '../../shared/api/index.js';
import type { ApiRequest, ApiResponse } from '../../shared/api/index.js';
import { atPaceOf, connectionOf, hangUpSignal } from './client-connections.js';

type Invocation = Pick<InvocationContext, 'invocationId'>;

export function toApiRequest(request: HttpRequest, { invocationId }: Invocation): ApiRequest {
  return {
    method: request.method,
    url: request.url,
    params: request.params,
    header: (name) => request.headers.get(name) ?? undefined,
    headers: () => request.headers.entries(),
    readBody: (maxBytes) => readBody(request, maxBytes),
    streamBody: (maxBytes) => Readable.from(chunksOf(request, maxBytes), { objectMode: false }),
    get hungUp() {
      const connection = connectionOf(invocationId);
      return connection && hangUpSignal(connection);
    },
  };
}

export function toHttpResponse({ status, headers, body }: ApiResponse, { invocationId }: Invocation): HttpResponseInit {
  if (body === undefined) return { status, headers };
  if (!(body instanceof Readable)) return { status, headers, body };
  const connection = connectionOf(invocationId);
  return { status, headers, body: Readable.toWeb(connection === undefined ? body : atPaceOf(connection, body)) };
}

async function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(request, maxBytes)) chunks.push(chunk);
  return chunks.length === 1 && chunks[0] !== undefined ? Buffer.from(chunks[0]) : Buffer.concat(chunks);
}

async function* chunksOf(request: HttpRequest, maxBytes: number): AsyncGenerator<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw new Fault(faults.bodyTooLarge);
  let length = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Fault(faults.bodyTooLarge);
    yield chunk;
  }
}
