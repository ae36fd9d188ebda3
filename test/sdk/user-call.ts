// Requests of a user of chat as they stand on the wire, for what the official client does not send, or does not show.
import type { EmulatorResource } from 'acs-domicile/emulator';
import { holdResponse } from '../answers/asked-operations.js';

export interface UserRequest {
  readonly method: string;
  /** Path, with or without a query. */
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface UserAnswer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

export async function userCall(
  resource: EmulatorResource,
  { token }: { readonly token: string },
  { method, path, body, headers }: UserRequest,
): Promise<UserAnswer> {
  const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const url = `${resource.httpEndpoint}${path}${path.includes('?') ? '&' : '?'}api-version=2025-03-15`;
  const answer = await fetch(url, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body !== undefined && { 'content-type': contentType }),
      ...headers,
    },
    // As text: JSON that no object of this language would give is sent word for word.
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  await holdResponse(method, url, answer);
  const text = await answer.text();
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
