// What an owner's signed request answers, read as JSON: status, headers and body at once.
import type { EmulatorResource } from 'acs-domicile/emulator';
import { ownerCall } from './owner-call.js';

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
  const answer = await ownerCall(resource, { method, path, body });
  const { status, headers } = answer;
  const text = await answer.text();
  return { status, headers, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
}
