// Turns errors into responses. The only place that writes ACS's error body and the common headers.
// Headers as recorded from the services: MS-CV, api-supported-versions, x-ms-client-request-id, x-ms-error-code.
import { Fault } from './fault.js';
import { faults } from './faults.js';
import type { ApiResponse } from './http.js';

export interface ResponseFacts {
  readonly requestId: string;
  readonly clientRequestId: string | undefined;
  readonly supportedVersions: string | undefined;
}

export const jsonType = 'application/json; charset=utf-8';

/** Renders any failure; what is not a `Fault` becomes a 500 that says nothing of its cause. */
export function renderFault(facts: ResponseFacts, failure: unknown): ApiResponse {
  const fault = failure instanceof Fault ? failure : new Fault(faults.internalError);
  const { target, details, innererror, retryAfterSeconds } = fault.extras;
  const headers = { ...commonHeaders(facts), ...fault.extras.headers };
  headers['content-type'] = jsonType;
  headers['x-ms-error-code'] = fault.code;
  if (retryAfterSeconds !== undefined) {
    headers['retry-after'] = String(Math.max(1, Math.ceil(retryAfterSeconds)));
  }
  const error = {
    code: fault.code,
    message: fault.message,
    ...(target !== undefined && { target }),
    ...(details !== undefined && { details }),
    ...(innererror !== undefined && { innererror }),
  };
  return { status: fault.status, headers, body: JSON.stringify({ error }) };
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
  return headers;
}

function correlationVector(uuid: string): string {
  return uuid.replaceAll('-', '').slice(0, 22);
}
