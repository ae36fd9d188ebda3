// Requests of a resource's owner, signed with an access key, to operations that no official client knows.
import { createHash, createHmac } from 'node:crypto';
import type { EmulatorResource } from 'acs-domicile/emulator';
import { holdResponse } from '../answers/asked-operations.js';

export interface OwnerRequest {
  readonly method: string;
  /** Path, with or without a query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Signed as the service documents it (HMAC over date, host and content hash). */
export function signedHeaders(
  accessKey: string,
  host: string,
  { method, target, text }: { readonly method: string; readonly target: string; readonly text: string | Uint8Array },
): Record<string, string> {
  const date = new Date().toUTCString();
  const hash = createHash('sha256').update(text).digest('base64');
  const signature = createHmac('sha256', Buffer.from(accessKey, 'base64'))
    .update(`${method}\n${target}\n${date};${host};${hash}`)
    .digest('base64');
  return {
    'x-ms-date': date,
    'x-ms-content-sha256': hash,
    authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
    ...(text.length > 0 && { 'content-type': 'application/json' }),
  };
}

export async function ownerCall(resource: EmulatorResource, request: OwnerRequest): Promise<Response> {
  const { method, path, body, headers } = request;
  const separator = path.includes('?') ? '&' : '?';
  const target = path.includes('api-version=') ? path : `${path}${separator}api-version=2026-12-01`;
  const text = body === undefined ? '' : JSON.stringify(body);
  const host = new URL(resource.endpoint).host;
  const url = `${resource.httpEndpoint}${target}`;
  const answer = await fetch(url, {
    method,
    headers: { ...signedHeaders(resource.accessKey, host, { method, target, text }), ...headers },
    ...(text !== '' && { body: text }),
  });
  await holdResponse(method, url, answer);
  return answer;
}
