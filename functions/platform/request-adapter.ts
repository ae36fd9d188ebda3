// Maps the request and response types of Functions onto those of the pipeline, and back. Nothing is copied that nobody
// asks for: the body is read when an operation wants it.
import { Readable } from 'node:stream';
import type { HttpRequest, HttpResponse, HttpResponseInit, InvocationContext } from '@azure/functions';
import { figure } from '../../shared/budgets/index.js';
import type { ApiRequest, ApiResponse } from '../../shared/http/index.js';
import { atPaceOf, connectionOf, hangUpSignal } from './client-connections.js';
import { chunksOf, readBody } from './request-body.js';
import { WholeResponse } from './whole-response.js';

type Invocation = Pick<InvocationContext, 'invocationId'>;

export function toApiRequest(request: HttpRequest, { invocationId }: Invocation): ApiRequest {
  return {
    method: request.method,
    url: request.url,
    params: request.params,
    header: (name) => request.headers.get(name) ?? undefined,
    headers: () => request.headers.entries(),
    readBody: (maxBytes, withinMs = figure('request')) => readBody(request, maxBytes, withinMs),
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
