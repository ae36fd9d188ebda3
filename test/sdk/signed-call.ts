// Requests signed with an access key, for operations that no SDK has.
import { createHash, createHmac } from 'node:crypto';
import type { EmulatorResource } from 'acs-domicile/emulator';

export interface SignedAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Record<string, unknown>;
}

export async function signedCall(
  resource: EmulatorResource,
  method: string,
  path: string,
  body?: unknown,
): Promise<SignedAnswer> {
  const target = `${path}${path.includes('?') ? '&' : '?'}api-version=2026-12-01`;
  const text = body === undefined ? '' : JSON.stringify(body);
  const date = new Date().toUTCString();
  const hash = createHash('sha256').update(text).digest('base64');
  const signed = `${method}\n${target}\n${date};${new URL(resource.endpoint).host};${hash}`;
  const signature = createHmac('sha256', Buffer.from(resource.accessKey, 'base64')).update(signed).digest('base64');
  const answer = await fetch(`${resource.httpEndpoint}${target}`, {
    method,
    headers: {
      'x-ms-date': date,
      'x-ms-content-sha256': hash,
      authorization: `HMAC-SHA256 SignedHeaders=x-ms-date;host;x-ms-content-sha256&Signature=${signature}`,
      ...(text !== '' && { 'content-type': 'application/json' }),
    },
    ...(text !== '' && { body: text }),
  });
  const answered = await answer.text();
  return {
    status: answer.status,
    headers: answer.headers,
    body: answered === '' ? {} : (JSON.parse(answered) as Record<string, unknown>),
  };
}
