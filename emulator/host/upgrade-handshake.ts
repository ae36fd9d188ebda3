// Whether a request to change the protocol may be passed on, before anybody sees it (RFC 9110, 7.8; RFC 6455, 4.2).
import type { IncomingMessage } from 'node:http';

export interface HandshakeRefusal {
  readonly status: 400 | 403 | 404 | 421 | 426 | 431 | 500 | 503;
  readonly headers?: readonly string[];
}

/** No client of a browser or an SDK comes near. */
const maxHeaders = 100;
/** The only version there is. */
const version = '13';

export function isWebSocket({ headers }: IncomingMessage): boolean {
  const protocols = (headers.upgrade ?? '').split(',');
  return protocols.some((protocol) => protocol.trim().toLowerCase() === 'websocket');
}

export function hasTooManyHeaders({ rawHeaders }: IncomingMessage): boolean {
  return rawHeaders.length > 2 * maxHeaders;
}

/** @returns what is wrong with the handshake of a WebSocket */
export function checkHandshake(request: IncomingMessage): HandshakeRefusal | undefined {
  const { method, headers } = request;
  if (hasTooManyHeaders(request)) {
    return { status: 431 };
  }
  const key = headers['sec-websocket-key'] ?? '';
  if (method !== 'GET' || headers.host === undefined || Buffer.from(key, 'base64').length !== 16) {
    return { status: 400 };
  }
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) !== 0;
  if (hasBody) {
    return { status: 400 };
  }
  if (headers['sec-websocket-version'] !== version) {
    return { status: 426, headers: ['Upgrade: websocket', `Sec-WebSocket-Version: ${version}`] };
  }
  return undefined;
}
