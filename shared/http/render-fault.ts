// Turns errors into responses, and writes the common headers.
// Headers as recorded from the services: MS-CV, api-supported-versions, x-ms-client-request-id, x-ms-error-code.
import { type ErrorShapes, writeError } from './error-shapes.js';
import { Fault } from './fault.js';
import { faults } from './faults.js';
import type { ApiResponse } from './http.js';

export interface ResponseFacts {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly supportedVersions: string | undefined;
  readonly deprecatedVersions?: string | undefined;
}

/**
 * Renders any failure; what is not a `Fault` becomes a 500 that says nothing of its cause.
 *
 * @param shapes of the operation that failed, where it has its own
 */
export function renderFault(facts: ResponseFacts, failure: unknown, shapes: ErrorShapes = {}): ApiResponse {
  const fault = failure instanceof Fault ? failure : new Fault(faults.internalError);
  const { retryAfterSeconds } = fault.extras;
  const headers = { ...commonHeaders(facts), ...fault.extras.headers };
  const { contentType, body } = writeError(fault, shapes[fault.status] ?? 'acs');
  headers['content-type'] = contentType;
  headers['x-ms-error-code'] = fault.code;
  if (retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  }
  return { status: fault.status, headers, body };
}

export function commonHeaders(facts: ResponseFacts): Record<string, string> {
  const headers: Record<string, string> = {
    'x-ms-request-id': facts.requestId,
    'ms-cv': `${correlationVector(facts.requestId)}.0`,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
  };
  if (facts.clientRequestId !== undefined) {
    headers['x-ms-client-request-id'] = facts.clientRequestId;
  }
  if (facts.supportedVersions !== undefined) {
    headers['api-supported-versions'] = facts.supportedVersions;
  }
  if (facts.deprecatedVersions !== undefined) {
    headers['api-deprecated-versions'] = facts.deprecatedVersions;
  }
  return headers;
}

function correlationVector(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 22);
}
