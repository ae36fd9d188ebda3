// Turns results into responses.
import {
  Answer,
  type AnswerStatus,
  type ApiResponse,
  commonHeaders,
  Download,
  jsonType,
  PlainText,
  type ResponseFacts,
  WrittenJson,
} from '../http/index.js';
import type { Operation } from './operation.js';

/** A handler's answer has a status that the operation does not declare: a mistake of ours, which tests are to find. */
export class UndeclaredStatus extends Error {
  override readonly name = 'UndeclaredStatus';
}

interface Asked {
  readonly origin: string;
  readonly params: Readonly<Record<string, string>>;
}

/** @throws {UndeclaredStatus} */
export function renderResult(facts: ResponseFacts, operation: Operation, result: unknown, asked: Asked): ApiResponse {
  const response = render(facts, toAnswer(operation, result, asked));
  if (!operation.statuses.some((status) => status === response.status)) {
    throw new UndeclaredStatus(`${operation.name} answers ${response.status}, which it does not declare.`);
  }
  return response;
}

function toAnswer(operation: Operation, result: unknown, { origin, params }: Asked): Answer<AnswerStatus, unknown> {
  if (result instanceof Answer) {
    return result as Answer<AnswerStatus, unknown>;
  }
  const path = operation.location(result, params);
  return new Answer(operation.statuses[0], result, path === undefined ? {} : { location: origin + path });
}

function render(facts: ResponseFacts, { status, body, headers: own }: Answer<AnswerStatus, unknown>): ApiResponse {
  const headers = commonHeaders(facts);
  // Not spread into a new object: that takes as long as everything else here.
  for (const name in own) {
    headers[name] = own[name] ?? '';
  }
  if (body instanceof Download) {
    return renderDownload(headers, status, body);
  }
  if (status === 204 || body === undefined) {
    return { status, headers };
  }
  if (body instanceof PlainText) {
    headers['content-type'] = 'text/plain';
    return { status, headers, body: body.text };
  }
  headers['content-type'] = jsonType;
  return { status, headers, body: body instanceof WrittenJson ? body.text : JSON.stringify(body) };
}

function renderDownload(headers: Record<string, string>, status: number, download: Download): ApiResponse {
  const { content, contentType, sizeBytes, ranged } = download;
  const range = ranged?.range;
  headers['content-type'] = contentType;
  headers['content-length'] = String(range === undefined ? sizeBytes : range.last - range.first + 1);
  if (ranged !== undefined) {
    headers['accept-ranges'] = 'bytes';
    headers['etag'] = ranged.etag;
  }
  if (range === undefined) {
    return { status, headers, body: content };
  }
  headers['content-range'] = `bytes ${range.first}-${range.last}/${sizeBytes}`;
  return { status: 206, headers, body: content };
}
