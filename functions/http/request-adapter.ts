// Maps the request and response types of Functions onto those of the pipeline, and back. Nothing is copied that nobody
// asks for: the body is read when an operation wants it.
import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { Fault, faults } from '../../shared/api/index.js';
import type { ApiRequest, ApiResponse } from '../../shared/api/index.js';

export function toApiRequest(request: HttpRequest): ApiRequest {
  return {
    method: request.method,
    url: request.url,
    params: request.params,
    header: (name) => request.headers.get(name) ?? undefined,
    readBody: (maxBytes) => readBody(request, maxBytes),
  };
}

export function toHttpResponse({ status, headers, body }: ApiResponse): HttpResponseInit {
  return { status, headers, ...(body !== undefined && { body }) };
}

async function readBody(request: HttpRequest, maxBytes: number): Promise<Buffer> {
  const declared = Number(request.headers.get('content-length') ?? 0);
  if (declared > maxBytes) throw new Fault(faults.bodyTooLarge);
  if (request.body === null) return Buffer.alloc(0);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > maxBytes) throw new Fault(faults.bodyTooLarge);
    chunks.push(chunk);
  }
  return chunks.length === 1 && chunks[0] !== undefined ? Buffer.from(chunks[0]) : Buffer.concat(chunks);
}
