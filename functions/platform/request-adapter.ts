// Maps the request and response types of Functions onto those of the pipeline, and back. Nothing is copied that nobody
// asks for: the body is read when an operation wants it.
import { Readable } from 'node:stream';
import type { ReadableStream, ReadableStreamDefaultReader } from 'node:stream/web';
import type { HttpRequest, HttpResponse, HttpResponseInit, InvocationContext } from '@azure/functions';
import { type ApiRequest, type ApiResponse, Fault, faults } from '../../shared/http/index.js';
import { atPaceOf, connectionOf, hangUpSignal } from './client-connections.js';
import { WholeResponse } from './whole-response.js';

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

export function toHttpResponse(answer: ApiResponse, { invocationId }: Invocation): HttpResponseInit | HttpResponse {
  const { status, headers, body } = answer;
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    return new WholeResponse(answer, body);
  }
  if (!(body instanceof Readable)) {
    return { status, headers, body };
  }
  const connection = connectionOf(invocationId);
  return { status, headers, body: Readable.toWeb(connection === undefined ? body : atPaceOf(connection, body)) };
}

async function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(request, maxBytes)) {
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? Buffer.from(chunks[0]) : Buffer.concat(chunks);
}

async function* chunksOf(request: HttpRequest, maxBytes: number): AsyncGenerator<Uint8Array> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) {
    throw new Fault(faults.bodyTooLarge);
  }
  if (request.body === null) {
    return;
  }
  // Not a loop over the body: leaving that early would close the connection, and the client never see why.
  const reader = (request.body as ReadableStream<Uint8Array>).getReader();
  let length = 0;
  let isWhole = false;
  try {
    for (let next = await readNext(reader); !next.done; next = await readNext(reader)) {
      length += next.value.byteLength;
      if (length > maxBytes) {
        throw new Fault(faults.bodyTooLarge);
      }
      yield next.value;
    }
    isWhole = true;
  } finally {
    if (!isWhole) {
      void dropRest(reader);
    }
  }
}

/** A body that breaks off is nobody's failure here. */
async function readNext(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch {
    throw new Fault(faults.hungUp);
  }
}

/** Reads on to nowhere, as node:http does with a body that nobody wants; the platform bounds the time that it takes. */
async function dropRest(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {}
  } catch {
    // The client has gone.
  }
}
