// Turns results and errors into responses. The only place that writes ACS's error body and common headers.
// Headers as recorded from the services: MS-CV, api-supported-versions, x-ms-client-request-id, x-ms-error-code.
import { Fault } from './fault.js';
import { faults } from './faults.js';
import type { ApiResponse } from './http.js';
import type { Reply } from './reply.js';
import { Download } from './streams.js';

export interface ResponseFacts {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly supportedVersions: string | undefined;
}

/** Absolute addresses that an answer names. */
export interface Links {
  readonly location: string | undefined;
  readonly operationLocation: string | undefined;
}

const jsonType = 'application/json; charset=utf-8';

export function renderResult(facts: ResponseFacts, status: number, result: unknown, links: Links): ApiResponse {
  const headers = commonHeaders(facts);
  if (links.location !== undefined) headers['location'] = links.location;
  if (links.operationLocation !== undefined) {
    headers['operation-location'] = links.operationLocation;
    headers['retry-after'] = '1';
  }
  if (result instanceof Download) return renderDownload(headers, status, result);
  if (status === 204 || result === undefined) return { status, headers };
  headers['content-type'] = jsonType;
  return { status, headers, body: JSON.stringify(result) };
}

export function renderReply(facts: ResponseFacts, { status, body, headers }: Reply): ApiResponse {
  const answer = renderResult(facts, status, body, { location: undefined, operationLocation: undefined });
  return { ...answer, headers: { ...answer.headers, ...headers } };
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
  if (range === undefined) return { status, headers, body: content };
  headers['content-range'] = `bytes ${range.first}-${range.last}/${sizeBytes}`;
  return { status: 206, headers, body: content };
}

/** Renders any failure; what is not a `Fault` becomes a 500 that says nothing of its cause. */
export function renderFault(facts: ResponseFacts, failure: unknown): ApiResponse {
  const fault = failure instanceof Fault ? failure : new Fault(faults.internalError);
  const { target, details, innererror, retryAfterSeconds } = fault.extras;
  const headers = { ...commonHeaders(facts), ...fault.extras.headers };
  headers['content-type'] = jsonType;
  headers['x-ms-error-code'] = fault.code;
  if (retryAfterSeconds !== undefined) headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  const error = {
    code: fault.code,
    message: fault.message,
    ...(target !== undefined && { target }),
    ...(details !== undefined && { details }),
    ...(innererror !== undefined && { innererror }),
  };
  return { status: fault.status, headers, body: JSON.stringify({ error }) };
}

function commonHeaders(facts: ResponseFacts): Record<string, string> {
  const headers: Record<string, string> = {
    'x-ms-request-id': facts.requestId,
    'ms-cv': `${correlationVector(facts.requestId)}.0`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  if (facts.clientRequestId !== undefined) headers['x-ms-client-request-id'] = facts.clientRequestId;
  if (facts.supportedVersions !== undefined) headers['api-supported-versions'] = facts.supportedVersions;
  return headers;
}

function correlationVector(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 22);
}
