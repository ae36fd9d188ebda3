// Turns results into responses.
import { type ApiResponse, commonHeaders, Download, jsonType, type Reply, type ResponseFacts } from '../http/index.js';

/** Absolute addresses that an answer names. */
export interface Links {
  readonly location: string | undefined;
  readonly operationLocation: string | undefined;
}

export function renderResult(facts: ResponseFacts, status: number, result: unknown, links: Links): ApiResponse {
  const headers = commonHeaders(facts);
  if (links.location !== undefined) {
    headers['location'] = links.location;
  }
  if (links.operationLocation !== undefined) {
    headers['operation-location'] = links.operationLocation;
    headers['retry-after'] = '1';
  }
  if (result instanceof Download) {
    return renderDownload(headers, status, result);
  }
  if (status === 204 || result === undefined) {
    return { status, headers };
  }
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
  if (range === undefined) {
    return { status, headers, body: content };
  }
  headers['content-range'] = `bytes ${range.first}-${range.last}/${sizeBytes}`;
  return { status: 206, headers, body: content };
}
