// Cross-origin requests as the platform answers them when an origin is allowed: browsers may use the emulator.
import type { IncomingMessage, ServerResponse } from 'node:http';

const preflightMaxAgeSeconds = '600';

/** Only called for requests that name an origin, and one that is allowed. */
export function allowOrigin(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  response.setHeader('access-control-expose-headers', '*');
}

/** @returns whether the request was a preflight, and is answered */
export function answerPreflight(request: IncomingMessage, response: ServerResponse, origin: string): boolean {
  const method = request.headers['access-control-request-method'];
  if (request.method !== 'OPTIONS' || method === undefined) {
    return false;
  }
  // Named one by one, because the wildcard does not cover `Authorization`.
  const requestedHeaders = request.headers['access-control-request-headers'];
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('vary', 'origin');
  response.setHeader('access-control-allow-methods', method);
  if (requestedHeaders !== undefined) {
    response.setHeader('access-control-allow-headers', requestedHeaders);
  }
  // Chromium asks before a page from elsewhere may reach this machine (WICG, Private Network Access).
  if (request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true');
  }
  response.setHeader('access-control-max-age', preflightMaxAgeSeconds);
  response.statusCode = 204;
  response.end();
  return true;
}
